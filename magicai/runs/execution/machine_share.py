"""A step begins once the machine has what it needs: side by side only as cores and memory allow."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict

from magicai.errors import Cancelled
from magicai.ports import Capacity
from magicai.runs.plan import Resources

_LOOK_S = 0.2


@asynccontextmanager
async def machine_share(
    capacity: Capacity, needed: Resources, *, stop: asyncio.Event, tell: Callable[..., Awaitable[None]]
) -> AsyncGenerator[None]:
    """Hold a part of the machine while the block runs; wait for it while others hold too much.

    Args:
        tell: is told once `why` it has to wait, with its `message`, if it has.

    Raises:
        Cancelled: the run was stopped while it waited.
    """
    claim = capacity.claim(cpu=needed.cpu, memory=needed.memory)
    try:
        told = False
        while (why := claim.grant()) is not None:
            if not told:
                await tell(why=str(why), message=asdict(why))
                told = True
            stopped = stop.is_set()
            await asyncio.sleep(_LOOK_S)
            if stopped:
                raise Cancelled("run_stopped_while_waiting")
        yield
    finally:
        claim.release()
