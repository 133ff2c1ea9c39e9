"""Stores that are left alone for a while, since they were down or slow: every process of an installation knows.

One lease is the pause. Another one, whose holder is how often in a row the store was met so, outlives it by twice its
length, so that the next pause is longer than the last. Nobody's clock but that of the leases is asked.
"""

from magicai.ports import Lease, Leases
from magicai.stores.entity import Store

_REMEMBERED = 3


class Backoff:
    """One reason to leave a store alone.

    Args:
        store: or another server, such as `mail`.
        name: of the reason: `down`, `slow`.
        first_s, longest_s: each pause is twice as long as the last, between these.
    """

    def __init__(self, leases: Leases, store: str, name: str, *, first_s: float, longest_s: float) -> None:
        self._leases, self._name = leases, f"{name}:{store}"
        self._memory = f"{self._name}:times"
        self._first_s, self._longest_s = first_s, longest_s

    async def active(self) -> bool:
        """Whether it is to be left alone now."""
        return await self._leases.current(self._name) is not None

    async def begin(self) -> None:
        """Leave it alone from now on, for longer than the last time."""
        last = await self._forget(self._memory)
        await self._forget(self._name)
        times = 1 if last is None else int(last.holder) + 1
        length_s = min(self._longest_s, self._first_s * 2 ** min(times - 1, 30))
        await self._leases.acquire(self._name, str(times), ttl_s=length_s)
        await self._leases.acquire(self._memory, str(times), ttl_s=_REMEMBERED * length_s)

    async def end(self) -> None:
        """It is well again."""
        await self._forget(self._name)
        await self._forget(self._memory)

    async def _forget(self, name: str) -> Lease | None:
        held = await self._leases.current(name)
        if held is not None:
            await self._leases.release(held)
        return held


async def recently_down(leases: Leases, store: Store) -> bool:
    """Whether a store is left alone because it was down, or was until just now."""
    return await leases.current(f"down:{store}:times") is not None
