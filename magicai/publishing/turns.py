"""Turns at a post: one run at a time makes, changes or takes it down."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from magicai.errors import Temporary
from magicai.messages import say
from magicai.ports import Leases
from magicai.runs.items import PutOff

_TTL_S, _RENEW_S = 15.0, 5.0


@asynccontextmanager
async def turn(leases: Leases, content_id: str, target: str, run_id: str, *, again_s: float) -> AsyncGenerator[None]:
    """Have the turn at a submission's post while the block runs.

    What is read in a turn holds until its end: a post that is being made can't be taken down before it is there, and
    one that is being taken down is not made again.

    Raises:
        PutOff: another run has it; try again after `again_s`.
    """
    name = f"post:{content_id}:{target}"
    lease = await leases.acquire(name, run_id, ttl_s=_TTL_S)
    if lease is None:
        raise PutOff(again_s, why=say("post_busy", target=target))

    async def renew() -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            with suppress(Temporary):
                await leases.acquire(name, run_id, ttl_s=_TTL_S)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await asyncio.shield(leases.release(lease))
