"""Runs that wait, and that nothing will begin by itself."""

from magicai.ports import Records
from magicai.runs.queue.dead_runs import DISPATCHER
from magicai.runs.queue.dispatch import LOST_US, begins_by_itself
from magicai.runs.run import Run, RunStatus


async def stranded(records: Records, *, owner_id: str | None = None) -> list[Run]:
    """Runs that have waited for so long that whoever was to begin them has gone.

    Args:
        records: where the runs are.
        owner_id: whose; everybody's where None.
    """
    queued = await records.runs.listed(owner_id=owner_id, statuses=(RunStatus.QUEUED,), limit=1000)
    now = await records.runs.now()
    waiting = [run for run in queued if now - run.created_at > LOST_US and not await _has_its_turn(records, run)]
    if not waiting:
        return []
    dispatched = await records.leases.current(DISPATCHER) is not None
    return [run for run in waiting if not (dispatched and begins_by_itself(run, now))]


async def _has_its_turn(records: Records, run: Run) -> bool:
    """Whether the run that it waits for has not ended, and so begins it at its end."""
    return run.waits and run.follows is not None and not (await records.runs.get(run.follows)).status.ended
