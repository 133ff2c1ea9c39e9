"""A proxy on loopback through which a browser reads: it checks every address as `AddressRules` does, and pins it.

A browser can't be told which addresses to connect to; this can. Only who knows its random credential may use it.
"""

import asyncio
import base64
import secrets
from collections import OrderedDict
from collections.abc import Iterable

import can_ada
import h11

from integrations.fetcher.addresses import AddressRules, Target
from magicai.errors import MagicError, Temporary, TooLarge
from magicai.messages import say

_LARGEST_HEAD = 65_536
_PIECE = 65_536
_HEAD_TIMEOUT_S = 15.0
_CONNECT_TIMEOUT_S = 10.0
_IDLE_TIMEOUT_S = 60.0
_MOST_REMEMBERED = 1_000
_HOP_BY_HOP = (b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization", b"te", b"trailer", b"upgrade")


class FilteringProxy:
    """Lets a browser reach allowed addresses, and no others.

    Args:
        most_bytes: that one connection may bring.
    """

    def __init__(self, rules: AddressRules, *, most_bytes: int = 50_000_000) -> None:
        self._rules = rules
        self._most_bytes = most_bytes
        self._refusals: OrderedDict[str, MagicError] = OrderedDict()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.username = secrets.token_urlsafe(12)
        self.password = secrets.token_urlsafe(24)
        self._credential = b"Basic " + base64.b64encode(f"{self.username}:{self.password}".encode())

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_LARGEST_HEAD)

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def refusal_of(self, url: str) -> MagicError | None:
        """Why the last connection to the host of an address failed, or None."""
        return self._refusals.get(_authority(url))

    async def close(self) -> None:
        """Stop listening and cut what is open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            return  # a browser cuts connections whenever it likes
        except asyncio.CancelledError:
            return  # `close` cuts them; until Python 3.12 asyncio reports a cancelled connection as a fault
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_TIMEOUT_S):
            head = await reader.readuntil(b"\r\n\r\n")
        request = _parsed(head)
        if request is None:
            await _answer(writer, 400, b"not a request")
            return
        headers = dict(request.headers)
        if not secrets.compare_digest(headers.get(b"proxy-authorization", b""), self._credential):
            await _answer(writer, 407, b"whose proxy this is", [(b"Proxy-Authenticate", b'Basic realm="MagicAI"')])
            return
        tunnel = request.method == b"CONNECT"
        asked = request.target.decode("latin-1")
        url = f"https://{asked}/" if tunnel else asked
        try:
            target = self._rules.target(url)
            upstream = await self._connect(target)
        except MagicError as exc:
            # An answer to a plain request would look like the page that was asked for: only a tunnel gets one.
            self._remember(_authority(url), exc)
            if tunnel:
                await _answer(writer, 502, str(exc).encode())
            return
        try:
            await self._carry(target, request, tunnel=tunnel, client=(reader, writer), upstream=upstream)
        finally:
            upstream[1].close()

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        fault: Exception | None = None
        for address in await self._rules.addresses(target):
            try:
                async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                    return await asyncio.open_connection(address, target.port, limit=_LARGEST_HEAD)
            except (OSError, TimeoutError) as exc:
                fault = exc
        reason = (isinstance(fault, OSError) and fault.strerror) or say("no_answer_in_time")
        raise Temporary("host_unreachable", where=target.authority, reason=reason) from fault

    async def _carry(
        self,
        target: Target,
        request: h11.Request,
        *,
        tunnel: bool,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._refusals.pop(_authority(target.url), None)
        if tunnel:
            client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            sending = asyncio.create_task(_copy(client[0], upstream[1], None))
        else:
            upstream[1].write(_forwarded(request, target))
            length = int(dict(request.headers).get(b"content-length", b"0"))
            sending = asyncio.create_task(_copy_then_wait(client[0], upstream[1], length))
        receiving = asyncio.create_task(self._receive(target, upstream[0], client[1], tunnel=tunnel))
        ends = (receiving,) if tunnel else (receiving, sending)
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, receiving):
                task.cancel()
            await asyncio.gather(sending, receiving, return_exceptions=True)

    async def _receive(
        self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, tunnel: bool
    ) -> None:
        if not tunnel:
            await _copy_head(reader, writer)
        if not await _copy(reader, writer, self._most_bytes):
            limit = f"{self._most_bytes:,}"
            self._remember(_authority(target.url), TooLarge("connection_too_large", host=target.authority, limit=limit))

    def _remember(self, authority: str, exc: MagicError) -> None:
        self._refusals[authority] = exc
        while len(self._refusals) > _MOST_REMEMBERED:
            self._refusals.popitem(last=False)


def _authority(url: str) -> str:
    """The `host:port` that an address names, whether or not it is allowed."""
    try:
        parsed = can_ada.parse(url)
    except (ValueError, TypeError):
        return url
    return f"{parsed.hostname}:{parsed.port or (443 if parsed.protocol == 'https:' else 80)}"


def _parsed(head: bytes) -> h11.Request | None:
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
    try:
        connection.receive_data(head)
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    # Without a length, nobody knows where its body ends.
    if not isinstance(event, h11.Request) or b"transfer-encoding" in dict(event.headers):
        return None
    return event


def _forwarded(request: h11.Request, target: Target) -> bytes:
    path = "/" + target.url.partition("://")[2].partition("/")[2]
    kept = [(name, value) for name, value in request.headers if name not in (*_HOP_BY_HOP, b"host")]
    host = target.authority.removesuffix(":80")
    lines = [b"%s %s HTTP/1.1" % (request.method, path.encode()), b"host: " + host.encode(), b"connection: close"]
    return b"\r\n".join([*lines, *(name + b": " + value for name, value in kept)]) + b"\r\n\r\n"


async def _copy_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass the head of an answer on, saying that the connection ends with it: the next request is checked anew."""
    while True:
        async with asyncio.timeout(_IDLE_TIMEOUT_S):
            head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].split(b"\r\n")
        kept = [line for line in lines if line.partition(b":")[0].strip().lower() not in _HOP_BY_HOP]
        interim = first.partition(b" ")[2].startswith(b"1")
        ending = [] if interim else [b"Connection: close"]
        writer.write(b"\r\n".join([first, *kept, *ending]) + b"\r\n\r\n")
        if not interim:
            return


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> bool:
    """Pass bytes on until the sender ends; answers whether no more than `most` came."""
    while most is None or most > 0:
        async with asyncio.timeout(_IDLE_TIMEOUT_S):
            piece = await reader.read(_PIECE)
        if not piece:
            if most is None and writer.can_write_eof():
                writer.write_eof()
            return True
        if most is not None:
            piece, most = piece[:most], most - len(piece)
        writer.write(piece)
        await writer.drain()
    return False


async def _copy_then_wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int) -> None:
    """Pass a request's body on, then wait until its sender leaves; another request on this connection goes nowhere."""
    await _copy(reader, writer, length)
    while await reader.read(_PIECE):
        continue


async def _answer(
    writer: asyncio.StreamWriter, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
) -> None:
    lines = [b"HTTP/1.1 %d Refused" % status, b"Content-Type: text/plain; charset=utf-8", b"Connection: close"]
    lines += [b"Content-Length: %d" % len(body), *(name + b": " + value for name, value in headers)]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
    await writer.drain()
