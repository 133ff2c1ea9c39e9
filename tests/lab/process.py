"""Servers' processes: started to outlive us, found again by pid and time of start, ended as whole trees."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from integrations.processes.detached import outlives, reap
from tests.lab.account import identity
from tests.lab.server import Command

_END_S = 20.0
_KILL_S = 10.0
_PAUSE_S = 10.0
_LOOK_S = 0.005


@dataclass(frozen=True, slots=True)
class Started:
    """A process, told from a later one with the same pid by when it began."""

    pid: int
    began: float


def start(command: Command, folder: Path, log: Path) -> Started:
    """Start a server in a session of its own; what it prints is added to a log of mode 0600."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), **command.environment}
    who: Any = identity() if command.unprivileged else {}
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as output:
        process = subprocess.Popen[bytes](
            command.words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **who,
        )
    outlives(process)
    return Started(process.pid, psutil.Process(process.pid).create_time())


def find(started: Started | None) -> psutil.Process | None:
    """The process, if it lives."""
    reap()
    try:
        process = psutil.Process(started.pid) if started else None
        if process is None or process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process if started and process.create_time() == started.began else None
    except psutil.NoSuchProcess:
        return None


def stop(started: Started, how: signal.Signals) -> None:
    """End a server in good order, and by force what has not ended then."""
    process = find(started)
    if process is None:
        return
    tree = list(_tree(process))
    _signal(tree, signal.SIGCONT)
    _signal([process], how)
    psutil.wait_procs([process], timeout=_END_S)
    _end(tree)


def kill(started: Started) -> None:
    """End a server as a power failure does."""
    process = find(started)
    if process is not None:
        tree = list(_tree(process))
        _signal(tree, signal.SIGSTOP)  # none of them is to notice that another one has gone, and tidy up
        _end([*tree, *_tree(process)])


def pause(started: Started) -> None:
    """Let a server hear nothing, with its connections open; it is so when this returns."""
    process = find(started)
    if process is None:
        return
    tree, end = list(_tree(process)), time.monotonic() + _PAUSE_S
    _signal(tree, signal.SIGSTOP)
    while any(_runs(one) for one in tree) and time.monotonic() < end:
        time.sleep(_LOOK_S)


def resume(started: Started) -> None:
    """Let a paused server go on."""
    process = find(started)
    if process is not None:
        _signal(list(_tree(process)), signal.SIGCONT)


def _tree(process: psutil.Process) -> Iterator[psutil.Process]:
    """A process, and what it started: Elasticsearch's launcher has the server as its child, PostgreSQL has many."""
    yield process
    with contextlib.suppress(psutil.NoSuchProcess):
        yield from process.children(recursive=True)


def _signal(processes: list[psutil.Process], which: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(which)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() not in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _end(processes: list[psutil.Process]) -> None:
    _signal(processes, signal.SIGKILL)
    psutil.wait_procs(processes, timeout=_KILL_S)
    reap()
