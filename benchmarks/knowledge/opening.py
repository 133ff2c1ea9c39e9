"""Opens what is measured by the names that settings have."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from integrations.embedder.usem3 import UsemEmbedder
from integrations.open import open_ports
from integrations.text.open import open_within_budget
from magicai.errors import Invalid
from magicai.ports import Embedder, Reranker, TextModel


def open_embedder(name: str) -> Embedder | None:
    """An encoder of meaning; None for `none`."""
    if name == "none":
        return None
    if name == "embedded":
        return UsemEmbedder()
    raise Invalid(f"There is no embedder {name!r}.", way_out="Choose embedded or none.")


def open_reranker(name: str, _model: TextModel | None) -> Reranker | None:
    """A reranker; None for `none`."""
    if name == "none":
        return None
    raise Invalid(f"There is no reranker {name!r}.", way_out="Choose none.")


@asynccontextmanager
async def open_model(name: str) -> AsyncGenerator[TextModel | None]:
    """A language model, paid within MAGICAI_BUDGET; None for `none`."""
    if name == "none":
        yield None
        return
    async with open_ports() as ports:
        yield await open_within_budget(ports.settings, ports.records, None, [name], None)
