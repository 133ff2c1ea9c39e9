"""Processes that outlive whoever started them: shared servers, and work that continues after a command."""

import atexit
import subprocess

_living: "list[subprocess.Popen[bytes]]" = []


def outlives(process: "subprocess.Popen[bytes]") -> None:
    """Let a process live on; one that ended before is taken note of, so that no zombies gather in a long life."""
    reap()
    _living.append(process)


def reap() -> None:
    """Take note of those that have ended."""
    _living[:] = [process for process in _living if process.poll() is None]


@atexit.register
def _let_go() -> None:
    """Leave them alone: Python would warn, as it ends, of a Popen whose process lives, or was not taken note of."""
    reap()
    for process in _living:
        process.returncode = 0
