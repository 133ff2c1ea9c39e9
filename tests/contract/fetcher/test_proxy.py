"""The browser's proxy: for its own browser only, to allowed addresses only."""

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.proxy import FilteringProxy
from magicai.errors import Refused
from tests.contract.fetcher.site import Site


@pytest.fixture
async def proxy(site: Site) -> AsyncIterator[FilteringProxy]:
    made = FilteringProxy(AddressRules([f"127.0.0.1:{site.port}"]), most_bytes=100_000)
    await made.start()
    yield made
    await made.close()


@asynccontextmanager
async def connected(proxy: FilteringProxy) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter], None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(proxy: FilteringProxy, request: str, *, credential: str | None = None) -> bytes:
    """All that the proxy answers to the head of a request."""
    known = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    given = known if credential is None else credential
    head = request + (f"\r\nProxy-Authorization: Basic {given}" if given else "") + "\r\n\r\n"
    async with connected(proxy) as (reader, writer), asyncio.timeout(60):
        writer.write(head.encode())
        return await reader.read()


@pytest.mark.parametrize("credential", ["", "bm86Ym9keQ=="])
async def test_serves_nobody_who_does_not_know_its_credential(
    proxy: FilteringProxy, site: Site, credential: str
) -> None:
    site.answer("/", "hello")
    host = f"127.0.0.1:{site.port}"
    for request in (f"GET {site.url} HTTP/1.1\r\nHost: {host}", f"CONNECT {host} HTTP/1.1\r\nHost: {host}"):
        assert (await said(proxy, request, credential=credential)).startswith(b"HTTP/1.1 407 ")
    assert site.asked == []


async def test_passes_a_plain_request_on_without_its_own_headers(proxy: FilteringProxy, site: Site) -> None:
    site.answer("/a?b", "hello")
    host = f"127.0.0.1:{site.port}"
    request = f"GET {site.url}a?b HTTP/1.1\r\nHost: elsewhere.example\r\nProxy-Connection: keep-alive\r\nX-Kept: yes"
    answer = await said(proxy, request)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"hello")
    (path, headers), *_ = site.asked
    assert (path, headers["host"], headers["x-kept"]) == ("/a?b", host, "yes")
    assert not {"proxy-authorization", "proxy-connection"} & set(headers)


async def test_one_connection_carries_one_plain_request_even_to_a_server_that_stays() -> None:
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1000):
            heard.extend(piece)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    proxy = FilteringProxy(AddressRules([host]))
    await proxy.start()
    known = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    async with connected(proxy) as (reader, writer), asyncio.timeout(60):
        head = f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nProxy-Authorization: Basic {known}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(5) == b"hello"
        writer.write(f"GET http://other.example/second HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        writer.write_eof()
        await reader.read()
    await proxy.close()
    server.close()
    assert b"connection: close" in answer.lower()
    assert b"keep-alive" not in answer.lower()
    assert b"second" not in heard


async def test_carries_a_tunnel_to_an_allowed_address(proxy: FilteringProxy, site: Site) -> None:
    site.answer("/", "hello")
    host = f"127.0.0.1:{site.port}"
    known = base64.b64encode(f"{proxy.username}:{proxy.password}".encode()).decode()
    async with connected(proxy) as (reader, writer), asyncio.timeout(60):
        writer.write(f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nProxy-Authorization: Basic {known}\r\n\r\n".encode())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(5) == b"hello"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9", "localhost:80", "169.254.169.254:80", "[::1]:443", "0x7f.1:443", "shop.example:25"]
)
async def test_refuses_a_tunnel_inside_and_says_why(proxy: FilteringProxy, host: str) -> None:
    answer = await said(proxy, f"CONNECT {host} HTTP/1.1\r\nHost: {host}")
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"MAGICAI_CRAWL_ALLOW_HOSTS" in answer
    assert isinstance(proxy.refusal_of(f"https://{host}/"), Refused)


async def test_refuses_a_plain_request_inside_without_an_answer(proxy: FilteringProxy) -> None:
    assert await said(proxy, "GET http://127.0.0.1:9/ HTTP/1.1\r\nHost: 127.0.0.1:9") == b""
    assert isinstance(proxy.refusal_of("http://127.0.0.1:9/"), Refused)


@pytest.mark.parametrize(
    "request_",
    ["GET / HTTP/1.1\r\nHost: a", "nonsense", "POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked"],
)
async def test_what_is_no_request_for_a_proxy_goes_nowhere(proxy: FilteringProxy, request_: str) -> None:
    answer = await said(proxy, request_)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")


async def test_stops_a_connection_that_brings_too_much(proxy: FilteringProxy, site: Site) -> None:
    site.answer("/", "x" * 1_000_000)
    answer = await said(proxy, f"GET {site.url} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}")
    assert len(answer) < 110_000
    assert isinstance(proxy.refusal_of(site.url), Refused)
