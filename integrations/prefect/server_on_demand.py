"""One Prefect server per home, for whoever needs it first, behind two file locks."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from integrations.prefect import environment
from integrations.processes import lifeline
from integrations.processes.detached import outlives
from integrations.processes.process import find
from magicai.errors import Cancelled, Invalid, Temporary
from magicai.private import private_folder, private_home

LOCK, RECORD, LOG = "server.lock", "server.json", "server.log"
# The exit status of a server whose port is another's.
TAKEN = 98
_START_LOCK = "start.lock"
_START_LIMIT_S = 180
_ROOM = 4_000_000  # bytes
_LOOK_EVERY_S = 0.1
_ANSWER_LIMIT_S = 10
# Whom to trust over TLS: nobody, for the server is asked on loopback without it. Reading the system's authorities for
# each request took 20 ms of processor time.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


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
    with httpx.Client(auth=(user, password), timeout=_ANSWER_LIMIT_S, trust_env=False, verify=_NOBODY) as client:
        return client.request(method, url, json=body)


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
    folder = private_folder(environment.prefect_home(home))
    try:
        with FileLock(folder / _START_LOCK).acquire(cancel_check=lambda: not wanted()):
            found = running(home)
            if found is not None:
                return found
            _check(port)
            on_start()
            return _start(home, folder, port, idle_s, held=held, wanted=wanted)
    except Timeout as exc:
        raise Cancelled("Prefect's server is not wanted any more.") from exc


def _start(home: Path, folder: Path, port: int, idle_s: float, *, held: bool, wanted: Callable[[], bool]) -> Server:
    log_path = folder / LOG
    with environment.open_log(log_path) as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "integrations.prefect.server", str(port), str(idle_s)],
            cwd=folder,  # where no .env or prefect.toml of the user's lies, which Prefect would read
            env={
                **environment.clean(os.environ),
                "MAGICAI_HOME": str(home.absolute()),
                **(lifeline.offer() if held else {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    outlives(process)
    try:
        return _wait(process, home, port, log_path, wanted)
    except BaseException:
        process.terminate()
        raise


def _wait(
    process: "subprocess.Popen[bytes]", home: Path, port: int, log_path: Path, wanted: Callable[[], bool]
) -> Server:
    until = time.monotonic() + _START_LIMIT_S
    while time.monotonic() < until:
        found = running(home)
        if found is not None and found.pid == process.pid:
            return Server(found.url, found.pid, started=True)
        if found is not None:
            # One that was too busy to answer before. Ours waits for its lock.
            process.terminate()
            return found
        match process.poll():
            case None:
                pass
            case status if status == TAKEN:
                raise _taken(port)
            case status:
                raise ended(home, status, log_path)
        if not wanted():
            raise Cancelled("Prefect's server is not wanted any more.")
        time.sleep(_LOOK_EVERY_S)
    raise Temporary(f"Prefect's server did not answer within {_START_LIMIT_S} s.", way_out=f"Its log is {log_path}.")


def ended(home: Path, status: int, log_path: Path) -> Temporary:
    """What to raise of a server that ended while it started; its database needs some room."""
    free = shutil.disk_usage(home).free
    if free < _ROOM:
        return Temporary(
            f"The disk of {home} is full ({free // 1000} kB are left): Prefect's server ended while it started.",
            way_out=f"Free some space, or set MAGICAI_HOME to a larger disk. Its log is {log_path}.",
        )
    return Temporary(f"Prefect's server ended while it started (status {status}).", way_out=f"Its log is {log_path}.")


def _check(port: int) -> None:
    """See at once whether a port can be had; the server itself sees what comes up until it binds to it."""
    if port:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as exc:
            raise _taken(port) from exc


def _taken(port: int) -> Invalid:
    return Invalid(f"Port {port} is taken.", way_out="Set MAGICAI_PREFECT_PORT to another one, or unset it.")
