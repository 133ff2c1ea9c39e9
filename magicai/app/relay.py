"""Feeds the projections from the outbox: reads what the records hold now, so order and repetition do no harm.

One relay per store at a time, by lease. One that was paused past its lease and wakes up does no harm either: a
projection refuses whatever is not newer than what it holds, and tombstones stay.
"""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from magicai.domain.entity import Store, Versioned
from magicai.domain.ids import new_id
from magicai.errors import Missing, Permanent, Temporary
from magicai.ports import EntityRecords, Lease, Projection, Records, Watch

_BATCH = 200
_TTL_S = 10.0
_POLL_S = 0.2
# A store that is not there says nothing of what it was to take.
_DOWN = (Temporary, Missing)


async def drain(
    records: Records, projections: Mapping[Store, Projection], *, limit_s: float, watch: Watch | None = None
) -> dict[Store, int]:
    """Bring the stores up to the records, side by side; answers how many entries each is behind in the end.

    Args:
        limit_s: what is not projected by then waits for the next time; a store that is down delays only itself.
        watch: told of the entries that are done.
    """
    until = time.monotonic() + limit_s
    told = _Told(watch, sum([await records.entities.behind(store) for store in projections]))
    await asyncio.gather(*(_drain(records, store, port, until, told) for store, port in projections.items()))
    return {store: await records.entities.behind(store) for store in projections}


class _Told:
    """Progress of all stores together."""

    def __init__(self, watch: Watch | None, total: int) -> None:
        self._watch, self._total, self._done = watch, total, 0

    async def add(self, count: int) -> None:
        self._done += count
        if self._watch is not None:
            await self._watch.progress(self._done, max(self._total, self._done), "entries")


async def _drain(records: Records, store: Store, port: Projection, until: float, told: _Told) -> None:
    holder = f"{os.getpid()}:{new_id()}"
    lease: Lease | None = None
    try:
        while time.monotonic() < until and (batch := await records.entities.dirty(store, _BATCH)):
            # Taken, or renewed. What another relay has projected since the batch was read is only projected again.
            lease = await records.leases.take(f"relay:{store}", holder, ttl_s=_TTL_S)
            if lease is None:
                await asyncio.sleep(_POLL_S)
                continue
            done = await _project(records.entities, store, port, [(kind, key) for kind, key, _ in batch], until)
            if done is None:
                return
            await told.add(done)
    finally:
        if lease is not None:
            await records.leases.release(lease)


async def _project(
    entities: EntityRecords, store: Store, port: Projection, keys: Sequence[tuple[str, str]], until: float
) -> int | None:
    """Project one batch; answers how many, or None where the store is down."""
    present = [_as_shown(one, store) for one in await entities.present(keys)]
    try:
        async with asyncio.timeout(max(0.0, until - time.monotonic())):
            good = await _applied(entities, store, port, present)
    except (*_DOWN, TimeoutError):
        return None
    await entities.clean(store, [(one.kind, one.entity_id, one.version) for one in good])
    return len(keys)


async def _applied(
    entities: EntityRecords, store: Store, port: Projection, batch: Sequence[Versioned]
) -> Sequence[Versioned]:
    """Those of a batch that the store took over; what it can't take is noted down, so that it blocks nothing else."""
    try:
        await port.apply(batch)
    except _DOWN:
        raise
    except Permanent:
        return await _one_by_one(entities, store, port, batch)
    return batch


def _as_shown(one: Versioned, store: Store) -> Versioned:
    """An entity that a store shows no longer is gone there."""
    if one.entity is None or store in one.entity.stores:
        return one
    return replace(one, digest="", entity=None)


async def _one_by_one(
    entities: EntityRecords, store: Store, port: Projection, batch: Sequence[Versioned]
) -> list[Versioned]:
    """Find out which of a batch it is."""
    good: list[Versioned] = []
    for one in batch:
        try:
            await port.apply([one])
        except _DOWN:
            # The fault is the store's; the next batch meets it again.
            break
        except Permanent as exc:
            await entities.fault(store, (one.kind, one.entity_id), str(exc))
        else:
            good.append(one)
    return good
