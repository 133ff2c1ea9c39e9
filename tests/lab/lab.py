"""A lab: servers in one folder, started side by side, stopped, disturbed."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
from filelock import FileLock

from magicai.errors import Conflict, Invalid, MagicError, NotFound, Permanent, Refused, Temporary
from tests.lab import process
from tests.lab.account import hand_over, must_reach
from tests.lab.cached import default_cache
from tests.lab.ports import Ports
from tests.lab.process import Started
from tests.lab.server import Place, Server
from tests.lab.servers import SERVERS, STORES
from tests.lab.state import Kept, State

_LOCK = "lab.lock"
_HEALTHY_S = 240.0
_LOOK_S = 0.1
_LOG_TAIL = 15


class Lab:
    """Servers in one folder.

    Args:
        folder: made where it is missing.
        cache: what was fetched before.
        say: told of progress, one line at a time.
    """

    def __init__(self, folder: Path, *, cache: Path | None = None, say: Callable[[str], None] = lambda _: None) -> None:
        self.folder = folder.absolute()
        self._state = State(self.folder, (cache or default_cache()).absolute())
        self._say = say
        self._ports = Ports()

    @property
    def addresses(self) -> Path:
        """The file to source."""
        return self._state.addresses

    def up(self, names: Sequence[str] = ()) -> dict[str, MagicError]:
        """Start servers, those of all stores where none is named, and wait until they are healthy.

        Those that run stay as they are.

        Returns:
            Those that could not be had, each with the reason.
        """
        wanted = [_server(name) for name in names or STORES]
        with self._alone(), ThreadPoolExecutor(len(wanted)) as pool:
            reasons = zip(wanted, pool.map(self._try, wanted), strict=True)
            left_out = {server.name: reason for server, reason in reasons if reason}
            self._tell(left_out)
        return left_out

    def down(self) -> None:
        """End all servers, and delete everything of theirs."""
        if not self.folder.exists():
            return
        with self._alone(), ThreadPoolExecutor(len(SERVERS)) as pool:
            list(pool.map(self._end, SERVERS.values()))
            for server in SERVERS.values():
                self._state.forget(server)
            self.addresses.unlink(missing_ok=True)
            (self.folder / _LOCK).unlink()
        with suppress(OSError):  # something else is in it
            self.folder.rmdir()

    def status(self) -> dict[str, str]:
        """Per server `healthy`, `silent`, `paused`, `stopped` or `absent`."""
        with ThreadPoolExecutor(len(SERVERS)) as pool:
            return dict(zip(SERVERS, pool.map(self._look, SERVERS.values()), strict=True))

    def pause(self, name: str) -> None:
        """Let a server hear nothing; its connections stay open."""
        with self._alone():
            process.pause(self._running(_server(name)))

    def resume(self, name: str) -> None:
        """Let a paused server go on."""
        with self._alone():
            process.resume(self._running(_server(name)))

    def kill(self, name: str) -> None:
        """End a server as a power failure does; its data stay."""
        with self._alone():
            process.kill(self._running(_server(name)))

    def start(self, name: str) -> None:
        """Start a server that was killed, with its data and at its address, and wait until it is healthy."""
        with self._alone():
            self._ensure(_server(name))
            self._tell({})

    def wipe(self, name: str) -> None:
        """Kill a server, and start it empty, at its address and with its password."""
        server = _server(name)
        with self._alone():
            kept = self._state.read(server)
            if kept is None:
                raise NotFound(f"{name} is not in the lab {self.folder}.", way_out=f"`up {name}` starts it.")
            if kept.started:
                process.kill(kept.started)
            shutil.rmtree(self.folder / name)
            self._ensure(server)
            self._tell({})

    @contextmanager
    def _alone(self) -> Generator[None]:
        for folder in (self.folder, self._state.cache):
            must_reach(folder)
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.geteuid():
            raise Refused(f"{self.folder} belongs to somebody else.", way_out="Name another folder: --folder DIR.")
        with FileLock(self.folder / _LOCK):
            yield

    def _try(self, server: Server) -> MagicError | None:
        try:
            self._ensure(server)
        except MagicError as exc:
            self._say(f"{server.name}: left out: {exc}")
            return exc
        return None

    def _ensure(self, server: Server) -> None:
        """Fetch, prepare and start, as far as that is still to be done; wait until it is healthy."""
        if self._look(server) == "healthy":
            self._say(f"{server.name}: runs already")
            return
        began = time.monotonic()
        self._say(f"{server.name}: getting ready")
        server.fetch(self._state.cache)
        kept = self._state.read(server) or Kept(self._ports.free(), secrets.token_hex(16))
        place = self._state.place(server, kept)
        self._prepare(server, place, kept)
        if process.find(kept.started) is None:
            self._say(f"{server.name}: starting")
            kept = replace(kept, started=process.start(server.command(place), place.folder, self._state.log(server)))
            self._state.write(server, kept)
        elif kept.started:
            process.resume(kept.started)
        self._wait(server, place, kept)
        self._say(f"{server.name}: healthy after {time.monotonic() - began:.1f} s, on port {kept.port}")

    def _prepare(self, server: Server, place: Place, kept: Kept) -> None:
        """Fill a new server's folder; one that was not filled to its end is begun anew."""
        unfinished = self._state.unfinished(server)
        if place.folder.exists() and not unfinished.exists():
            return
        shutil.rmtree(place.folder, ignore_errors=True)
        unfinished.touch()
        self._state.write(server, kept)
        place.folder.mkdir(mode=0o700)
        hand_over(place.folder)
        server.prepare(place)
        if server.command(place).unprivileged:
            hand_over(place.folder)
        unfinished.unlink()

    def _wait(self, server: Server, place: Place, kept: Kept) -> None:
        end = time.monotonic() + _HEALTHY_S
        while not server.healthy(place):
            if process.find(kept.started) is None:
                raise Permanent(f"{server.name} ended while it started: {self._last_words(server)}")
            if time.monotonic() > end:
                self._end(server)
                raise Temporary(f"{server.name} was not healthy after {_HEALTHY_S:g} s: {self._last_words(server)}")
            time.sleep(_LOOK_S)

    def _last_words(self, server: Server) -> str:
        return "\n".join(self._state.log(server).read_text(errors="replace").splitlines()[-_LOG_TAIL:])

    def _end(self, server: Server) -> None:
        kept = self._state.read(server)
        if kept and kept.started and process.find(kept.started):
            self._say(f"{server.name}: stopping")
            process.stop(kept.started, server.stop)

    def _look(self, server: Server) -> str:
        kept = self._state.read(server)
        if kept is None:
            return "absent"
        found = process.find(kept.started)
        if found is None:
            return "stopped"
        if found.status() == psutil.STATUS_STOPPED:
            return "paused"
        return "healthy" if server.healthy(self._state.place(server, kept)) else "silent"

    def _running(self, server: Server) -> Started:
        kept = self._state.read(server)
        if kept is None or kept.started is None or process.find(kept.started) is None:
            raise Conflict(f"{server.name} does not run in {self.folder}.", way_out=f"`up {server.name}` starts it.")
        return kept.started

    def _tell(self, left_out: dict[str, MagicError]) -> None:
        kept = ((server, self._state.read(server)) for server in SERVERS.values())
        self._state.tell([(server, one) for server, one in kept if one and process.find(one.started)], left_out)


def _server(name: str) -> Server:
    if name not in SERVERS:
        raise Invalid(f"There is no server {name!r}.", way_out=f"There are {', '.join(SERVERS)}.")
    return SERVERS[name]
