"""A proxy before a server that spoils the connection when told.

    with Faulty(address("redis")) as proxy:
        adapter = RedisCache(proxy.url)        # the same address, user, password and path, through the proxy
        proxy.cut(after=20)
        with pytest.raises(Temporary): ...
        proxy.heal()                           # forwards faithfully again, on the same port

A fault holds, for connections that are open and for new ones, until the next one or `heal()`:

    refuse()                connections are refused; open ones are reset
    drop()                  open connections are reset, once; new ones work
    silent()                takes all that is said, and never answers
    delay(seconds)          each answer comes late by so much
    cut(after=N)            resets each connection after N bytes more of its answers
    garbage(b"...")         these bytes instead of what the server answers
    rewrite(b"old", b"new") in every answer; of equal length, since protocols count: `rewrite(b'"9.5.3"', b'"7.1.0"')`
    misquote(b"old", b"new")  likewise, in what the client says: the server itself refuses a wrong user or password
    http(401, {"error": 1}) what each HTTP request is answered, in the server's stead: for servers without passwords

`proxy.connections` counts those that were accepted. It forwards TCP, so any protocol passes; `http` needs HTTP/1.1.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from tests.lab.ports import Ports
from tests.lab.server import HOST

_CHUNK = 65536
_ports = Ports()


@dataclass(frozen=True)
class Fault:
    """What is done to a connection; one that does nothing is a faithful proxy."""

    silent: bool = False
    delay_s: float = 0.0
    cut_after: int | None = None
    garbage: bytes | None = None
    old: bytes = b""
    new: bytes = b""
    asked: bytes = b""
    heard: bytes = b""
    http: bytes | None = None


class Faulty:
    """Forwards to the server of a URL while its context is open.

    Args:
        url: with host and port.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname, url
        assert parts.port, url
        self.port = _ports.free()
        user, at, _ = parts.netloc.rpartition("@")
        self.url = parts._replace(netloc=f"{user}{at}{HOST}:{self.port}").geturl()
        self.connections = 0
        self._server = parts.hostname, parts.port
        self._fault = Fault()
        self._open: set[_Connection] = set()
        self._listener: socket.socket | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="faulty", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def heal(self) -> None:
        self._set(Fault())
        self._do(self._listen())

    def refuse(self) -> None:
        self._do(self._close())

    def drop(self) -> None:
        self._do(self._reset())

    def silent(self) -> None:
        self._set(Fault(silent=True))

    def delay(self, seconds: float) -> None:
        self._set(Fault(delay_s=seconds))

    def cut(self, *, after: int) -> None:
        self._set(Fault(cut_after=after))

    def garbage(self, instead: bytes) -> None:
        self._set(Fault(garbage=instead))

    def rewrite(self, old: bytes, new: bytes) -> None:
        assert len(old) == len(new), "protocols count their bytes"
        self._set(Fault(old=old, new=new))

    def misquote(self, asked: bytes, heard: bytes) -> None:
        assert len(asked) == len(heard), "protocols count their bytes"
        self._set(Fault(asked=asked, heard=heard))

    def http(self, status: int, body: object, *, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        fields = {"Content-Type": "application/json", "Content-Length": str(len(content)), "Connection": "close"}
        lines = [
            f"HTTP/1.1 {status} Spoiled",
            *(f"{name}: {value}" for name, value in {**fields, **(headers or {})}.items()),
        ]
        self._set(Fault(http="\r\n".join([*lines, "", ""]).encode() + content))

    def _set(self, fault: Fault) -> None:
        async def set_it() -> None:
            self._fault = fault
            for connection in self._open:
                connection.begin(fault)

        self._do(set_it())

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(timeout=60)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = socket.create_server((HOST, self.port))
            self._loop.add_reader(self._listener, self._accept, self._listener)

    async def _close(self) -> None:
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        await self._reset()

    async def _reset(self) -> None:
        while self._open:
            for connection in self._open:
                connection.abort()
            await asyncio.sleep(0.001)

    async def _end(self) -> None:
        await self._close()
        while self._serving:  # those that had just been accepted, too
            await self._reset()
            await asyncio.wait(self._serving, timeout=0.01)
        await asyncio.sleep(0)  # what was aborted is closed by the loop's next turn

    def _accept(self, listener: socket.socket) -> None:
        """Take a connection; asyncio's own server loses one that it takes while it is being closed."""
        accepted, _ = listener.accept()
        self.connections += 1
        serving = asyncio.create_task(self._serve(accepted))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, accepted: socket.socket) -> None:
        connection = _Connection(*await asyncio.open_connection(sock=accepted))
        connection.begin(self._fault)
        self._open.add(connection)
        try:
            await connection.forward(*self._server)
        finally:
            self._open.discard(connection)


class _Connection:
    """One client, and the server that it is forwarded to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._to_server: asyncio.StreamWriter | None = None
        self._fault, self._left, self._late = Fault(), 0, False

    def begin(self, fault: Fault) -> None:
        self._fault, self._left = fault, fault.cut_after or 0

    def abort(self) -> None:
        for writer in (self._writer, self._to_server):
            if writer is not None:
                writer.transport.abort()

    async def forward(self, host: str, port: int) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            from_server, self._to_server = await asyncio.open_connection(host, port)
            asked = self._pump(self._reader, self._asked, self._to_server)
            answered = self._pump(from_server, self._answered, self._writer)
            await asyncio.gather(asked, answered)
            for writer in (self._writer, self._to_server):
                writer.close()
                await writer.wait_closed()
        self.abort()

    async def _pump(
        self,
        source: asyncio.StreamReader,
        handle: Callable[[bytes], Coroutine[Any, Any, None]],
        target: asyncio.StreamWriter,
    ) -> None:
        while data := await source.read(_CHUNK):
            await handle(data)
        target.write_eof()

    async def _asked(self, data: bytes) -> None:
        """Pass on what the client says."""
        if self._fault.http is not None:
            await self._rest_of_request(data)
            self._writer.write(self._fault.http)
            await self._writer.drain()
            self._writer.close()
            await self._writer.wait_closed()
            raise ConnectionAbortedError
        self._late = True
        assert self._to_server
        if self._fault.asked:
            data = data.replace(self._fault.asked, self._fault.heard)
        self._to_server.write(data)
        await self._to_server.drain()

    async def _rest_of_request(self, data: bytes) -> None:
        while b"\r\n\r\n" not in data:
            data += await self._reader.readuntil(b"\r\n\r\n")
        head, _, body = data.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            while not body.endswith(b"0\r\n\r\n"):
                body += await self._reader.read(_CHUNK)
        else:
            await self._reader.readexactly(max(0, int(fields.get(b"content-length", b"0")) - len(body)))

    async def _answered(self, data: bytes) -> None:
        """Pass on what the server says, or what is made of it."""
        fault = self._fault
        if fault.silent:
            return
        if fault.delay_s and self._late:
            self._late = False
            await asyncio.sleep(fault.delay_s)
        if fault.garbage is not None:
            data = fault.garbage
        if fault.old:
            data = data.replace(fault.old, fault.new)
        if fault.cut_after is not None:
            data, self._left = data[: self._left], self._left - len(data)
        self._writer.write(data)
        await self._writer.drain()
        if fault.cut_after is not None and self._left <= 0:
            raise ConnectionAbortedError
