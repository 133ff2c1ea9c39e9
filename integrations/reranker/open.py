"""Opens rerankers by their names."""

from integrations.onnx_models import Place
from integrations.reranker.listwise import ListwiseReranker, OpenTextModel
from integrations.reranker.onnx import OnnxReranker
from integrations.reranker.server import ServerReranker
from integrations.text import prices
from integrations.text.metering import Meter
from integrations.text.names import ModelName
from magicai.brain.budgets import Purse
from magicai.errors import Invalid
from magicai.models.choices import NONE, TEXT_MODEL, checked, split
from magicai.ports import Reranker
from magicai.settings import Settings


def open_reranker(
    settings: Settings, name: str, purse: Purse, text_model: OpenTextModel, *, download: bool = False
) -> Reranker | None:
    """A reranker; None where none is wanted. Nothing is loaded or called yet.

    Args:
        name: as `magicai models set reranker` takes it.
        purse: what paid ones spend from.
        text_model: opens the language model.
        download: whether a model's file may be downloaded.

    Raises:
        Invalid: nothing is named so, or its server's address is missing.
    """
    provider, model = split(checked("reranker", name))
    match provider:
        case _ if provider == NONE:
            return None
        case _ if provider == TEXT_MODEL:
            return ListwiseReranker(text_model)
        case "fastembed":
            return OnnxReranker(name, Place.of(settings), download=download)
        case _:
            if not settings.reranker_url:
                raise Invalid(
                    f"{name} needs MAGICAI_RERANKER_URL, which is not set.", way_out="Set MAGICAI_RERANKER_URL."
                )
            key = settings.reranker_api_key.get_secret_value() if settings.reranker_api_key else ""
            price = prices.price_of(ModelName(provider, model), settings.model_prices)
            meter = Meter(name, price, purse)
            return ServerReranker(name, settings.reranker_url, key, meter, answer_s=settings.reranker_seconds)
