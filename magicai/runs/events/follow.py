"""A run's events as they come."""

import asyncio
from collections.abc import AsyncIterator

from magicai.ports import RunRecords
from magicai.runs.run import RunEvent

_POLL_S = 0.2


async def follow(runs: RunRecords, run_id: str, *, after: int = 0) -> AsyncIterator[RunEvent]:
    """A run's events as they come, the first after sequence `after`, until its final status."""
    while True:
        events = await runs.events(run_id, after=after)
        for event in events:
            after = event.sequence
            yield event
        if events:
            continue
        if (await runs.get(run_id)).status.ended and not await runs.events(run_id, after=after, limit=1):
            return
        await asyncio.sleep(_POLL_S)
