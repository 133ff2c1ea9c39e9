"""Rights that one process at a time may hold."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lease:
    """A right that runs out.

    Attributes:
        token: fencing token; grows with every new holder of this name.
        until: UTC microseconds.
    """

    name: str
    holder: str
    token: int
    until: int


class Leases(Protocol):
    """Rights that one process at a time may hold."""

    async def acquire(self, name: str, holder: str, *, ttl_s: float) -> Lease | None:
        """The lease, or None while another holder's has not run out. The same holder renews, keeping its token.

        A renewal that comes late keeps its token too, if nobody has taken the lease meanwhile. One that lasts
        for more than a minute longer than it would if taken now is over: a clock that was ahead has made it so.
        """
        ...

    async def current(self, name: str) -> Lease | None:
        """Who holds it now, if anybody."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give it back, if it is still this one."""
        ...
