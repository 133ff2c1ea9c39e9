"""What ends before a workspace or a person is erased: runs in progress."""

import asyncio

from magicai.ports import Orchestrator, Records
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.runs.run import Attempt, Run

# How long a run may take to end by itself, such as after a page; then its process is ended.
_PATIENCE_S = 30.0
_POLL_S = 0.2


async def end_runs(records: Records, orchestrator: Orchestrator, owner_id: str) -> None:
    """Cancel an owner's runs, and wait until they have ended."""
    for run in await _unended(records, owner_id):
        await records.runs.request_cancel(run.run_id)
    for _ in range(round(_PATIENCE_S / _POLL_S)):
        if not await _active(records, owner_id):
            break
        await asyncio.sleep(_POLL_S)
    for attempt in await _active(records, owner_id):
        await orchestrator.stop(attempt)
        await orchestrator.abort(attempt.run_id)
    await close_dead_runs(records, orchestrator)


async def _active(records: Records, owner_id: str) -> list[Attempt]:
    return [attempt for run, attempt in await records.runs.unfinished() if run.owner_id == owner_id]


async def _unended(records: Records, owner_id: str) -> list[Run]:
    found: list[Run] = []
    before = None
    while page := await records.runs.listed(owner_id=owner_id, limit=500, before=before):
        found += [run for run in page if not run.status.ended]
        before = page[-1].run_id
    return found
