"""Prefect's server of a home: how it is found, asked, and started where there is none."""

import json
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from integrations.prefect import environment
from integrations.processes import lifeline, on_demand
from integrations.processes.on_demand import Startable
from integrations.processes.process import find
from integrations.sqlite.damage import fault_of
from magicai.errors import Invalid, Permanent, Temporary
from magicai.private import private_folder, private_home

# The exit status of a server whose port is another's.
TAKEN = 98
_START_LIMIT_S = 180
_ROOM = 4_000_000  # bytes
_ANSWER_LIMIT_S = 10


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        url: of its API, ending in /api.
    """

    url: str
    pid: int

    @property
    def base(self) -> str:
        """Where its user interface is."""
        return self.url.removesuffix("/api")


def running(home: Path) -> Server | None:
    """The server of this home, if one answers."""
    try:
        record = json.loads((environment.prefect_home(home) / on_demand.RECORD).read_text())
        # Before anything is sent: the port of a server that died may be another program's by now.
        if find(record["pid"], record["started"]) is None:
            return None
        server = Server(record["url"], record["pid"])
        answer = ask(home, "GET", f"{server.base}/server")
        return server if answer.is_success and answer.json() == {"pid": server.pid} else None
    except (OSError, ValueError, KeyError, TypeError, httpx.HTTPError):
        return None


def ask(home: Path, method: str, url: str, body: object = None) -> httpx.Response:
    """Ask the server of this home, as its owner.

    Raises:
        httpx.HTTPError: it did not answer.
    """
    user, _, password = environment.credential(home).partition(":")
    return on_demand.ask(method, url, body, limit_s=_ANSWER_LIMIT_S, auth=(user, password))


def leave(home: Path) -> None:
    """Ask the server of this home to end as soon as nobody uses it."""
    server = running(home)
    if server is not None:
        ask(home, "POST", f"{server.base}/leave")


def ensure(
    home: Path,
    *,
    port: int = 0,
    idle_s: float = 120,
    held: bool = False,
    on_start: Callable[[], None] = lambda: None,
    wanted: Callable[[], bool] = lambda: True,
) -> Server:
    """The running server of this home, started where there is none.

    Args:
        home: MAGICAI_HOME.
        port: 0 takes the last one, or the usual one, or a free one where those are taken.
        idle_s: it ends after so many seconds without a request; 0: never.
        held: whether it is to end once this process is gone and nobody else uses it.
        on_start: called before a start, which takes some seconds.
        wanted: asked while it starts; no gives up.

    Raises:
        Invalid: the port is taken.
        Cancelled: it is not wanted any more.
        Temporary: it did not start; the message names its log.
    """
    found = running(home)
    if found is not None:
        return found
    private_home(home)
    server = Startable(
        "Prefect server",
        # Where no .env or prefect.toml of the user's lies, which Prefect would read.
        private_folder(environment.prefect_home(home)),
        "integrations.prefect.server",
        (str(port), str(idle_s)),
        look=partial(running, home),
        environment=partial(_environment, home, held=held),
        start_s=_START_LIMIT_S,
        explain=partial(_explained, home, port),
        waits=True,
    )

    def begin() -> None:
        _check(port)
        on_start()

    return on_demand.ensure_now(server, on_start=begin, wanted=wanted)


def _environment(home: Path, own: Mapping[str, str], *, held: bool) -> Mapping[str, str]:
    offered = lifeline.variables() if held else {}
    return {**environment.clean(own), "MAGICAI_HOME": str(home.absolute()), **offered}


def _explained(home: Path, port: int, status: int) -> Invalid | Temporary | Permanent:
    log_path = environment.prefect_home(home) / on_demand.LOG
    return _taken(port) if status == TAKEN else ended(home, status, log_path)


def ended(home: Path, status: int, log_path: Path) -> Temporary | Permanent:
    """What to raise of a server that ended while it started; its database needs some room."""
    free = shutil.disk_usage(home).free
    if free < _ROOM:
        return Temporary("prefect_disk_full", home=home, free=free // 1000, log_path=log_path)
    if (damaged := fault_of(home, "prefect/prefect.db")) is not None:
        return damaged
    return Temporary("prefect_start_failed", status=status, log_path=log_path)


def _check(port: int) -> None:
    """See at once whether a port can be had; the server itself sees what comes up until it binds to it."""
    if port:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as exc:
            raise _taken(port) from exc


def _taken(port: int) -> Invalid:
    return Invalid("port_in_use", port=port)
