"""Stores that are left alone for a while, since they were down or slow: every process of an installation knows.

A lease says so, whose holder is how often in a row it was met so. It outlives the pause by twice its length, so that
the next pause is longer than the last.
"""

from magicai.domain.entity import Store
from magicai.domain.times import now_us
from magicai.ports import Leases

_REMEMBERED = 3


class Pause:
    """One reason to leave a store alone.

    Args:
        name: of the reason: `down`, `slow`.
        first_s, longest_s: each pause is twice as long as the last, between these.
    """

    def __init__(self, leases: Leases, store: Store, name: str, *, first_s: float, longest_s: float) -> None:
        self._leases, self._name = leases, f"{name}:{store}"
        self._first_s, self._longest_s = first_s, longest_s

    async def now(self) -> bool:
        """Whether it is to be left alone now."""
        lease = await self._leases.held(self._name)
        if lease is None:
            return False
        return lease.until - self._length_us(int(lease.holder)) * (_REMEMBERED - 1) > now_us()

    async def begin(self) -> None:
        """Leave it alone from now on, for longer than the last time."""
        last = await self._leases.held(self._name)
        times = 1
        if last is not None:
            times = int(last.holder) + 1
            await self._leases.release(last)
        length_us = self._length_us(times)
        await self._leases.take(self._name, str(times), ttl_s=_REMEMBERED * length_us / 1e6)

    async def end(self) -> None:
        """It is well again."""
        last = await self._leases.held(self._name)
        if last is not None:
            await self._leases.release(last)

    def _length_us(self, times: int) -> int:
        return round(1e6 * min(self._longest_s, self._first_s * 2 ** min(times - 1, 30)))
