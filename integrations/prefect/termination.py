"""SIGTERM to an attempt's process: its run pauses at its next safe point, and then it ends; again means the same.

Prefect's own way raises an exception wherever the process is, and reports to a server that often ends at the same time.
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager

from integrations.processes.process import end_children
from magicai.errors import MagicError

# For what a run has started for itself.
_GRACE_S = 2.0
_AGAIN_S = 1.0
# How long the end of a run may be reported to Prefect's server, which may be gone: Prefect tries for a minute and more.
_REPORT_S = 5.0
_ENDED = 128 + signal.SIGTERM


class _TerminationRequest:
    """Whether this process was asked to end, and what it has to do before."""

    def __init__(self) -> None:
        self.heeds = False
        self.yes = False
        self.busy = 0
        self.on_ask: Callable[[], object] | None = None

    def hear(self, _number: int, _frame: object) -> None:
        """Handle the signal."""
        self.yes = True
        if not self.busy:
            end_now()
        if self.on_ask is not None:
            self.on_ask()


_process = _TerminationRequest()


def heed() -> None:
    """Handle SIGTERM in this process from now on; while it carries out nothing, it ends at once."""
    _process.heeds = True
    signal.signal(signal.SIGTERM, _process.hear)


def asked() -> bool:
    """Whether this process was asked to end."""
    return _process.yes


@contextlib.contextmanager
def carrying_out() -> Generator[None]:
    """Carry out a flow run, which may come to its next safe point before the process ends."""
    _process.busy += 1
    try:
        yield
    finally:
        _process.busy -= 1


@asynccontextmanager
async def pausing(pause: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    """Call `pause` once this process is asked to end, before this or while it lasts; then end it soon after this."""
    if _process.heeds:
        heed()  # again: Prefect's engine handles the signal in its own way from a flow's beginning to its end
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    async def wait() -> None:
        await heard.wait()
        while True:
            try:
                return await pause()
            except MagicError as exc:  # the records are away: the run waits for them, too
                sys.stderr.write(f"The run can't pause yet: {exc}\n")
                await asyncio.sleep(_AGAIN_S)

    waiting = asyncio.create_task(wait())
    _process.on_ask = lambda: loop.call_soon_threadsafe(heard.set)
    if _process.yes:
        heard.set()
    try:
        yield
    finally:
        _process.on_ask = None
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        if _process.yes:
            ending = threading.Timer(_REPORT_S, end_now)
            ending.daemon = True
            ending.start()


def end_now() -> None:
    """End this process, and what it has started for itself."""
    end_children(grace_s=_GRACE_S)
    os._exit(_ENDED)
