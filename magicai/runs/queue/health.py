"""The health check of the queue."""

from magicai.errors import Permanent
from magicai.ports import Records
from magicai.runs.queue.stranded import stranded


async def check(records: Records) -> str:
    """Whatever waits will begin."""
    left = await stranded(records)
    if left:
        raise Permanent("waiting_runs_not_started", n=len(left), run_id=left[0].run_id)
    return "every waiting run will start"
