"""One model server per machine, user and model file, for whoever needs it first.

Its folder lies under the user's runtime folder, not under MAGICAI_HOME: the memory and the cores that a model takes are
the machine's, however many homes there are (docs/decisions say more). It holds

    start.lock    one starter at a time
    serve.lock    held by the server for its whole life: the proof that there is one
    server.json   address, key and pid, mode 0600
    failure.json  why it could not start
    server.log    what the runtime said
"""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from integrations.text.models import LocalModel
from magicai.errors import MagicError, Missing, Permanent, Temporary

RECORD, FAILURE, SERVE_LOCK = "server.json", "failure.json", "serve.lock"
_START_LOCK, _LOG = "start.lock", "server.log"
_LOOK_S = 0.05
_HEALTH_S = 5.0
_WINDOWS_ILLEGAL_INSTRUCTION = 0xC000001D
# Processes outlive whoever started them; Python warns of a Popen that is forgotten while its process lives.
_started: "list[subprocess.Popen[bytes]]" = []


@dataclass(frozen=True, slots=True)
class Wanted:
    """The server that somebody needs.

    Attributes:
        folder: where it keeps its locks and its record.
        model: path of the model file.
        idle_s: it ends after so many seconds without a call.
        queue_s: how long a call may wait for its turn.
        engine: `module:function` that loads the model; tests put another one here.
        start_s: how long a start may take.
    """

    folder: str
    model: str
    sha256: str = ""
    template: str = ""
    idle_s: float = 120.0
    queue_s: float = 120.0
    engine: str = "integrations.text.llama:load"
    start_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    url: str
    key: str
    pid: int


def wanted(model: LocalModel, *, idle_s: float, folder: Path | None = None) -> Wanted:
    """The one server of this machine and user for a model file.

    Raises:
        Permanent: the user's runtime folder is not safe to use.
    """
    place = folder or _runtime_folder() / "model-server" / _key(model)
    return Wanted(str(place), str(model.path.resolve()), model.sha256, model.template, idle_s)


def _runtime_folder() -> Path:
    import platformdirs

    try:
        with warnings.catch_warnings():
            # Without a login session it is below /tmp; platformdirs sees that it is ours alone.
            warnings.simplefilter("ignore", platformdirs.RuntimeDirWarning)
            return platformdirs.user_runtime_path("magicai", appauthor=False, ensure_exists=True)
    except OSError as exc:
        raise Permanent(f"No runtime folder for the model server: {exc}.", way_out="Set XDG_RUNTIME_DIR.") from exc


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


async def ensure(want: Wanted, *, on_start: Callable[[], None] = lambda: None) -> Running:
    """The running server, started where there is none.

    Args:
        want: which server.
        on_start: called before a start, which takes some seconds.

    Raises:
        Missing: the runtime is not installed, or this processor can't run it.
        Temporary: it did not start now; there is no memory, say.
        Permanent: the model can't be loaded.
    """
    from filelock import AsyncFileLock

    folder = Path(want.folder)
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
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
            raise Temporary("The model server is there, and does not answer.", way_out=_see(folder))
        on_start()
        return await _start(want, folder)


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
    _reap()


async def _start(want: Wanted, folder: Path) -> Running:
    (folder / RECORD).unlink(missing_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)
    process = _spawn(want, folder)
    until = time.monotonic() + want.start_s
    while time.monotonic() < until:
        status = process.poll()
        # Perhaps it is one that an earlier starter left, who was killed: as good as ours, which ends then.
        found = await running(folder) if (folder / RECORD).exists() else None
        if found is not None:
            return found
        if status is not None:
            raise _failure(status, folder)
        await asyncio.sleep(_LOOK_S)
    process.kill()
    raise Temporary(f"The model server did not answer within {want.start_s:g} s.", way_out=_see(folder))


def _spawn(want: Wanted, folder: Path) -> "subprocess.Popen[bytes]":
    _reap()
    detached = subprocess.DETACHED_PROCESS if sys.platform == "win32" else 0
    with (folder / _LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "integrations.text.server", json.dumps(asdict(want))],
            cwd=folder,
            # Threads that wait by spinning starve everything else; measured, this costs nothing.
            env={"OMP_WAIT_POLICY": "passive", **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=detached,
        )
    _started.append(process)
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


def _reap() -> None:
    _started[:] = [process for process in _started if process.poll() is None]


def _failure(status: int, folder: Path) -> MagicError:
    """What a server that ended while it started died of."""
    try:
        told = json.loads((folder / FAILURE).read_text())
        kind = {"Temporary": Temporary, "Missing": Missing}.get(told["kind"], Permanent)
        return kind(told["what"], way_out=told["way_out"])
    except (OSError, ValueError, KeyError):
        pass
    if status in (-signal.SIGILL, _WINDOWS_ILLEGAL_INSTRUCTION):
        return Missing(
            "This processor lacks instructions that the prebuilt llama.cpp needs (AVX2, FMA, F16C, BMI2).",
            way_out="Set MAGICAI_MODEL=none, or build llama-cpp-python here: the extra `llama-cpp-python`.",
        )
    if status == -getattr(signal, "SIGKILL", 9):
        return Temporary("The model server was killed while it started, perhaps for lack of memory.")
    return Temporary(f"The model server ended while it started (status {status}).", way_out=_see(folder))


def _see(folder: Path) -> str:
    return f"Its log is {folder / _LOG}."


def _key(model: LocalModel) -> str:
    """The file's digest where it is known; else what tells this file from another."""
    if model.sha256:
        return model.sha256[:16]
    path = model.path.resolve()
    stat = path.stat()
    return hashlib.sha256(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}".encode()).hexdigest()[:16]
