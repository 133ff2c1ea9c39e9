"""Opens rerankers by their names."""

from urllib.parse import urlsplit

from integrations.onnx_models import Place
from integrations.reranker.listwise import ListwiseReranker, OpenTextModel
from integrations.reranker.onnx import OnnxReranker
from integrations.reranker.server import ServerReranker
from integrations.text import prices
from integrations.text.metering import Meter, allowed_at
from integrations.text.names import ModelName
from magicai.brain.budgets import Purse
from magicai.errors import Invalid
from magicai.loopback import is_loopback
from magicai.models.choices import NONE, TEXT_MODEL, checked, split
from magicai.models.consents import Consents
from magicai.ports import OnUsage, Price, Reranker, unheard
from magicai.settings import Settings


def open_reranker(
    settings: Settings,
    name: str,
    purse: Purse,
    text_model: OpenTextModel,
    *,
    download: bool = False,
    consents: Consents | None = None,
    on_usage: OnUsage = unheard,
) -> Reranker | None:
    """A reranker; None where none is wanted. Nothing is loaded or called yet.

    Args:
        name: as `magicai models set reranker` takes it.
        purse: what paid ones spend from.
        text_model: opens the language model.
        download: whether a model's file may be downloaded.
        consents: which hosts texts may be sent to; any where None.
        on_usage: hears what calls took.

    Raises:
        Invalid: nothing is named so, or its server's address is missing.
    """
    provider, _ = split(checked("reranker", name))
    match provider:
        case _ if provider == NONE:
            return None
        case _ if provider == TEXT_MODEL:
            return ListwiseReranker(text_model, on_usage)
        case "fastembed":
            return OnnxReranker(name, Place.of(settings), download=download)
        case _:
            if not settings.reranker_url:
                raise Invalid("setting_not_set", name=name, setting="MAGICAI_RERANKER_URL")
            key = settings.reranker_api_key.get_secret_value() if settings.reranker_api_key else ""
            allowed = allowed_at(host_of(settings, name), name, consents)
            meter = Meter(name, price_of(settings, name), purse, allowed, on_usage)
            return ServerReranker(name, settings.reranker_url, key, meter)


def price_of(settings: Settings, name: str) -> Price | None:
    """What a reranker that is no language model costs; None where nobody knows.

    Raises:
        Invalid: MAGICAI_MODEL_PRICES can't be read.
    """
    provider, model = split(name)
    if provider != "server":
        return Price(0, 0, source="it runs on this machine")
    return prices.price_of(ModelName(provider, model), settings.model_prices)


def host_of(settings: Settings, name: str) -> str:
    """The host that a reranker which is no language model gets texts at; "" where they stay on this machine."""
    host = urlsplit(settings.reranker_url or "").hostname or ""
    return "" if split(name)[0] != "server" or is_loopback(host) else host
