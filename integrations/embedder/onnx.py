"""Embedding models in this process, by fastembed."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from integrations.embedder.checked import CheckedEmbedder
from integrations.onnx_models import OnnxModel, Place, load

# About a second of work, so that whoever waits can be cancelled.
_MOST, _LONGEST, _BATCH = 16, 6_000, 16_000


class OnnxEmbedder(CheckedEmbedder):
    """Loaded by the first text, off the event loop.

    Args:
        name: as a setting spells it: `fastembed:NAME`.
        download: whether the model may be downloaded.

    Raises (when texts are embedded):
        Missing: fastembed or the model is not here.
        Invalid: fastembed knows no such model.
    """

    def __init__(self, name: str, place: Place, *, dimension: int = 0, download: bool = False) -> None:
        super().__init__(name, dimension=dimension, most=_MOST, longest=_LONGEST, batch=_BATCH)
        self._place, self._download = place, download
        self._model: OnnxModel | None = None
        self._one_at_a_time = threading.Lock()

    async def encode(self, texts: Sequence[str], *, as_queries: bool) -> Any:
        """The model's vectors."""
        return await asyncio.to_thread(self._encoded, texts, as_queries)

    async def digest(self) -> str:
        """Of the model's weights."""
        return (await asyncio.to_thread(self._loaded)).digest

    async def close(self) -> None:
        """Let go of the model."""
        self._model = None

    def _loaded(self) -> OnnxModel:
        with self._one_at_a_time:
            if self._model is None:
                self._model = load("embedder", self.name.partition(":")[2], self._place, download=self._download)
            return self._model

    def _encoded(self, texts: Sequence[str], as_queries: bool) -> Any:  # noqa: FBT001 - as a thread takes it
        model = self._loaded()
        with self._one_at_a_time:
            embed = model.run.query_embed if as_queries else model.run.passage_embed
            return list(embed(list(texts)))
