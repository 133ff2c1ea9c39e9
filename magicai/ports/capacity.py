"""What this machine has to work with, shared by all that its processes do."""

from typing import Protocol

from magicai.messages import Message


class Claim(Protocol):
    """Somebody's wish for a part of the machine, in the order in which wishes came."""

    def grant(self) -> Message | None:
        """Take the part now, or answer what is in the way; to be asked again until it is None."""
        ...

    def release(self) -> None:
        """Give the part back, or wish for it no longer."""
        ...


class Capacity(Protocol):
    """This machine's cores and memory."""

    def claim(self, *, cpu: float, memory: int) -> Claim:
        """Wish for cores and megabytes. What is larger than the machine is granted once nothing else runs.

        A process that ends, however it ends, holds nothing any longer.
        """
        ...
