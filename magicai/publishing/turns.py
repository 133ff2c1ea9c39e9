"""Turns at a post: one run at a time makes, changes or takes it down."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from magicai.errors import MagicError
from magicai.messages import say
from magicai.ports import Leases
from magicai.runs.items import PutOff

_log = logging.getLogger(__name__)
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
            try:
                if await leases.acquire(name, run_id, ttl_s=_TTL_S) is None:
                    _log.warning("The turn at %s was lost to another run", name)
            except MagicError as exc:
                _log.warning("The turn at %s was not renewed: %s", name, exc)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)  # whatever ended it, the lease is given back
        await asyncio.shield(leases.release(lease))
