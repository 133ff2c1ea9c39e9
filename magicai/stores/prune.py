"""Deletes old data of runs: how old, and what stays."""

from collections.abc import Mapping

from magicai.errors import NotFound
from magicai.ports import Files, Records
from magicai.values.times import DAY_US, now_us

_PART = 200


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
