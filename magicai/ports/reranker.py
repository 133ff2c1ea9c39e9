"""Models that say how well texts answer a query."""

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """Reads a query and each text together, which finds more than comparing their vectors."""

    name: str

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """The relevance of each text, in input order; higher is better, comparable only within one answer.

        Raises:
            Temporary: it did not answer, or not with one score for each text.
            Missing: its package or its model is not installed.
            Invalid: it refuses the key, the model or the request.
        """
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...
