"""Ctrl-C as something to wait for, instead of an exception anywhere."""

import asyncio
import contextlib
import signal
from collections.abc import Generator

Interrupts = asyncio.Queue[None]


@contextlib.contextmanager
def interrupts() -> Generator[Interrupts]:
    """Every Ctrl-C while this lasts, in a queue of the running event loop."""
    queue: Interrupts = asyncio.Queue()
    loop = asyncio.get_running_loop()
    previous = signal.signal(signal.SIGINT, lambda _number, _frame: loop.call_soon_threadsafe(queue.put_nowait, None))
    try:
        yield queue
    finally:
        signal.signal(signal.SIGINT, previous)
