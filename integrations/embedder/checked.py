"""What every embedding model is given and what it gives: readable texts of bounded length, vectors that are checked."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

from integrations.embedder.prefixes import Prefixes, prefixes_of
from magicai.brain.budgets import Purse
from magicai.errors import Permanent, Temporary
from magicai.ports import OnUsage

if TYPE_CHECKING:
    import numpy as np


class CheckedEmbedder(ABC):
    """An embedding model of which only `encode` is its own.

    Args:
        name: as a setting spells it.
        dimension: of the vectors that it must make; 0: whatever its first answer has.
        most: texts of one call, and longest: characters of a text.
        batch: characters of all texts of a call.
    """

    def __init__(self, name: str, *, dimension: int = 0, most: int, longest: int, batch: int) -> None:
        self.name, self.dimension = name, dimension
        self._most, self._longest, self._batch = most, longest, batch
        self._prefixes: Prefixes = prefixes_of(name.partition(":")[2])

    @abstractmethod
    async def encode(self, texts: Sequence[str], *, as_queries: bool) -> Any:
        """A vector for each of these texts, none of which is blank: anything that numpy can read."""

    def paid_by(self, purse: Purse, on_usage: OnUsage) -> Self:
        """The same model for somebody else: `purse` pays its calls, `on_usage` hears what they took."""
        del purse, on_usage  # it is free
        return self

    async def close(self) -> None:
        """Let go of what it holds."""
        return

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Embed texts; blank ones have a vector of their own, without asking the model.

        Returns:
            float32, shape (len(texts), dimension), unit length, in input order.

        Raises:
            Temporary: the model did not answer, or not with one vector for each text.
            Permanent: its vectors have another dimension than those that it was opened for.
        """
        import numpy as np

        readable = [text.encode(errors="replace").decode().replace("\0", " ") for text in texts]
        asked = [place for place, text in enumerate(readable) if text.strip()]
        if not asked and texts and not self.dimension:
            await self._checked(["a"], as_queries=as_queries)
        made = [
            await self._checked([readable[place] for place in part], as_queries=as_queries)
            for part in self._parts(asked, readable)
        ]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if len(asked) < len(texts):
            vectors[:, 0] = 1.0
        if made:
            vectors[asked] = np.concatenate(made)
        return vectors

    async def _checked(self, texts: Sequence[str], *, as_queries: bool) -> "np.ndarray":
        import numpy as np

        prefix = self._prefixes.query if as_queries else self._prefixes.passage
        given = await self.encode([f"{prefix}{text[: self._longest]}" for text in texts], as_queries=as_queries)
        try:
            vectors = np.array(given, dtype=np.float32)
        except (TypeError, ValueError) as exc:
            raise Temporary("vector_lengths_unequal", name=self.name) from exc
        if vectors.ndim != 2 or len(vectors) != len(texts) or not vectors.shape[1]:  # noqa: PLR2004 - rows and columns
            count = len(vectors) if vectors.ndim else 0
            raise Temporary("vector_count_mismatch", name=self.name, count=count, expected=len(texts))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise Temporary("vector_invalid", name=self.name)
        if self.dimension and vectors.shape[1] != self.dimension:
            raise Permanent(
                "vector_dimension_mismatch", name=self.name, shape=vectors.shape[1], dimension=self.dimension
            )
        self.dimension = vectors.shape[1]
        return vectors / lengths

    def _parts(self, places: Sequence[int], texts: Sequence[str]) -> Iterator[Sequence[int]]:
        """As many texts as one call may have."""
        part: list[int] = []
        characters = 0
        for place in places:
            size = min(len(texts[place]), self._longest)
            if part and (len(part) >= self._most or characters + size > self._batch):
                yield part
                part, characters = [], 0
            part.append(place)
            characters += size
        if part:
            yield part
