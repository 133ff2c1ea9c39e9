"""Connections that stay open: used again while they are sound, and never for what belongs to another request."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.static import StaticFetcher
from magicai.errors import MagicError, Refused, Temporary
from magicai.ports import PageRequest
from tests.codes import says
from tests.contract.fetcher.certificates import self_signed

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
FORGED = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
Serve = Callable[[int, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Serves each connection by a function, which hears the connection's number."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.fetcher = StaticFetcher(AddressRules([f"127.0.0.1:{port}"]), contact="", per_host=2)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.fetcher.close()
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._serve(self.connections, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def get(self, path: str = "", timeout_s: float = 5.0) -> bytes:
        """The body of a path."""
        return (await self.fetcher.fetch(PageRequest(self.url + path, timeout_s=timeout_s))).body


async def turns(number: int) -> None:
    """Let everything else go on for so many turns of the event loop."""
    for _ in range(number):
        await asyncio.sleep(0)


def always(answer: bytes) -> Serve:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(answer)

    return serve


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + WHOLE,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nExpires: 0\r\n\r\n",
    ],
)
async def test_a_connection_is_used_again_after_a_whole_answer(answer: bytes) -> None:
    async with Server(always(answer)) as server:
        assert [await server.get() for _ in range(3)] == [b"hello"] * 3
        assert server.connections == 1


async def test_a_redirect_without_a_body_leaves_the_connection_open() -> None:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.readuntil(b"\r\n\r\n"):
            moved = b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"
            writer.write(WHOLE if request.startswith(b"GET /there ") else moved)

    async with Server(serve) as server:
        assert await server.get() == b"hello"
        assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        WHOLE.replace(b"1.1", b"1.0"),
        WHOLE + FORGED,
    ],
)
async def test_a_connection_that_ends_or_says_too_much_is_not_used_again(answer: bytes) -> None:
    async with Server(always(answer)) as server:
        assert [await server.get() for _ in range(2)] == [b"hello"] * 2
        assert server.connections == 2


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_what_comes_unasked_is_nobodys_answer(loop: str) -> None:
    """Whenever it comes before the next request: the event loop has read it, or the system has it still."""
    factory = asyncio.new_event_loop if loop == "asyncio" else pytest.importorskip("uvloop").new_event_loop

    async def answers(forged_after: int, ask_after: int) -> list[bytes]:
        asking = False

        async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(WHOLE)
            await turns(forged_after)
            if number == 1 and not asking:
                writer.write(FORGED)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(WHOLE)

        async with Server(serve) as server:
            first = await server.get()
            await turns(ask_after)
            asking = True
            return [first, await server.get()]

    with asyncio.Runner(loop_factory=factory) as runner:
        tries = [(forged_after, ask_after) for forged_after in range(12) for ask_after in (0, 12)]
        assert [one for one in tries if runner.run(answers(*one)) != [b"hello"] * 2] == []


async def test_asks_once_more_where_the_server_closed_a_kept_connection() -> None:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WHOLE)
        await reader.readuntil(b"\r\n\r\n")  # and goes, just then

    async with Server(serve) as server:
        assert [await server.get() for _ in range(2)] == [b"hello"] * 2
        assert server.connections == 2


async def test_a_server_that_closes_each_time_is_not_asked_for_ever() -> None:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        await reader.readuntil(b"\r\n\r\n")

    async with Server(serve) as server:
        with pytest.raises(Temporary, check=says("connection_lost")):
            await server.get()
        assert server.connections == 2


async def test_a_body_without_length_ends_with_its_connection() -> None:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhel")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(b"lo")

    async with Server(serve) as server:
        assert await server.get() == b"hello"


async def test_an_answer_that_comes_too_late_is_not_the_next_ones() -> None:
    async def serve(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            if number == 1:
                await asyncio.sleep(0.2)
            writer.write(WHOLE if number > 1 else WHOLE.replace(b"hello", b"late!"))

    async with Server(serve) as server:
        with pytest.raises(Temporary, check=says("page_timed_out")):
            await server.get(timeout_s=0.05)
        await asyncio.sleep(0.2)
        assert await server.get() == b"hello"


async def test_no_more_connections_than_allowed_are_open_at_once() -> None:
    async with Server(always(WHOLE)) as server:
        assert await asyncio.gather(*(server.get() for _ in range(10))) == [b"hello"] * 10
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 1_000 + b"Content-Length: 0\r\n\r\n",
        WHOLE + b"left over",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
)
async def test_what_is_no_answer_to_a_page_is_refused(answer: bytes) -> None:
    async with Server(always(answer)) as server:
        with pytest.raises(Refused, check=says("http_response_invalid")):
            await server.get()


@pytest.mark.parametrize("contact", ["a\r\nX-Forged: 1", "ünïcode@shop.example"])
async def test_a_request_is_one_request(contact: str) -> None:
    asked: list[bytes] = []

    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(WHOLE)

    async with Server(serve) as server:
        port = server.url.split(":")[2].strip("/")
        fetcher = StaticFetcher(AddressRules([f"127.0.0.1:{port}"]), contact=contact)
        await fetcher.fetch(PageRequest(server.url + "?q=1", etag='"v"\r\nX-Forged: 1'))
        await fetcher.close()
    (head,) = asked
    assert head.startswith(b"GET /?q=1 HTTP/1.1\r\n")
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith(b"x-forged")]


@pytest.mark.parametrize("size", [5, 3_000_000])
async def test_reads_over_tls_and_keeps_the_connection(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"x" * size
    connections: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append("one")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + body)
        writer.close()

    context = self_signed(tmp_path)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    fetcher = StaticFetcher(AddressRules([f"127.0.0.1:{port}"]), contact="")
    trusted = ssl.create_default_context(cafile=str(tmp_path / "both.pem"))
    monkeypatch.setattr("integrations.fetcher.session.trusted", lambda: trusted)
    page = PageRequest(f"https://127.0.0.1:{port}/")
    assert [(await fetcher.fetch(page)).body == body for _ in range(2)] == [True, True]
    await fetcher.close()
    server.close()
    assert connections == ["one"]


async def test_a_host_that_cannot_be_looked_up_holds_nobody_up() -> None:
    async def failing(_host: str, _port: int) -> list[str]:
        raise OSError("no network")

    fetcher = StaticFetcher(AddressRules(resolve=failing), contact="")
    asked = (fetcher.fetch(PageRequest("http://shop.example/", timeout_s=2)) for _ in range(3))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(answer, MagicError) and "could not be looked up" in str(answer) for answer in answers)
    await fetcher.close()


def test_pages_come_over_the_loop_that_the_gateway_and_workers_may_run_on() -> None:
    uvloop = pytest.importorskip("uvloop")

    async def twice() -> tuple[bytes, bytes, int]:
        async with Server(always(WHOLE)) as server:
            return await server.get("a"), await server.get("b"), server.connections

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(twice()) == (b"hello", b"hello", 1)
