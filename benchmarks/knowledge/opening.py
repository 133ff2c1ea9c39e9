"""Opens what is measured by the names that settings have."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from integrations.embedder.open import open_embedder
from integrations.open import Ports, open_ports
from magicai.brain.budgets import SharedPurse, limits_of
from magicai.models.choices import EMBEDDED, NONE
from magicai.ports import Embedder, Reranker, Spender, TextModel


@dataclass(frozen=True)
class Models:
    """What questions are answered with."""

    embedder: Embedder | None
    reranker: Reranker | None
    text: TextModel | None


@asynccontextmanager
async def open_models(*, embedder: str, reranker: str, model: str) -> AsyncGenerator[Models]:
    """Models by their names, paid within MAGICAI_BUDGET; nothing for `none`.

    Raises:
        Invalid: nothing is named so, or a key or an address is missing.
    """
    async with open_ports() as ports:
        text = None if model == NONE else await ports.text_model_named(model)
        yield Models(_embedder(ports, embedder), ports.open_reranker(reranker, trying=True), text)


def _embedder(ports: Ports, name: str) -> Embedder | None:
    if name in (NONE, EMBEDDED):
        return ports.embedded_embedder if name == EMBEDDED else None
    whose = Spender(ports.settings.owner)
    purse = SharedPurse(ports.records.budgets, whose, limits_of(ports.settings, whose))
    return open_embedder(ports.settings, name, purse, download=True)
