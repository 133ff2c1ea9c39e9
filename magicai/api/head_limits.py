"""How long a connection may take to say what it wants, and how much: uvicorn waits for ever, and reads any head."""

import asyncio
from typing import Any

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from magicai.api.problems import MEDIA_TYPE, answer
from magicai.messages import say

HEAD_LIMIT_S = 15.0
LARGEST_HEAD = 32_768


class HeadLimits(HttpToolsProtocol):
    """Closes a connection whose head does not come in time, and refuses one that is too large.

    A connection that says nothing after an answer is closed by uvicorn, as idle.
    """

    _waiting: asyncio.TimerHandle | None = None
    _in_head = True
    _upgraded = False
    _head = 0  # bytes of it that were understood
    _pending = 0  # bytes that came and did not make it whole

    def connection_made(self, transport: Any) -> None:
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; where that leads to no request, wait for one, and not for too long a head."""
        super().data_received(data)
        if self._upgraded or self._is_answering():
            return
        if self._in_head:
            self._pending += len(data)
            if self._pending > LARGEST_HEAD and not self.transport.is_closing():
                self.send_400_response("The head of the request is too large.")
        if self._waiting is None:
            self._wait()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over: what comes of it is no head."""
        self._upgraded = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request as everything else is refused, and hear no more."""
        body = bytes(answer(400, say("request_head_invalid", reason=msg.rstrip("."))).body)
        head = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head.encode() + body)
        self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._measure(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header. What comes behind a body in parts is none: uvicorn would add it to those of the head."""
        self._measure(name, value)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._wait_no_more()
        self._in_head, self._pending = False, 0
        super().on_headers_complete()

    def _measure(self, *parts: bytes) -> None:
        self._head += sum(map(len, parts))
        if self._head > LARGEST_HEAD:
            raise HttpParserError("the head of the request is too large")

    def _is_answering(self) -> bool:
        # uvicorn types it as if there always was one.
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_LIMIT_S, self._give_up)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self._is_answering() and not self.transport.is_closing():
            self.transport.close()
