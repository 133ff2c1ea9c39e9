"""Semantic search in the vectors of the chosen model, which may be replaced by another's while questions are asked.

Every write goes to the vectors that are searched, and to those that are being made. What these miss, because their
model does not answer, is counted in the records; the change is made only where nothing was missed (stores/embed.py).
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from integrations.embedder.spaces import Spaces
from magicai.errors import MagicError
from magicai.ports import (
    NO_FACETS,
    Embedder,
    Facets,
    Hit,
    Near,
    OnUsage,
    Projection,
    Spender,
    Vectors,
    VectorSpace,
    unheard,
)
from magicai.stores.entity import ProjectedEntity, Store, Versioned

if TYPE_CHECKING:
    import numpy as np

# Longer than a batch takes of a model that works. The vectors that are searched have the batch already.
_PATIENCE_S = 20.0


class RemovableVectors(Vectors, Protocol):
    """The vectors of one model, which can be removed as a whole."""

    async def nearest_to(
        self, vector: "np.ndarray", *, owner_id: str, kinds: Sequence[str], where: Facets, limit: int
    ) -> list[Hit]:
        """An owner's entities whose vectors are near, best first."""
        ...

    async def remove(self) -> None:
        """Remove all of them."""
        ...


OpenVectors = Callable[[VectorSpace, Embedder], RemovableVectors]


class ChosenVectors:
    """The vectors that are searched, whichever these are at each call.

    Args:
        open_vectors: opens the vectors of one model.
    """

    store: Store = "vectors"

    def __init__(self, spaces: Spaces, open_vectors: OpenVectors) -> None:
        self.spaces, self._open = spaces, open_vectors
        self._opened: dict[str, RemovableVectors] = {}

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        if not changes:
            return
        done = dict[str, VectorSpace]()
        # Read again afterwards: what began to be filled meanwhile may have read the records before these changes.
        while missing := [one for one in await self.spaces.written() if one.space_id not in done]:
            for space in missing:
                if space.state == "filling":
                    await self._apply_aside(space, changes)
                else:
                    await self._of(space).apply(changes)
                done[space.space_id] = space
        await self._remove_gone(list(done.values()))

    async def _remove_gone(self, written: Sequence[VectorSpace]) -> None:
        """Remove again what was removed before the last of it was written."""
        there = {one.space_id for one in (*await self.spaces.choices.spaces(), await self.spaces.serving())}
        for space in written:
            if space.space_id not in there:
                await self.remove(space)

    async def _apply_aside(self, space: VectorSpace, changes: Sequence[Versioned]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._of(space).apply(changes)
        except (MagicError, TimeoutError):
            await self.spaces.choices.skip(space.space_id)

    async def held(self, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held of the vectors that are searched, live entities only, ordered by (kind, id), after that key."""
        return await self._of(await self.spaces.serving()).held(after=after, limit=limit)

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        for space in await self.spaces.written():
            await self._of(space).drop(keys)

    async def nearest(
        self, text: str, *, owner_id: str, kinds: Sequence[str] = (), where: Facets = NO_FACETS, limit: int = 5
    ) -> list[Hit]:
        """An owner's entities that mean something near, best first; nothing is near to no words at all."""
        near = await self.search([text], among=[(owner_id, where)], kinds=kinds, limit=limit)
        return list(near.hits)

    async def search(
        self,
        texts: Sequence[str],
        *,
        among: Sequence[tuple[str, Facets]],
        kinds: Sequence[str] = (),
        limit: int = 5,
        spender: Spender | None = None,
        on_usage: OnUsage = unheard,
    ) -> Near:
        """What means something near to any of these texts; each is embedded once."""
        readable = [text for text in texts if text.strip()]
        if not readable or limit < 1:
            return Near()
        while True:
            space = await self.spaces.serving()
            failure: MagicError | None = None
            near = Near()
            try:
                model = await self.spaces.embedder(space, spender, on_usage)
                vectors = await model.embed(readable, as_queries=True)
                hits = [
                    hit
                    for owner_id, where in among
                    for vector in vectors
                    for hit in await self._of(space).nearest_to(
                        vector, owner_id=owner_id, kinds=kinds, where=where, limit=limit
                    )
                ]
                near = Near(hits, vectors[0], self.spaces.made_by(space))
            except MagicError as exc:
                failure = exc
            # Vectors that were replaced meanwhile may be gone, or made again by a late write with that alone.
            if (await self.spaces.serving()).space_id == space.space_id:
                if failure is not None:
                    raise failure
                return near

    async def check(self) -> str:
        """Write, read back and remove a vector; answers where."""
        spaces = await self.spaces.written()
        told = await self._of(spaces[0]).check()
        return "; ".join([told, *(f"vectors of {space.embedder} are being made" for space in spaces[1:])])

    async def close(self) -> None:
        """Let go of everything."""
        opened, self._opened = self._opened, {}
        for one in opened.values():
            await one.close()
        await self.spaces.close()

    def filled(self, space: VectorSpace) -> Projection:
        """The vectors of one model alone, as whoever fills them needs them."""
        return self._of(space)

    async def remove_left(self) -> None:
        """Remove vectors that others have replaced."""
        for space in await self.spaces.choices.spaces():
            if space.state == "left":
                await self.remove(space)

    async def remove(self, space: VectorSpace) -> None:
        """Remove the vectors of one model, and forget that there were any."""
        await self._of(space).remove()
        await self.spaces.choices.drop(space.space_id)

    def _of(self, space: VectorSpace) -> RemovableVectors:
        if space.space_id not in self._opened:
            self._opened[space.space_id] = self._open(space, _Lazy(self.spaces, space))
        return self._opened[space.space_id]


class _Lazy:
    """A space's model, opened by its first text: vectors can be listed and removed without it."""

    def __init__(self, spaces: Spaces, space: VectorSpace) -> None:
        self._spaces, self._space = spaces, space
        self.name, self.dimension = space.embedder, space.dimension

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> "np.ndarray":
        """Embed texts."""
        return await (await self._spaces.embedder(self._space)).embed(texts, as_queries=as_queries)
