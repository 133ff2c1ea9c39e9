"""An event loop in a thread of its own, for a client that belongs to one loop, while whoever calls it may have any."""

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from magicai.errors import Permanent

T = TypeVar("T")


class Background:
    """Runs coroutines in its loop; begins with the first.

    Args:
        what: it is for, in words for people.
    """

    def __init__(self, what: str) -> None:
        self._what, self._process = what, os.getpid()
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What it answers or raises; cancelled with whoever waits for it.

        Raises:
            Permanent: this is closed, or of another process.
        """
        try:
            loop = self._usable()
        except BaseException:
            work.close()
            raise
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._noted(work), loop))

    async def close(self, last: Coroutine[Any, Any, None]) -> None:
        """End what was handed in before, then `last`, and the thread."""
        with self._starting:
            loop, thread, self._loop, self._closed = self._loop, self._thread, None, True
        # A forked process has the thread's data, and not the thread.
        if loop is None or thread is None or os.getpid() != self._process:
            last.close()
            return
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._finish(last), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)

    def _usable(self) -> asyncio.AbstractEventLoop:
        if os.getpid() != self._process:
            raise Permanent("store_opened_before_fork", what=self._what, process=self._process)
        with self._starting:
            if self._closed:
                raise Permanent("records_closed", what=self._what)
            if self._loop is None:
                # psycopg waits by sockets, which Windows' usual loop can't.
                self._loop = asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="records", daemon=True)
                self._thread.start()
            return self._loop

    async def _noted(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            return await work
        finally:
            self._running.discard(task)

    async def _finish(self, last: Coroutine[Any, Any, None]) -> None:
        await asyncio.gather(*self._running, return_exceptions=True)
        await last


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
