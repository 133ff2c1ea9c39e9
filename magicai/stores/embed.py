"""Makes all vectors with another model, while the old ones are searched.

The new vectors are compared with the records in key order, so that what is there already is neither made nor paid
again: a run that was killed goes on. Every write meanwhile goes to both (integrations/vectors/chosen.py). They are
searched from the moment on at which they have missed no write, in one transaction.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from magicai.errors import Conflict, MagicError, Temporary
from magicai.ports import EntityRecords, Leases, Projection, Records, SpaceState, VectorSpace
from magicai.stores.entity import ProjectedEntity, Store, Versioned
from magicai.values.ids import new_id

_STORE: Store = "vectors"
_PAGE = 500
# Entities that are embedded between two words about progress: some seconds' work of a slow model.
_PART = 50
# Renewed all the time, so that what a killed process had is free soon; who comes next waits as long.
_LEASE, _TTL_S, _RENEW_S, _LOOK_S = "embed", 30.0, 10.0, 1.0
# What is added meanwhile is in both; only what missed a write makes another pass necessary.
_MOST_PASSES = 10

Key = tuple[str, str]
T = TypeVar("T", Versioned, ProjectedEntity)
# How many are compared, and of how many.
OnProgress = Callable[[int, int], object]


class SpacesOfVectors(Protocol):
    """The vectors by the models that made them."""

    def filled(self, space: VectorSpace) -> Projection:
        """The vectors of one model alone."""
        ...

    async def remove_left(self) -> None:
        """Remove vectors that others have replaced."""
        ...

    async def remove(self, space: VectorSpace) -> None:
        """Remove the vectors of one model."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    """What there is to embed.

    Attributes:
        entries: texts.
        size: bytes of all of them; a token has about three in English and Chinese.
    """

    entries: int
    size: int

    @property
    def tokens(self) -> int:
        """About how many."""
        return -(-self.size // 3)


async def amount(records: Records) -> Amount:
    """What another model would have to read."""
    entries = size = 0
    async for record in _records(records.entities):
        if record.entity is not None:
            entries += 1
            size += len(f"{record.entity.title}\n{record.entity.text}".encode(errors="replace"))
    return Amount(entries, size)


async def embed(
    records: Records,
    vectors: SpacesOfVectors,
    space: VectorSpace,
    *,
    on_progress: OnProgress = lambda _done, _all: None,
) -> int:
    """Fill a space, search it from then on, and remove the vectors that it replaces; answers how many were made.

    Raises:
        Conflict: another process fills it, or another model was chosen meanwhile: what was made is removed.
        Temporary, Permanent, OverBudget: the model did not answer, or refuses; what was made stays, and the same call
            continues.
    """
    total = (await amount(records)).entries
    async with _alone(records.leases):
        try:
            return await _passes(records, vectors, space, lambda done: on_progress(done, total))
        except MagicError:
            # Whoever gave it up has removed it, perhaps before the last of what was written here.
            if await _state(records, space) not in ("filling", "serving"):
                await vectors.remove(space)
            raise


async def _passes(
    records: Records, vectors: SpacesOfVectors, space: VectorSpace, on_progress: Callable[[int], object]
) -> int:
    made = 0

    async def wanted() -> None:
        await _skipped(records, space)

    for _ in range(_MOST_PASSES):
        skipped = await _skipped(records, space)
        made += await _Pass(records.entities, vectors.filled(space), wanted, on_progress).run()
        if await records.model_choices.serve(space.space_id, skipped=skipped):
            await vectors.remove_left()
            return made
    raise Temporary("vectors_missed_writes", embedder=space.embedder, limit=_MOST_PASSES)


async def _state(records: Records, space: VectorSpace) -> SpaceState | None:
    return next((one.state for one in await records.model_choices.spaces() if one.space_id == space.space_id), None)


async def _skipped(records: Records, space: VectorSpace) -> int:
    for one in await records.model_choices.spaces():
        if one.space_id == space.space_id and one.state == "filling":
            return one.skipped
    raise Conflict("vectors_superseded", embedder=space.embedder)


@asynccontextmanager
async def _alone(leases: Leases) -> AsyncGenerator[None]:
    """One process at a time.

    Raises:
        Conflict: another process is at it.
    """
    holder, ends = new_id(), time.monotonic() + _TTL_S + _RENEW_S
    while (lease := await leases.acquire(_LEASE, holder, ttl_s=_TTL_S)) is None:
        if time.monotonic() >= ends:
            raise Conflict("vectors_being_made")
        await asyncio.sleep(_LOOK_S)

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            with suppress(Temporary):
                await leases.acquire(_LEASE, holder, ttl_s=_TTL_S)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await leases.release(lease)


class _Pass:
    """One walk over both sides in key order; `wanted` raises before the next batch where nobody wants it any more."""

    def __init__(
        self,
        entities: EntityRecords,
        port: Projection,
        wanted: Callable[[], Awaitable[None]],
        on_progress: Callable[[int], object],
    ) -> None:
        self._entities, self._port, self._wanted, self._on_progress = entities, port, wanted, on_progress
        self._missing: list[Versioned] = []
        self._wrong: list[Key] = []
        self._seen = self._made = 0

    async def run(self) -> int:
        """Bring the vectors up to the records; answers how many were made."""
        truth = _records(self._entities)
        shown = _pages(lambda after: self._port.held(after=after, limit=_PAGE))
        there, held = await anext(truth, None), await anext(shown, None)
        while there is not None or held is not None:
            if there is None or (held is not None and _key(held) < _key(there)):
                assert held is not None
                self._wrong.append(_key(held))
                held = await anext(shown, None)
            else:
                same = held if held is not None and _key(held) == _key(there) else None
                self._take(there, same)
                there = await anext(truth, None)
                held = await anext(shown, None) if same is not None else held
            if len(self._missing) + len(self._wrong) >= _PART:
                await self._write()
        await self._write()
        return self._made

    def _take(self, there: Versioned, held: ProjectedEntity | None) -> None:
        self._seen += there.entity is not None
        if held is None:
            # A tombstone, too: what was deleted while it is filled must not come back by a write that is late.
            self._missing.append(there)
        elif there.entity is None:
            self._missing.append(there)
        elif (there.version, there.digest) != (held.version, held.digest):
            # Dropped first: vectors refuse what is not newer than what they hold, and that may be wrong.
            self._wrong.append(_key(there))
            self._missing.append(there)

    async def _write(self) -> None:
        await self._wanted()
        if self._wrong:
            await self._port.drop(self._wrong)
        if self._missing:
            await self._port.apply(self._missing)
        self._made += sum(one.entity is not None for one in self._missing)
        self._missing, self._wrong = [], []
        self._on_progress(self._seen)


async def _records(entities: EntityRecords) -> AsyncIterator[Versioned]:
    async for page in _pages(lambda after: entities.all(_STORE, after=after, limit=_PAGE)):
        yield page


async def _pages(page: Callable[[Key], Awaitable[list[T]]]) -> AsyncIterator[T]:
    after = ("", "")
    while rows := await page(after):
        for row in rows:
            yield row
        after = _key(rows[-1])


def _key(row: Versioned | ProjectedEntity) -> Key:
    return (row.kind, row.entity_id)
