"""What a server of the lab is: where it comes from, how it is started, how one sees that it is healthy."""

import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives. Port and password stay, so that it comes back at the same address.

    Attributes:
        folder: of this server alone: configuration, data, logs.
        cache: what was fetched or built for all labs.
    """

    folder: Path
    cache: Path
    port: int
    password: str


@dataclass(frozen=True, slots=True)
class Command:
    """What is run.

    Attributes:
        environment: beside PATH and HOME, which is all that it is given.
        unprivileged: whether it runs in the account of account.py where the lab is root's.
    """

    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    unprivileged: bool = True


class Server(Protocol):
    """One kind of server; has no state, which is all in its `Place`."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def variable(self) -> str:
        """The variable of the environment that holds its address."""
        ...

    @property
    def stop(self) -> signal.Signals:
        """The signal that ends it in good order."""
        ...

    def fetch(self, cache: Path) -> None:
        """Get its programs, where they are not here yet.

        Raises:
            Missing: they can't be had here; says why.
        """
        ...

    def prepare(self, place: Place) -> None:
        """Fill the empty folder of a new server."""
        ...

    def command(self, place: Place) -> Command:
        """Say what to run."""
        ...

    def healthy(self, place: Place) -> bool:
        """Whether it answers as it should."""
        ...

    def addresses(self, place: Place) -> dict[str, str]:
        """The variables that lead to it, its own first."""
        ...
