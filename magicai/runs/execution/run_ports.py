"""The ports that the executor uses."""

from typing import Protocol

from magicai.brain.situation import Machine
from magicai.ports import Capacity, Records
from magicai.settings import Settings


class RunPorts(Protocol):
    """The ports that the executor itself uses; each step names its own."""

    @property
    def settings(self) -> Settings:
        """The installation's settings."""
        ...

    @property
    def records(self) -> Records:
        """The records."""
        ...

    @property
    def capacity(self) -> Capacity:
        """What steps share of this machine."""
        ...

    def machine(self) -> Machine:
        """This machine's resources."""
        ...
