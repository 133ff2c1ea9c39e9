"""One Prefect server per home, for whoever needs it first, behind two file locks."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock

from integrations.runs import environment
from magicai.errors import Invalid, Temporary

LOCK = "server.lock"
RECORD = "server.json"
_START_LOCK = "start.lock"
_USUAL_PORT = 4200
_START_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        url: of its API, ending in /api.
        started: whether this call started it.
    """

    url: str
    pid: int
    started: bool = False

    @property
    def base(self) -> str:
        """Where its user interface is."""
        return self.url.removesuffix("/api")


def running(home: Path) -> Server | None:
    """The server of this home, if one answers."""
    try:
        record = json.loads((environment.prefect_home(home) / RECORD).read_text())
        if httpx.get(f"{record['url']}/health", timeout=5, trust_env=False).is_success:
            return Server(record["url"], record["pid"])
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
    return None


def ensure(home: Path, *, port: int = 0, idle_s: float = 120, on_start: Callable[[], None] = lambda: None) -> Server:
    """The running server of this home, started where there is none.

    Args:
        home: MAGICAI_HOME.
        port: 0 takes the usual one, or a free one where that is taken.
        idle_s: it ends after so many seconds without a request; 0: never.
        on_start: called before a start, which takes some seconds.

    Raises:
        Invalid: the port is taken.
        Temporary: it did not start; the message names its log.
    """
    found = running(home)
    if found is not None:
        return found
    folder = environment.prefect_home(home)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / _START_LOCK):
        found = running(home)
        if found is not None:
            return found
        on_start()
        return _start(home, folder, _port(port), idle_s)


def _start(home: Path, folder: Path, port: int, idle_s: float) -> Server:
    log_path = folder / "server.log"
    (folder / RECORD).unlink(missing_ok=True)
    with log_path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "integrations.runs.server", str(port), str(idle_s)],
            env={**environment.clean(os.environ), "MAGICAI_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Temporary(
                f"Prefect's server ended while it started (status {process.returncode}).",
                way_out=f"Its log is {log_path}.",
            )
        found = running(home)
        if found is not None and found.pid == process.pid:
            return Server(found.url, found.pid, started=True)
        time.sleep(0.1)
    process.terminate()
    raise Temporary(f"Prefect's server did not answer within {_START_LIMIT_S} s.", way_out=f"Its log is {log_path}.")


def _port(wanted: int) -> int:
    if wanted:
        if not _free(wanted):
            raise Invalid(f"Port {wanted} is taken.", way_out="Set MAGICAI_PREFECT_PORT to another one, or unset it.")
        return wanted
    if _free(_USUAL_PORT):
        return _USUAL_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
