"""What an attempt's process is known by, and how all of it is ended."""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil

# A process's start as psutil gives it differs by a clock tick between two readings.
_SAME_START_US = 2_000_000
_KILLED_LIMIT_S = 5.0


def this_process() -> tuple[str, int, int]:
    """Host, pid and start (UTC microseconds) of this process."""
    return socket.gethostname(), os.getpid(), started_us(psutil.Process())


def started_us(process: psutil.Process) -> int:
    """When a process started, UTC microseconds."""
    return int(process.create_time() * 1_000_000)


def find(pid: int, started: int) -> psutil.Process | None:
    """The process with this pid and start, if it lives: pids are used again."""
    try:
        process = psutil.Process(pid)
        same = abs(started_us(process) - started) < _SAME_START_US
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return None


def lead_session() -> None:
    """Make this process the leader of a session of its own, so that what it leaves behind can be told by it."""
    # Whoever leads a group already, leads its session, too, or was started by hand in a terminal.
    with suppress(AttributeError, PermissionError):
        os.setsid()


def end(*named: tuple[int, int], grace_s: float, at_once: bool = False) -> None:
    """End processes, named by pid and start, and what they started for themselves, even where only that is left.

    Servers that they started for all to use lead sessions of their own, and stay.

    Args:
        grace_s: how long they may take to end by themselves.
        at_once: whether only what they started may: an attempt that is asked to end pauses its run.
    """
    family, leaders = _families(named), {pid for pid, _ in named}
    for member in family:
        with suppress(psutil.NoSuchProcess):
            if at_once and member.pid in leaders:
                member.kill()
            else:
                member.terminate()
    _, left = psutil.wait_procs(family, timeout=grace_s)
    # Again, since the first look may have missed what was just being started.
    left = {*left, *_families(named)}
    for member in left:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(left, timeout=_KILLED_LIMIT_S)


def end_children(*, grace_s: float) -> None:
    """End what this process started for itself."""
    children = [child for child in psutil.Process().children() if _session(child.pid) != child.pid]
    end(*((child.pid, started_us(child)) for child in children), grace_s=grace_s)


def _families(named: Iterable[tuple[int, int]]) -> set[psutil.Process]:
    return {member for pid, started in named for member in _family(pid, started)}


def _family(pid: int, started: int) -> Iterator[psutil.Process]:
    process = find(pid, started)
    if process is not None:
        yield from _own(process)
    elif _has_ended(pid, started):
        yield from _left_behind(pid, started)


def _has_ended(pid: int, started: int) -> bool:
    """Whether nothing runs under this pid, or only what a parent has not yet taken note of."""
    try:
        process = psutil.Process(pid)
        same = abs(started_us(process) - started) < _SAME_START_US
        return same and process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _own(process: psutil.Process) -> Iterator[psutil.Process]:
    yield process
    with suppress(psutil.NoSuchProcess):
        for child in process.children():
            if _session(child.pid) != child.pid:
                yield from _own(child)


def _left_behind(pid: int, started: int) -> Iterator[psutil.Process]:
    """The rest of the session that a process led; its pid is not used again while there is one."""
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if _session(process.pid) == pid and started_us(process) > started - _SAME_START_US:
                yield process


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (AttributeError, OSError):
        return None
