"""A run as it goes, told to whoever waits for it. Only our own words are told: a finding would quote a page."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from magicai.mcp.backend import Backend
from magicai.runs.run import Run, RunEvent

ReportProgress = Callable[[float, str], Awaitable[None]]
_POLL_S = 0.3
_PART = 500


async def followed(backend: Backend, run: Run, report: ReportProgress, *, limit_s: float = float("inf")) -> Run:
    """The run once it has ended, or as it stands when the time is over."""
    until, after, reported = time.monotonic() + limit_s, 0, -1.0
    while True:
        now = await backend.records.runs.get(run.run_id, owner_id=backend.owner_id)
        events = await backend.records.runs.events(run.run_id, after=after, limit=_PART)
        for event in events:
            after = event.sequence
            if event.progress > reported:  # the protocol wants each to be more than the last
                reported = event.progress
                await report(event.progress, _words(event))
        if events:
            continue
        if now.status.ended or time.monotonic() >= until:
            return now
        await backend.close_dead_runs(run.run_id)
        await asyncio.sleep(_POLL_S)


def _words(event: RunEvent) -> str:
    done, total = event.data.get("done"), event.data.get("total")
    name = (event.current_task or event.status.value).replace("_", " ")
    if not isinstance(done, int):
        return name
    return f"{name}: {done} of {total}" if isinstance(total, int) else f"{name}: {done}"
