"""Cross-encoders in this process, by fastembed."""

import asyncio
import math
import threading
from collections.abc import Sequence

from integrations.onnx_models import OnnxModel, Place, load
from magicai.errors import Temporary

# Pairs in one go: about a second of work, so that whoever waits can be cancelled.
_BATCH = 8
_LONGEST_TEXT = 8_000


class OnnxReranker:
    """Loaded by the first question, off the event loop.

    Args:
        name: as a setting spells it: `fastembed:NAME`.
        download: whether the model may be downloaded.
    """

    def __init__(self, name: str, place: Place, *, download: bool = False) -> None:
        self.name = name
        self._place, self._download = place, download
        self._model: OnnxModel | None = None
        self._one_at_a_time = threading.Lock()

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """The model's logit for each text, in input order; higher is better.

        Raises:
            Missing: fastembed or the model is not here.
            Invalid: fastembed knows no such model.
            Temporary: it could not be downloaded, or gives no score for a text.
        """
        found: list[float] = []
        for start in range(0, len(texts), _BATCH):
            found += await asyncio.to_thread(self._scored, query, texts[start : start + _BATCH])
        if len(found) != len(texts) or not all(map(math.isfinite, found)):
            raise Temporary("reranker_scores_missing", name=self.name, count=len(texts))
        return found

    async def close(self) -> None:
        """Let go of the model."""
        self._model = None

    def _scored(self, query: str, texts: Sequence[str]) -> list[float]:
        with self._one_at_a_time:
            if self._model is None:
                self._model = load("reranker", self.name.partition(":")[2], self._place, download=self._download)
            readable = [text[:_LONGEST_TEXT].encode(errors="replace").decode() for text in texts]
            asked = query.encode(errors="replace").decode()
            return [float(score) for score in self._model.run.rerank(asked, readable)]
