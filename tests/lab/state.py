"""What a lab's folder holds.

Per server NAME/ (its own), NAME.json (port, password, process; mode 0600) and NAME.log; and `stores.env`, the addresses
of those that run.
"""

import json
import os
import shlex
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.lab.process import Started
from tests.lab.server import Place, Server

ADDRESSES = "stores.env"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a server; `started` is the process that was last started."""

    port: int
    password: str
    started: Started | None = None


class State:
    """Reads and writes a lab's folder."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder, self.cache = folder, cache

    @property
    def addresses(self) -> Path:
        """The file to source."""
        return self.folder / ADDRESSES

    def place(self, server: Server, kept: Kept) -> Place:
        """Where a server lives."""
        return Place(self.folder / server.name, self.cache, kept.port, kept.password)

    def log(self, server: Server) -> Path:
        """Where its output goes."""
        return self.folder / f"{server.name}.log"

    def unfinished(self, server: Server) -> Path:
        """A file that is there while its folder is being filled."""
        return self.folder / f"{server.name}.unfinished"

    def read(self, server: Server) -> Kept | None:
        """What is kept of it; None where it was never started."""
        try:
            found = json.loads((self.folder / f"{server.name}.json").read_text())
        except FileNotFoundError:
            return None
        started = found.pop("started")
        return Kept(**found, started=Started(**started) if started else None)

    def write(self, server: Server, kept: Kept) -> None:
        """Keep it."""
        _write_private(self.folder / f"{server.name}.json", json.dumps(asdict(kept)))

    def forget(self, server: Server) -> None:
        """Delete all that is of it."""
        shutil.rmtree(self.folder / server.name, ignore_errors=True)
        for path in (self.folder / f"{server.name}.json", self.log(server), self.unfinished(server)):
            path.unlink(missing_ok=True)

    def tell(self, running: Iterable[tuple[Server, Kept]], left_out: Mapping[str, Exception]) -> None:
        """Write the file to source: those that run, and why others do not."""
        lines = [f"# Servers of the lab in {self.folder}."]
        for server, kept in running:
            found = server.addresses(self.place(server, kept))
            lines += [f"export {name}={shlex.quote(value)}" for name, value in found.items()]
        lines += [f"# {name} is left out: {' '.join(str(reason).split())}" for name, reason in left_out.items()]
        _write_private(self.addresses, "\n".join(lines) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Replace a file in one step by one that nobody else may read."""
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)
