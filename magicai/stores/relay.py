"""Feeds the projections from the outbox: reads what the records hold now, so order and repetition do no harm.

One relay per store at a time, by lease. One that was paused past its lease and wakes up does no harm either: a
projection refuses whatever is not newer than what it holds, and tombstones stay.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from magicai.errors import MagicError, Missing, Permanent, Temporary
from magicai.ports import EntityRecords, Lease, Projection, Records, Reporter
from magicai.stores.backoff import Backoff
from magicai.stores.entity import Store, Versioned
from magicai.values.ids import new_id

# Batches begin small, so that a store that is slow is known by its first answer; while answers are quick, they grow.
_SMALLEST, _LARGEST = 25, 400
_QUICK_S = 0.5
_ANSWER_S = 60.0
_TTL_S = 10.0
_POLL_S = 0.2
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 60.0
# How long those who are in a hurry pass a store by that was slow.
_SLOW_S = 30.0
# A store that is not there says nothing of what it was to take.
_DOWN = (Temporary, Missing)

OnDown = Callable[[Store, MagicError], object]


@dataclass(frozen=True, slots=True)
class DrainOptions:
    """How a store is fed.

    Attributes:
        until: by time.monotonic(); what is not projected by then waits for the next time.
        timeout_s: how long an answer of a store may take; one that is slower is left behind. None waits.
        ignore_backoff: try a store that was down just now, too.
    """

    until: float
    timeout_s: Mapping[Store, float] = field(default_factory=dict[Store, float])
    ignore_backoff: bool = False


async def drain(
    records: Records,
    projections: Mapping[Store, Projection],
    *,
    limit_s: float,
    timeout_s: Mapping[Store, float] | None = None,
    ignore_backoff: bool = False,
    reporter: Reporter | None = None,
    on_down: OnDown | None = None,
) -> dict[Store, int]:
    """Bring the stores up to the records, side by side; answers how many entries each is behind in the end.

    Args:
        records: where the outbox is.
        projections: the stores to feed; one that is down or slow delays only itself.
        limit_s: what is not projected by then waits for the next time.
        timeout_s: how long an answer of a store may take; one that is slower is left behind.
        ignore_backoff: try a store, too, that was down just now; others leave it alone for a while, each time longer.
        reporter: told of the entries that are done.
        on_down: told of a store that could not be fed, and why.
    """
    options = DrainOptions(time.monotonic() + limit_s, timeout_s or {}, ignore_backoff)
    progress = _DrainProgress(reporter, sum([await records.entities.behind(store) for store in projections]), on_down)
    await asyncio.gather(*(_StoreRelay(records, port, options, progress).drain() for port in projections.values()))
    return {store: await records.entities.behind(store) for store in projections}


class _DrainProgress:
    """Progress and trouble of all stores together."""

    def __init__(self, reporter: Reporter | None, total: int, on_down: OnDown | None) -> None:
        self._reporter, self._total, self._done, self._on_down = reporter, total, 0, on_down

    async def add(self, count: int) -> None:
        self._done += count
        if self._reporter is not None:
            await self._reporter.progress(self._done, max(self._total, self._done), "entries")

    def down(self, store: Store, why: MagicError) -> None:
        if self._on_down is not None:
            self._on_down(store, why)


class _TooSlow(Exception):  # noqa: N818 - nothing is wrong
    """It did not answer in time."""


class _LeaseWait:
    """Waiting while another relay feeds a store: with a timeout, only as long as that one gets on."""

    def __init__(self, entities: EntityRecords, store: Store, timeout_s: float | None) -> None:
        self._entities, self._timeout_s = entities, timeout_s
        self._store: Store = store
        self._since, self._behind = time.monotonic(), -1

    async def worth_waiting(self) -> bool:
        if self._timeout_s is None:
            return True
        behind = await self._entities.behind(self._store)
        if self._behind < 0 or behind < self._behind:
            self._since, self._behind = time.monotonic(), behind
        return time.monotonic() - self._since < self._timeout_s


class _StoreRelay:
    """Feeds one store, as long as there is something and time."""

    def __init__(self, records: Records, port: Projection, options: DrainOptions, progress: _DrainProgress) -> None:
        self._records, self._entities, self._port = records, records.entities, port
        self._store: Store = port.store
        self._options, self._progress = options, progress
        self._timeout_s = options.timeout_s.get(port.store)
        self._size, self._works = _SMALLEST, False
        self._holder = f"{os.getpid()}:{new_id()}"
        leases = records.leases
        self._down = Backoff(leases, self._store, "down", first_s=_FIRST_PAUSE_S, longest_s=_LONGEST_PAUSE_S)
        self._late = Backoff(leases, self._store, "slow", first_s=_SLOW_S, longest_s=_SLOW_S)

    async def drain(self) -> None:
        """Feed it; one that is down is left alone for a while."""
        if self._left_s() <= 0 or not await self._entities.pending(self._store, 1):
            return
        if not self._options.ignore_backoff and await self._down.active():
            return
        if self._timeout_s is not None and await self._late.active():
            return
        lease: Lease | None = None
        waiting = _LeaseWait(self._entities, self._store, self._timeout_s)
        try:
            while self._left_s() > 0 and (batch := await self._entities.pending(self._store, self._size)):
                # Taken, or renewed. What another relay has projected since the batch was read is only projected again.
                lease = await self._acquire()
                if lease is None:
                    if not await waiting.worth_waiting():
                        return
                    await asyncio.sleep(_POLL_S)
                elif not await self._project_batch([(kind, key) for kind, key, _ in batch]):
                    return
        finally:
            if lease is not None:
                await self._records.leases.release(lease)

    def _left_s(self) -> float:
        return self._options.until - time.monotonic()

    async def _acquire(self) -> Lease | None:
        return await self._records.leases.acquire(f"relay:{self._store}", self._holder, ttl_s=_TTL_S)

    async def _project_batch(self, keys: Sequence[tuple[str, str]]) -> bool:
        """Project one batch, and return whether to continue."""
        began = time.monotonic()
        try:
            await self._project(keys)
        except (*_DOWN, TimeoutError, _TooSlow) as exc:
            if self._left_s() <= 0:
                return False
            if self._size > _SMALLEST:  # the batch may have been too large for it
                self._size = _SMALLEST
                return True
            await self._back_off(exc)
            return False
        if not self._works:
            self._works = True
            await self._down.end()
        if time.monotonic() - began < _QUICK_S:
            self._size = min(_LARGEST, 2 * self._size)
        else:
            self._size = max(_SMALLEST, self._size // 2)
        await self._progress.add(len(keys))
        return True

    async def _project(self, keys: Sequence[tuple[str, str]]) -> None:
        present = [_as_shown(one, self._store) for one in await self._entities.present(keys)]
        async with self._in_time(), self._renewing():
            good = await self._applied(present)
        await self._entities.acknowledge(self._store, [(one.kind, one.entity_id, one.version) for one in good])

    async def _back_off(self, why: Exception) -> None:
        if isinstance(why, _TooSlow):
            await self._late.begin()
            why = Temporary("service_timed_out", server=self._store, limit_s=f"{self._timeout_s:g}")
        else:
            await self._down.begin()
        self._progress.down(
            self._store, why if isinstance(why, MagicError) else Temporary("server_unreachable", address=self._store)
        )

    @asynccontextmanager
    async def _in_time(self) -> AsyncGenerator[None]:
        timeout_s = _ANSWER_S if self._timeout_s is None else self._timeout_s
        left_s = max(0.0, self._left_s())
        try:
            async with asyncio.timeout(min(left_s, timeout_s)):
                yield
        except TimeoutError as exc:
            if self._timeout_s is not None and timeout_s < left_s:
                raise _TooSlow from exc
            raise

    @asynccontextmanager
    async def _renewing(self) -> AsyncGenerator[None]:
        """Hold on to the lease for as long as a batch takes."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(_TTL_S / 3)
                with contextlib.suppress(Temporary):
                    await self._acquire()

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing

    async def _applied(self, batch: Sequence[Versioned]) -> list[Versioned]:
        """Those of a batch that the store took over; what it can't take is noted down, so that it blocks nothing else.

        Raises:
            Temporary, Missing: it takes nothing at all.
        """
        try:
            await self._port.apply(batch)
        except _DOWN:
            raise
        except Permanent as exc:
            await self._check_store(exc)
            if len(batch) == 1:
                await self._entities.record_failure(self._store, (batch[0].kind, batch[0].entity_id), str(exc))
                return []
            half = len(batch) // 2
            return [*await self._applied(batch[:half]), *await self._applied(batch[half:])]
        return list(batch)

    async def _check_store(self, fault: Permanent) -> None:
        """See whether it is the store: of one that refuses the password, no entry is to blame.

        Raises:
            Temporary: it takes nothing now, whatever it is.
        """
        try:
            await self._port.check()
        except _DOWN:
            raise
        except Permanent as exc:
            raise Temporary(exc.message, way_out=exc.way) from fault


def _as_shown(one: Versioned, store: Store) -> Versioned:
    """An entity that a store shows no longer is gone there."""
    if one.entity is None or store in one.entity.stores:
        return one
    return replace(one, digest="", entity=None)
