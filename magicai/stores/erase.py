"""A person's right to erasure: everything of one owner, out of every store."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from magicai.errors import Conflict, MagicError, NotFound, Temporary
from magicai.ports import Archive, Files, Orchestrator, Projection, Records
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.stores.backup import was_erased
from magicai.stores.entity import Store
from magicai.stores.relay import drain
from magicai.stores.restore import enqueue_all
from magicai.values.times import HOUR_US, now_us

Report = Callable[[str], object]
Compact = Callable[[], Awaitable[Sequence[Store]]]

_LIMIT_S = 600.0
# A crawl keeps bodies first, and names them in the records within minutes.
_COMMITTED_US = HOUR_US
_CLOCKS_US = HOUR_US


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: rows per table, entries that the stores showed, results, attempts, page bodies, schedules.

    Attributes:
        online: addresses of what stays published elsewhere.
    """

    rows: Mapping[str, int]
    entries: int
    results: int
    attempts: int
    bodies: int
    schedules: Sequence[str] = ()
    online: Sequence[str] = ()


async def erase_again(
    records: Records,
    files: Files,
    projections: Mapping[Store, Projection],
    orchestrator: Orchestrator,
    *,
    archive: Archive,
    since: str,
    report: Report,
    compact: Compact,
) -> None:
    """Remove from what was restored whoever was erased after the backup `since` was made.

    Raises:
        Conflict, Temporary: as `erase` does.
    """
    await close_dead_runs(records, orchestrator)  # of the backup, which nobody carries on here
    for owner_id in await records.erasing.owners():
        if await was_erased(archive, owner_id, since=since):
            await erase(records, files, projections, orchestrator, owner_id, report=report, compact=compact)


async def erase(
    records: Records,
    files: Files,
    projections: Mapping[Store, Projection],
    orchestrator: Orchestrator,
    owner_id: str,
    *,
    report: Report,
    compact: Compact,
) -> Erased:
    """Remove everything of an owner; interrupted anywhere, the same call continues.

    Args:
        records, files, projections, runs: where it is.
        owner_id: whose; nobody's is no error, so that it can be asked for again.
        report: of its progress.
        compact: makes the embedded stores' files forget what was removed from them; answers which are empty then.

    Raises:
        Conflict: one of their runs is active.
        Temporary: a store is down and still shows something of theirs; names it. Or they began something.
    """
    done = await remove_all(records, files, projections, orchestrator, owner_id, report=report)
    await clear_traces(records, projections, report=report, compact=compact)
    return done


async def remove_all(
    records: Records,
    files: Files,
    projections: Mapping[Store, Projection],
    orchestrator: Orchestrator,
    owner_id: str,
    *,
    report: Report,
) -> Erased:
    """Remove everything of an owner: the stores come first, and the rows by which all of it is found last.

    Raises:
        Conflict, Temporary: as `erase` does.
    """
    await must_be_at_rest(records, owner_id)  # before anything is changed
    with suppress(NotFound, Conflict):  # no account is theirs, or it is the only admin's
        await records.identities.change_user(owner_id, enabled=False)  # so that they begin nothing meanwhile
    await must_be_at_rest(records, owner_id)
    bound = await records.identities.schedule_owners()
    schedules = sorted(name for name, one in bound.items() if one.workspace_id == owner_id)
    entries = await _hide(records, projections, owner_id, report)
    run_ids = await _run_ids(records, owner_id)
    flow_runs = await records.erasing.flow_runs(owner_id)
    await orchestrator.delete(flow_runs, run_ids, schedules)
    report(f"attempts: {len(flow_runs)} removed from the orchestrator, and {len(schedules)} schedules")
    theirs = set(run_ids)
    names = [name async for name in files.results() if name.split("/")[0] in theirs]
    await files.discard(names)
    report(f"results: {len(names)} removed")
    bodies = await _remove_bodies(records, files, owner_id)
    report(f"page bodies: {bodies} removed")
    rows = await records.erasing.remove(owner_id)
    report(f"rows: {sum(rows.values())} removed")
    if owner_id in await records.erasing.owners():
        raise Temporary("user_active_during_deletion", owner_id=owner_id)
    return Erased(rows, entries, len(names), len(flow_runs), bodies, schedules)


async def clear_traces(
    records: Records, projections: Mapping[Store, Projection], *, report: Report, compact: Compact
) -> None:
    """Make files forget what was removed.

    Raises:
        Temporary: a file is in use for too long.
    """
    for store in await compact():
        await enqueue_all(records, store)
        report(f"{store}: being rebuilt")
    await drain(records, projections, limit_s=_LIMIT_S, ignore_backoff=True)


async def must_be_at_rest(records: Records, owner_id: str) -> None:
    """See that none of an owner's runs is active.

    Raises:
        Conflict: one is; names it.
    """
    active = [run.run_id for run, _ in await records.runs.unfinished() if run.owner_id == owner_id]
    if active:
        raise Conflict("run_still_running", active=active[0], owner_id=owner_id)


async def _remove_bodies(records: Records, files: Files, owner_id: str) -> int:
    """Remove what the owner's crawls alone have read; of what nobody names, only what no crawl is about to name."""
    theirs = {digest async for digest in records.referenced(owner_id=owner_id)}
    # A bucket's dates are of its own clock.
    removed = await files.prune(records.referenced(but_of=owner_id), before=now_us() + _CLOCKS_US, among=theirs)
    return removed + await files.prune(records.referenced(), before=now_us() - _COMMITTED_US)


async def _hide(records: Records, projections: Mapping[Store, Projection], owner_id: str, report: Report) -> int:
    """Let every store forget the owner's entities; tombstones of nobody stay, so that nothing of theirs rises again."""
    count = 0
    while keys := await records.erasing.entities(owner_id):
        by_kind: dict[str, list[str]] = {}
        for kind, entity_id in keys:
            by_kind.setdefault(kind, []).append(entity_id)
        for kind, ids in by_kind.items():
            await records.entities.delete(kind, ids)
        await _drain(records, projections, owner_id)
        for port in projections.values():
            await port.drop(keys)
        # A key that names its owner can't stay, not even as a tombstone.
        naming = [key for key in keys if owner_id in key[1]]
        await records.erasing.drop(naming)
        await records.erasing.anonymise([key for key in keys if key not in set(naming)])
        await _drain(records, projections, owner_id)
        count += len(keys)
        report(f"entries: {count} hidden in {', '.join(projections)}")
    return count


async def _drain(records: Records, projections: Mapping[Store, Projection], owner_id: str) -> None:
    why: dict[Store, MagicError] = {}

    def down(store: Store, error: MagicError) -> None:
        why[store] = error

    behind = await drain(records, projections, limit_s=_LIMIT_S, ignore_backoff=True, on_down=down)
    for store, count in behind.items():
        if count:
            raise Temporary(
                "store_deletions_pending", store=store, count=count, owner_id=owner_id, reason=why.get(store, "")
            )


async def _run_ids(records: Records, owner_id: str) -> list[str]:
    found: list[str] = []
    before = None
    while page := await records.runs.listed(owner_id=owner_id, limit=500, before=before):
        found += [run.run_id for run in page]
        before = page[-1].run_id
    return found
