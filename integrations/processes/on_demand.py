"""Servers of our own that whoever needs one first starts, and that end by themselves when nobody does.

A server has a folder to itself, which holds

    start.lock    one starter at a time
    serve.lock    held by the server for its whole life: the proof that there is one
    server.json   address, key and pid, mode 0600
    failure.json  why it could not start
    server.log    what it printed

This is the side of those who need it; integrations/processes/serving.py is the server's.
"""

import asyncio
import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import psutil

from integrations.processes import detached
from magicai.errors import Cancelled, MagicError, Temporary, error_of
from magicai.messages import Message, say
from magicai.space import unwritable

if TYPE_CHECKING:
    import httpx

RECORD, FAILURE, SERVE_LOCK = "server.json", "failure.json", "serve.lock"
LOG, _START_LOCK = "server.log", "start.lock"
# A server that was killed still holds its lock for a moment.
_DYING_S = 1.0
_LOOK_S = 0.05
_HEALTH_S = 5.0
_CONNECT_S = 10.0
# Whom to trust over TLS: nobody, for servers on loopback are asked without it. Reading the system's authorities for
# each question took 20 ms of processor time.
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Process(Protocol):
    """A server that answers, as whoever looks for it tells of it."""

    @property
    def pid(self) -> int:
        """Its process."""
        ...


R = TypeVar("R", bound=Process)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and lets in who has the key."""

    url: str
    key: str
    pid: int


@dataclass(frozen=True, slots=True)
class Startable(Generic[R]):
    """A server, and how it is started.

    Attributes:
        name: what messages call it, as `model server`.
        module: run by `python -m` in the folder, with the arguments.
        look: finds the one that answers.
        environment: what it has, of what this process has.
        start_s: how long a start may take.
        explain: what an exit status while it starts means, where it means something of its own.
        waits: whether a new one is started beside one that does not answer, and waits for its place.
    """

    name: str
    folder: Path
    module: str
    arguments: tuple[str, ...]
    look: Callable[[], R | None]
    environment: Callable[[Mapping[str, str]], Mapping[str, str]] = dict
    start_s: float = 120.0
    explain: Callable[[int], MagicError | None] = lambda _: None
    waits: bool = False

    @property
    def log(self) -> Message:
        """Where to look for what it printed."""
        return say("see_log", log_path=self.folder / LOG)


def ask(method: str, url: str, body: object = None, *, limit_s: float, **who: Any) -> "httpx.Response":
    """Ask a server on loopback.

    Raises:
        httpx.HTTPError: it did not answer.
    """
    import httpx

    with httpx.Client(timeout=limit_s, trust_env=False, verify=_NOBODY, **who) as client:
        return client.request(method, url, json=body)


def look(folder: Path) -> Running | None:
    """The server of this folder, if it answers."""
    import httpx

    try:
        record = Running(**json.loads((folder / RECORD).read_text()))
        bearer = {"Authorization": f"Bearer {record.key}"}
        answer = ask("GET", f"{record.url}/health", limit_s=_HEALTH_S, headers=bearer)
        return record if answer.is_success and answer.json() == {"pid": record.pid} else None
    except (OSError, ValueError, TypeError, httpx.HTTPError):
        return None


async def running(folder: Path) -> Running | None:
    """The server of this folder, if it answers."""
    return await asyncio.to_thread(look, folder)


def _writable(folder: Path) -> None:
    """Make a folder where it is missing, and its lock.

    Raises:
        OSError: it can't be written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _START_LOCK).open("ab"):
        pass


async def ensure(server: Startable[R], *, on_start: Callable[[], None] = lambda: None) -> R:
    """The running server, started where there is none; as `ensure_now`, which ends where this is cancelled."""
    left = threading.Event()
    try:
        return await asyncio.to_thread(ensure_now, server, on_start=on_start, wanted=lambda: not left.is_set())
    finally:
        left.set()


def ensure_now(
    server: Startable[R], *, on_start: Callable[[], None] = lambda: None, wanted: Callable[[], bool] = lambda: True
) -> R:
    """The running server, started where there is none.

    Args:
        server: which one.
        on_start: called before a start, which takes some seconds.
        wanted: asked while it is waited for; no gives up.

    Raises:
        Temporary: it did not start now, or is there and does not answer.
        Permanent: whatever it said that keeps it from starting.
        Cancelled: it is not wanted any more.
    """
    from filelock import FileLock, Timeout

    folder = server.folder
    try:
        _writable(folder)
    except OSError as exc:
        raise unwritable(folder, exc) from exc
    found = server.look()
    if found is not None:
        return found
    try:
        with FileLock(folder / _START_LOCK).acquire(poll_interval=_LOOK_S, cancel_check=lambda: not wanted()):
            found = server.look()
            if found is not None:
                return found
            if not server.waits and (folder / RECORD).exists() and _is_served(folder):
                # Stopped, or starved: another one beside it would make that worse.
                raise Temporary("local_server_silent", way_out=server.log, name=server.name)
            on_start()
            return _start(server, wanted)
    except Timeout as exc:
        raise _unwanted(server.name) from exc


class Client:
    """Asks a server, which the first question that needs it starts.

    Args:
        server: which one.
        answer_s: how long an answer may take.
        repeatable: whether a question that was cut off may be asked again, of the next server.
        on_start: called before a start, which takes some seconds.
    """

    def __init__(
        self,
        server: Startable[Running],
        *,
        answer_s: float,
        repeatable: bool = False,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self._server, self._answer_s, self._repeatable, self._on_start = server, answer_s, repeatable, on_start
        self._running: Running | None = None
        self._http: httpx.AsyncClient | None = None

    async def post(self, path: str, body: object, *, on_line: Callable[[str], None] | None = None) -> "httpx.Response":
        """One exchange, in JSON; the answer has whatever status it has.

        Args:
            path: of the route.
            body: what is sent.
            on_line: hears each line of an answer that succeeds, as it comes.

        Raises:
            Temporary: the server crashed, is busy, or can't start now; the next call starts another.
            Permanent: whatever it said that keeps it from starting.
        """
        import httpx

        if self._http is None:
            self._http = httpx.AsyncClient(trust_env=False, timeout=httpx.Timeout(self._answer_s, connect=_CONNECT_S))
        while True:
            known = self._running
            running = known or await ensure(self._server, on_start=self._on_start)
            try:
                async with self._http.stream(
                    "POST", running.url + path, json=body, headers={"Authorization": f"Bearer {running.key}"}
                ) as answer:
                    if on_line is not None and answer.is_success:
                        async for line in answer.aiter_lines():
                            on_line(line)
                    else:
                        await answer.aread()
            except httpx.ConnectError as exc:
                self._running = None
                if known is not None:  # it has ended since the last call, for lack of work
                    continue
                raise Temporary(
                    "local_server_unreachable", name=self._server.name, url=running.url, reason=exc
                ) from exc
            except httpx.HTTPError as exc:
                self._running = None
                if known is not None and self._repeatable and not isinstance(exc, httpx.TimeoutException):
                    continue
                raise Temporary(
                    "local_server_disconnected", name=self._server.name, reason=str(exc) or type(exc).__name__
                ) from exc
            foreign = answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
            self._running = None if foreign else running
            if not foreign or known is None:  # else another program has that port now
                return answer

    async def close(self) -> None:
        """Let go of the connection; the server stays for others, and ends when idle."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None


async def stop(folder: Path, *, limit_s: float = 10.0) -> None:
    """End the server of this folder, if there is one."""
    found = await running(folder)
    if found is None:
        return
    try:
        process = psutil.Process(found.pid)
        process.terminate()
    except psutil.NoSuchProcess:
        return
    await asyncio.to_thread(psutil.wait_procs, [process], limit_s)
    detached.reap()


def _start(server: Startable[R], wanted: Callable[[], bool]) -> R:
    if not server.waits:
        (server.folder / RECORD).unlink(missing_ok=True)
    (server.folder / FAILURE).unlink(missing_ok=True)
    process = _spawn(server)
    try:
        return _answering(server, process, wanted)
    except BaseException:
        process.terminate()
        raise


def _answering(server: Startable[R], process: "subprocess.Popen[bytes]", wanted: Callable[[], bool]) -> R:
    until = time.monotonic() + server.start_s
    while time.monotonic() < until:
        status = process.poll()
        found = server.look() if (server.folder / RECORD).exists() else None
        if found is not None:
            if found.pid != process.pid:
                # One that an earlier starter left, who was killed, or that was too busy to answer before.
                process.terminate()
            return found
        if status is not None:
            raise _failure(status, server)
        if not wanted():
            raise _unwanted(server.name)
        time.sleep(_LOOK_S)
    process.kill()
    raise Temporary("local_server_start_timed_out", way_out=server.log, name=server.name, limit_s=f"{server.start_s:g}")


def _unwanted(name: str) -> Cancelled:
    return Cancelled("server_not_needed", name=name)


def _spawn(server: Startable[R]) -> "subprocess.Popen[bytes]":
    flags = subprocess.DETACHED_PROCESS if sys.platform == "win32" else 0
    log_path = server.folder / LOG
    with os.fdopen(os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", server.module, *server.arguments],
            cwd=server.folder,
            env=dict(server.environment(os.environ)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=flags,
        )
    detached.outlives(process)
    return process


def _is_served(folder: Path) -> bool:
    from filelock import FileLock, Timeout

    lock = FileLock(folder / SERVE_LOCK)
    try:
        lock.acquire(timeout=_DYING_S)
    except Timeout:
        return True
    lock.release()
    return False


def _failure(status: int, server: Startable[R]) -> MagicError:
    """What a server that ended while it started died of."""
    with contextlib.suppress(OSError, ValueError):
        if failure := error_of(json.loads((server.folder / FAILURE).read_text())):
            return failure
    explained = server.explain(status)
    if explained is not None:
        return explained
    if status == -getattr(signal, "SIGKILL", 9):
        return Temporary("server_start_killed", name=server.name)
    return Temporary("local_server_start_failed", way_out=server.log, name=server.name, status=status)
