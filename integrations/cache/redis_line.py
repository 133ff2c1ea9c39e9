"""One connection to Redis that all of a process's small questions share: each is sent at once, answers come in order.

The client's pool hands a connection to one question at a time, and spends on each about what all the rest of a request
of the gateway costs. This asks scripts whose answer is one value, and connects again after a connection was lost.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from typing import Any

from integrations.server_address import ServerAddress

_LARGEST = 65_536
_NOT_WHOLE = object()

Word = bytes | str | int
Answer = bytes | int | None


class DeclinedError(Exception):
    """The server says no: nothing was done, and whoever asks the long way is told why."""


class RedisLine:
    """A connection to one server, made when it is first asked, and again when it was lost.

    Args:
        database: its number.
        connect_s, answer_s: how long connecting, and each answer, may take.
    """

    def __init__(self, address: ServerAddress, *, database: int, connect_s: float, answer_s: float) -> None:
        self._address, self._database = address, database
        self._connect_s, self._answer_s = connect_s, answer_s
        self._open: _Connection | None = None
        self._connecting = asyncio.Lock()

    async def ask(self, words: Sequence[Word]) -> Answer:
        """What the server answers.

        Raises:
            DeclinedError: it answers with an error.
            OSError: it can't be reached, or it was lost, or is late: whether it did what was asked, nobody knows.
        """
        open_ = self._open
        if open_ is None or open_.lost:
            open_ = await self._connected()
        return await open_.ask(words)

    def close(self) -> None:
        """Let go of the connection."""
        if self._open is not None:
            self._open.lose(ConnectionError("the connection was closed"))

    async def _connected(self) -> "_Connection":
        async with self._connecting:
            if self._open is not None and not self._open.lost:
                return self._open
            address = self._address
            trusted = ssl.create_default_context(cafile=address.ca) if address.scheme == "rediss" else None
            loop = asyncio.get_running_loop()
            try:
                async with asyncio.timeout(self._connect_s):
                    _, made = await loop.create_connection(
                        lambda: _Connection(loop, self._answer_s), address.host, address.port, ssl=trusted
                    )
            except TimeoutError as exc:
                raise TimeoutError(f"no connection within {self._connect_s:.0f} s") from exc
            try:
                if address.password:
                    await made.ask(["AUTH", *([address.user] if address.user else []), address.password])
                if self._database:
                    await made.ask(["SELECT", self._database])
            except BaseException:
                made.lose(ConnectionError("the connection was refused"))
                raise
            self._open = made
            return made


class _Connection(asyncio.Protocol):
    """Questions under way, in their order."""

    def __init__(self, loop: asyncio.AbstractEventLoop, answer_s: float) -> None:
        import hiredis

        self._loop, self._answer_s = loop, answer_s
        self._waiting: deque[tuple[asyncio.Future[Answer], float]] = deque()
        self._pack: Any = vars(hiredis)["pack_command"]  # its types are wrong
        self._garbled = hiredis.ProtocolError
        self._reader = hiredis.Reader(replyError=DeclinedError, notEnoughData=_NOT_WHOLE)
        self._unread = 0
        self._transport: Any = None  # uvloop's are none of asyncio's
        self._watch: asyncio.TimerHandle | None = None
        self.lost = False

    def ask(self, words: Sequence[Word]) -> "asyncio.Future[Answer]":
        """Send a question; its answer comes."""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        if self.lost or self._transport is None:
            answer.set_exception(ConnectionError("the connection was lost"))
            return answer
        now = self._loop.time()
        self._waiting.append((answer, now + self._answer_s))
        if self._watch is None:
            # One timer for all: it looks at the oldest.
            self._watch = self._loop.call_at(now + self._answer_s, self._look)
        self._transport.write(self._pack(tuple(words)))
        return answer

    def connection_made(self, transport: Any) -> None:
        """It stands."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand out the answers that have come whole."""
        self._unread += len(data)
        try:
            self._reader.feed(data)
            while (said := self._reader.gets()) is not _NOT_WHOLE:
                self._unread = 0
                answer, _ = self._waiting.popleft()
                if not answer.done():  # whoever asked may have gone
                    answer.set_exception(said) if isinstance(said, DeclinedError) else answer.set_result(said)
        except (self._garbled, IndexError):
            self.lose(ConnectionError("it does not answer like Redis"))
            return
        if self._unread > _LARGEST:
            self.lose(ConnectionError("it does not answer like Redis"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody will be answered any more."""
        self.lose(exc or ConnectionError("the connection was lost"))

    def lose(self, error: Exception) -> None:
        """Give up: those who wait are told, and the next one who asks connects anew."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if not self.lost and self._transport is not None:
            self._transport.abort()
        self.lost = True
        while self._waiting:
            answer, _ = self._waiting.popleft()
            if not answer.done():
                answer.set_exception(error)

    def _look(self) -> None:
        self._watch = None
        if not self._waiting:
            return
        until = self._waiting[0][1]
        if until <= self._loop.time():
            self.lose(TimeoutError(f"no answer within {self._answer_s:.0f} s"))
        else:
            self._watch = self._loop.call_at(until, self._look)
