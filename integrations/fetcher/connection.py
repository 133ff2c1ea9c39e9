"""One connection to a server, kept open: a request at a time, and its answer taken in as it comes."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

# All headers together: what announces a content security policy is long.
_LONGEST_HEAD = 65_536
# In a body that comes in chunks, what stands around each of its bytes at most.
_MOST_AROUND_A_BYTE = 16
_INFORMATIONAL = range(100, 200)
_SWITCHING_PROTOCOLS = 101


class Garbled(Exception):  # noqa: N818 - it is what the answer is
    """An answer is no HTTP."""


class Cut(ConnectionError):  # noqa: N818 - the connection is
    """The connection ended before the answer did.

    Attributes:
        unanswered: not a byte of the answer had come.
    """

    def __init__(self, what: str, *, unanswered: bool) -> None:
        super().__init__(what)
        self.unanswered = unanswered


@dataclass(slots=True)
class Head:
    """How an answer begins: its headers by their names in lower case, bytes that are no UTF-8 as surrogates."""

    status: int = 0
    headers: dict[str, list[str]] = field(default_factory=lambda: {})

    def first(self, name: str, default: str = "") -> str:
        """The first header of a name."""
        values = self.headers.get(name)
        return values[0] if values else default


class Taker(Protocol):
    """Takes an answer in; what its methods raise ends the exchange, and the connection."""

    def begin(self, head: Head) -> bool:
        """The head is there; answers whether the body is wanted."""
        ...

    def add(self, piece: bytes) -> None:
        """A piece of the body is there."""
        ...


class Connection(asyncio.BufferedProtocol):
    """A connection to one server.

    Args:
        buffer: where what comes is received, which connections of one event loop may share.

    Attributes:
        idle_since: when its last answer ended, by the monotonic clock.
    """

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._transport: asyncio.Transport | None = None
        # It holds methods of this object, which lets go of it when the connection is lost.
        self._parser: Any = HttpResponseParser(self)
        # What shops' servers do and browsers bear.
        self._parser.set_dangerous_leniencies(
            lenient_headers=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
        self._lost = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[None] | None = None
        self._taker: Taker | None = None
        self._head = Head()
        self._answering = False
        self._usable = False
        self._until_close = False
        self._received = self._around = self._allowed = self._told = 0
        self.idle_since = 0.0

    @property
    def usable(self) -> bool:
        """Whether another request can be sent."""
        return self._usable and self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes, taker: Taker) -> None:
        """Send a request, and have its answer taken in, whole or as far as it is wanted.

        Raises:
            Garbled: the answer is no HTTP.
            Cut: the connection ended before.
        """
        if self._transport is None or self._transport.is_closing():
            raise Cut("it was closed", unanswered=True)
        ended = self._ended = asyncio.get_running_loop().create_future()
        self._taker, self._head = taker, Head()
        self._answering, self._usable, self._until_close = True, False, False
        self._received = self._around = self._told = 0
        self._allowed = _LONGEST_HEAD
        self._transport.write(request)
        try:
            await ended
        finally:
            self._taker = self._ended = None
            if not self._usable:
                self.abort()
        self.idle_since = monotonic()

    def abort(self) -> None:
        """Let go of the connection at once."""
        self._usable = False
        if self._transport is not None:
            self._transport.abort()

    async def gone(self) -> None:
        """Wait until an aborted connection has let go of its socket."""
        await self._lost

    # ── what the transport calls ──

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none of asyncio's
        self._usable = True

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to receive."""
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Something has come."""
        if self._taker is None:
            self.abort()  # nothing was asked for, or nothing more of it is wanted
            return
        self._received += nbytes
        self._around += nbytes
        try:
            self._parser.feed_data(self._buffer[:nbytes])
        except HttpParserUpgrade:
            self._end(Garbled("it changes to another protocol"))
        except HttpParserError as exc:
            self._end(Garbled(str(exc)))
        if self._around > self._allowed:
            self._end(_too_long())

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._parser, self._usable = None, False
        if exc is None and self._until_close:
            self._end()
        else:
            self._end(Cut(str(exc or "it was closed"), unanswered=self._received == 0))
        if not self._lost.done():
            self._lost.set_result(None)

    # ── what the parser calls ──

    def on_message_begin(self) -> None:
        """An answer begins: the one that was asked for, or one more."""
        if not self._answering:
            self._usable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer, which nobody looks at."""
        self._told += len(name) + len(value)
        if self._told > _LONGEST_HEAD:
            self._end(_too_long())
            return
        called = name.decode("latin-1").lower()
        self._head.headers.setdefault(called, []).append(value.decode("utf-8", "surrogateescape"))

    def on_headers_complete(self) -> None:
        """The head is there."""
        head = self._head
        head.status = self._parser.get_status_code()
        if head.status in _INFORMATIONAL and head.status != _SWITCHING_PROTOCOLS:
            return
        coding = head.headers.get("transfer-encoding")
        chunked = coding is not None and coding[-1].strip().lower().endswith("chunked")
        self._until_close = not chunked and (coding is not None or "content-length" not in head.headers)
        if self._taker is not None:
            try:
                if not self._taker.begin(head):
                    self._end()
            except Exception as exc:  # noqa: BLE001 - whatever it is, who asked must hear of it
                self._end(exc)

    def on_body(self, piece: bytes) -> None:
        """A piece of the body."""
        self._around -= len(piece)
        self._allowed += _MOST_AROUND_A_BYTE * len(piece)
        if self._taker is not None:
            try:
                self._taker.add(piece)
            except Exception as exc:  # noqa: BLE001 - likewise
                self._end(exc)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._head.status in _INFORMATIONAL:
            self._head = Head()  # the answer proper follows
            return
        self._usable = self._answering and bool(self._parser.should_keep_alive())
        self._answering = False
        self._end()

    def _end(self, error: Exception | None = None) -> None:
        ended, self._taker = self._ended, None
        if error is not None:
            self._answering = self._usable = False
        if ended is None or ended.done():
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)


def _too_long() -> Garbled:
    return Garbled(f"its headers have more than {_LONGEST_HEAD:,} bytes")
