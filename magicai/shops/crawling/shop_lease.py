"""One crawl at a time per shop: two at once would ask it twice as often as either believes."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from magicai.errors import Temporary
from magicai.ports import Leases, Reporter

_TTL_S = 30.0
_RENEW_S = 10.0
_POLL_S = 1.0


@contextlib.asynccontextmanager
async def lease_shop(
    leases: Leases, shop: str, run_id: str, reporter: Reporter, *, timeout_s: float
) -> AsyncGenerator[None]:
    """Hold the shop while the block runs; wait for it while another run has it.

    Args:
        shop: its host.
        timeout_s: how long to wait.

    Raises:
        Temporary: another run still reads the shop; names it. Or one took the shop over while the block ran, because
            this process could not say in time that it was there: the block is cut, so that the shop is not asked twice.
        Cancelled: the user asked to stop while it waited.
    """
    name = f"crawl:{shop}"
    waited = 0.0
    while (lease := await leases.acquire(name, run_id, ttl_s=_TTL_S)) is None:
        if waited >= timeout_s:
            holder = await leases.current(name)
            other = f"Run {holder.holder}" if holder else "Another run"
            raise Temporary("shop_being_crawled", other=other, shop=shop, limit_s=f"{timeout_s:.0f}", run_id=run_id)
        await reporter.progress(int(waited), None, "seconds waited", shop=shop)
        await asyncio.sleep(_POLL_S)
        waited += _POLL_S
    held = asyncio.timeout(None)
    try:
        async with held:
            renewing = asyncio.create_task(_renew(leases, name, run_id))

            def cut(_done: asyncio.Task[None]) -> None:
                held.reschedule(asyncio.get_running_loop().time())

            renewing.add_done_callback(cut)
            try:
                yield
            finally:
                renewing.remove_done_callback(cut)
                renewing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await renewing
    except TimeoutError:
        if not held.expired():
            raise
        raise Temporary("crawl_taken_over", shop=shop, run_id=run_id) from None
    finally:
        await leases.release(lease)


async def _renew(leases: Leases, name: str, run_id: str) -> None:
    """Renew the lease until another run has it."""
    while True:
        await asyncio.sleep(_RENEW_S)
        with contextlib.suppress(Temporary):
            if await leases.acquire(name, run_id, ttl_s=_TTL_S) is None:
                return
