"""The health check of the queue."""

from magicai.errors import Permanent
from magicai.ports import Records
from magicai.runs.queue.stranded import stranded
from magicai.values.units import so_many


async def check(records: Records) -> str:
    """Whatever waits will begin."""
    left = await stranded(records)
    if left:
        raise Permanent(
            f"{so_many(len(left), 'runs')} are waiting and nothing starts them, such as {left[0].run_id}.",
            way_out=f"To start it: magicai resume {left[0].run_id}; `magicai up` starts those from the API.",
        )
    return "every waiting run will start"
