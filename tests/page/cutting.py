"""A way to the gateway that can be cut: connections are passed on, until they are broken."""

import asyncio
import contextlib
from threading import Thread
from typing import Self


class Line:
    """Passes connections on to a port, from a thread of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = Thread(target=self._loop.run_forever)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self.mend()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    @property
    def url(self) -> str:
        """Where the gateway is reached through it."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Break every connection, and take no new one."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(30)

    def mend(self) -> None:
        """Pass connections on again."""
        asyncio.run_coroutine_threadsafe(self._mend(), self._loop).result(30)

    async def _mend(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        while self._open:  # noqa: ASYNC110 - each ends by itself
            await asyncio.sleep(0.01)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", self._to)
        pair = {writer, its_writer}
        self._open |= pair
        try:
            await asyncio.gather(_pump(reader, its_writer), _pump(its_reader, writer), return_exceptions=True)
        finally:
            self._open -= pair


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        with contextlib.suppress(OSError):
            writer.close()
