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
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from integrations.processes import detached
from magicai import errors
from magicai.errors import MagicError, Permanent, Temporary

if TYPE_CHECKING:
    import httpx

RECORD, FAILURE, SERVE_LOCK = "server.json", "failure.json", "serve.lock"
_START_LOCK, _LOG = "start.lock", "server.log"
_LOOK_S = 0.05
_HEALTH_S = 5.0
_CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    url: str
    key: str
    pid: int


def _unexplained(_: int) -> MagicError | None:
    return None


@dataclass(frozen=True, slots=True)
class Startable:
    """A server, and how it is started.

    Attributes:
        name: what messages call it, as `model server`.
        module: run by `python -m`, with the one `argument`.
        environment: what it has beside this process's own.
        start_s: how long a start may take.
        explain: what an exit status while it starts means, where it means something of its own.
    """

    name: str
    folder: Path
    module: str
    argument: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    start_s: float = 120.0
    explain: Callable[[int], MagicError | None] = _unexplained

    @property
    def log(self) -> str:
        """Where to look for what it printed."""
        return f"Its log is {self.folder / _LOG}."


async def running(folder: Path) -> Running | None:
    """The server of this folder, if it answers."""
    import httpx

    try:
        record = Running(**json.loads((folder / RECORD).read_text()))
        async with httpx.AsyncClient(trust_env=False, timeout=_HEALTH_S) as client:
            answer = await client.get(f"{record.url}/health", headers={"Authorization": f"Bearer {record.key}"})
        return record if answer.is_success and answer.json() == {"pid": record.pid} else None
    except (OSError, ValueError, TypeError, httpx.HTTPError):
        return None


def _writable(folder: Path) -> None:
    """Make a folder where it is missing, and its lock.

    Raises:
        OSError: it can't be written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _START_LOCK).open("ab"):
        pass


async def ensure(server: Startable, *, on_start: Callable[[], None] = lambda: None) -> Running:
    """The running server, started where there is none.

    Args:
        server: which one.
        on_start: called before a start, which takes some seconds.

    Raises:
        Temporary: it did not start now, or is there and does not answer.
        Permanent: whatever it said that keeps it from starting.
    """
    from filelock import AsyncFileLock

    folder = server.folder
    try:
        await asyncio.to_thread(_writable, folder)
    except OSError as exc:
        raise Permanent(f"{folder}: {exc.strerror or exc}.", way_out="Check the folder's rights and space.") from exc
    found = await running(folder)
    if found is not None:
        return found
    # In the loop's own thread: an attempt takes microseconds, and a thread that waits could not be cancelled.
    async with AsyncFileLock(folder / _START_LOCK, poll_interval=_LOOK_S, run_in_executor=False):
        found = await running(folder)
        if found is not None:
            return found
        if (folder / RECORD).exists() and _is_served(folder):
            # Stopped, or starved: another one beside it would make that worse.
            raise Temporary(f"The {server.name} is there, and does not answer.", way_out=server.log)
        on_start()
        return await _start(server)


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
        server: Startable,
        *,
        answer_s: float,
        repeatable: bool = False,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self._server, self._answer_s, self._repeatable, self._on_start = server, answer_s, repeatable, on_start
        self._running: Running | None = None
        self._http: httpx.AsyncClient | None = None

    async def post(self, path: str, body: object) -> "httpx.Response":
        """One exchange, in JSON; the answer has whatever status it has.

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
                answer = await self._http.post(
                    running.url + path, json=body, headers={"Authorization": f"Bearer {running.key}"}
                )
            except httpx.ConnectError as exc:
                self._running = None
                if known is not None:  # it has ended since the last call, for lack of work
                    continue
                raise Temporary(f"The {self._server.name} at {running.url} does not answer: {exc}") from exc
            except httpx.HTTPError as exc:
                self._running = None
                if known is not None and self._repeatable and not isinstance(exc, httpx.TimeoutException):
                    continue
                raise Temporary(f"The {self._server.name} broke off: {exc or type(exc).__name__}") from exc
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


async def _start(server: Startable) -> Running:
    folder = server.folder
    (folder / RECORD).unlink(missing_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)
    process = _spawn(server)
    until = time.monotonic() + server.start_s
    while time.monotonic() < until:
        status = process.poll()
        # Perhaps it is one that an earlier starter left, who was killed: as good as ours, which ends then.
        found = await running(folder) if (folder / RECORD).exists() else None
        if found is not None:
            return found
        if status is not None:
            raise _failure(status, server)
        await asyncio.sleep(_LOOK_S)
    process.kill()
    raise Temporary(f"The {server.name} did not answer within {server.start_s:g} s.", way_out=server.log)


def _spawn(server: Startable) -> "subprocess.Popen[bytes]":
    flags = subprocess.DETACHED_PROCESS if sys.platform == "win32" else 0
    with (server.folder / _LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", server.module, server.argument],
            cwd=server.folder,
            env={**server.environment, **os.environ},
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
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


def _failure(status: int, server: Startable) -> MagicError:
    """What a server that ended while it started died of."""
    try:
        told = json.loads((server.folder / FAILURE).read_text())
        kind: type[MagicError] = getattr(errors, told["kind"], Permanent)
        return kind(told["what"], way_out=told["way_out"])
    except (OSError, ValueError, KeyError):
        pass
    explained = server.explain(status)
    if explained is not None:
        return explained
    if status == -getattr(signal, "SIGKILL", 9):
        return Temporary(f"The {server.name} was killed while it started, perhaps for lack of memory.")
    return Temporary(f"The {server.name} ended while it started (status {status}).", way_out=server.log)
