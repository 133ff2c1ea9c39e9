"""What an installation removes once it is older than settings say: of records, files, the orchestrator and logs."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from magicai.errors import NotFound
from magicai.ports import Files, Orchestrator, Records
from magicai.settings import Settings
from magicai.values.times import DAY_US, now_us

_PART = 200


async def prune(
    records: Records, files: Files, orchestrator: Orchestrator, settings: Settings, *, days: int | None = None
) -> Mapping[str, int]:
    """Remove what is old; answers how much of what. Runs, results, products and prices stay.

    Args:
        days: how old page bodies, events and kept results may be; by default, what settings say.
    """
    before = now_us() - settings.retention_days * DAY_US
    # What takes the most room, and needs none to be removed, comes first: a disk may be full.
    removed = {"logs": await asyncio.to_thread(_prune_logs, settings.home / "logs", before)}
    removed |= await prune_records(records, files, days=days or settings.retention_days)
    removed["audit_log"] = await records.audit_log.prune(before=now_us() - settings.audit_days * DAY_US)
    if settings.report_days is not None:
        removed["reports"] = await prune_reports(records, files, days=settings.report_days)
    removed["flow_runs"] = await orchestrator.prune(before=before)
    return removed


async def prune_records(records: Records, files: Files, *, days: int) -> Mapping[str, int]:
    """Remove what is older than so many days: events, kept results, frontiers, and bodies that nothing names any more.

    Runs, results, products, prices and reports stay.
    """
    before = now_us() - days * DAY_US
    removed = dict(await records.prune(before=before))
    removed["bodies"] = await files.prune(records.referenced(), before=before)
    return removed


async def prune_reports(records: Records, files: Files, *, days: int) -> int:
    """Remove the files of runs that ended longer ago, such as reports; answers how many."""
    before = now_us() - days * DAY_US
    old: list[str] = []
    of_run, is_old = "", False
    async for name in files.results():  # in order, so those of a run come together
        run_id = name.partition("/")[0]
        if run_id != of_run:
            of_run, is_old = run_id, await _ended_before(records, run_id, before)
        if is_old:
            old.append(name)
    for start in range(0, len(old), _PART):
        await files.discard(old[start : start + _PART])
    return len(old)


async def _ended_before(records: Records, run_id: str, before: int) -> bool:
    try:
        finished_at = (await records.runs.get(run_id)).finished_at
    except NotFound:  # whose they were is unknown: they stay
        return False
    return finished_at is not None and finished_at < before


def _prune_logs(folder: Path, before: int) -> int:
    removed = 0
    for path in folder.glob("*.log"):
        with suppress(OSError):  # somebody else prunes, too
            if path.stat().st_mtime * 1_000_000 < before:
                path.unlink()
                removed += 1
    return removed
