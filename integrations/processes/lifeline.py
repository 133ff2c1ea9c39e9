"""A process that must not outlive another one, however that one ends: kill -9 runs no handler.

Named in the environment, since what Prefect's worker starts inherits that, and no open pipe.
"""

import os
import signal
import threading
import time
from collections.abc import Callable

import psutil

from integrations.processes.process import end_children, find, this_process

VARIABLE = "MAGICAI_LIFELINE"
_LOOK_EVERY_S = 0.5
# How long a process may take to end by itself, and its children before it.
_GRACE_S = 3.0


def variables() -> dict[str, str]:
    """The variable by which a child holds on to this process."""
    _, pid, started = this_process()
    return {VARIABLE: f"{pid}:{started}"}


def inherited_variables() -> dict[str, str]:
    """The variable by which a child holds on to what this process holds on to; nothing where that is nothing."""
    held = os.environ.get(VARIABLE)
    return {VARIABLE: held} if held else {}


def is_tied(pid: int) -> bool:
    """Whether another process was given this one to hold on to."""
    try:
        return psutil.Process(pid).environ().get(VARIABLE) == variables()[VARIABLE]
    except psutil.Error:
        return False


def end_with_parent(on_cut: Callable[[], None] | None = None) -> None:
    """Watch the process that the environment names, if it names one; once it is gone, call `on_cut`, or end."""
    named = os.environ.get(VARIABLE)
    if named:
        pid, started = (int(part) for part in named.split(":"))
        threading.Thread(target=_watch, args=(pid, started, on_cut or _end), name="lifeline", daemon=True).start()


def _watch(pid: int, started: int, on_cut: Callable[[], None]) -> None:
    while find(pid, started) is not None:
        time.sleep(_LOOK_EVERY_S)
    on_cut()


def _end() -> None:
    end_children(grace_s=_GRACE_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_S)
    os._exit(1)
