"""No stampede: where a value is missing, one of all processes makes it, and the others wait or take the old one.

Who makes it holds a claim that runs out by itself, so a maker that was killed is replaced. A claim only saves work:
what must not happen twice is guarded by the records' leases, whose fencing tokens no restarted cache forgets.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple, Protocol

from magicai.errors import Temporary

_CLAIM_S = 5.0
_POLL_S, _LONGEST_POLL_S = 0.02, 0.25


class Lookup(NamedTuple):
    """What one look has brought: a value, or the claim to make it, or neither while somebody else makes it."""

    value: bytes | None
    claimed: bool


class ComputeStore(Protocol):
    """What an implementation does of it, each as one step."""

    async def look_up(self, key: str, token: str, *, claim_s: float) -> Lookup:
        """The value; else the claim, if nobody has it; else the value whose time is over, if it is still kept."""
        ...

    async def renew(self, key: str, token: str, *, claim_s: float) -> None:
        """Hold the claim for so long from now, if it is still this one's."""
        ...

    async def publish(self, key: str, token: str, value: bytes, *, ttl_s: float, stale_s: float) -> None:
        """Keep what was made, and a copy for `stale_s` longer; give the claim back."""
        ...

    async def release(self, key: str, token: str) -> None:
        """Give the claim back."""
        ...


async def get_or_compute(
    store: ComputeStore, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float, stale_s: float
) -> bytes:
    """A value as the port promises it; made without the cache while that is out of reach."""
    token = secrets.token_hex(8)
    pause = _POLL_S
    try:
        while not (found := await store.look_up(key, token, claim_s=_CLAIM_S)).claimed:
            if found.value is not None:
                return found.value
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_POLL_S)
    except Temporary:
        return await make()
    return await _make(store, key, token, make, ttl_s=ttl_s, stale_s=stale_s)


async def _make(
    store: ComputeStore, key: str, token: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float, stale_s: float
) -> bytes:
    renewing = asyncio.create_task(_renew(store, key, token))
    try:
        value = await make()
    except BaseException:
        with suppress(Temporary):
            await store.release(key, token)
        raise
    finally:
        renewing.cancel()
    with suppress(Temporary):
        await store.publish(key, token, value, ttl_s=ttl_s, stale_s=stale_s)
    return value


async def _renew(store: ComputeStore, key: str, token: str) -> None:
    while True:
        await asyncio.sleep(_CLAIM_S / 3)
        with suppress(Temporary):
            await store.renew(key, token, claim_s=_CLAIM_S)
