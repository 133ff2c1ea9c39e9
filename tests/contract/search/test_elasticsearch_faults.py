"""What only Elasticsearch can do to us: refuse, die, wait, be another server."""

import asyncio
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import trustme

from integrations.search import elasticsearch_server
from magicai.errors import MagicError, Missing, Refused, Temporary
from magicai.stores.entity import Versioned
from tests.codes import says
from tests.contract.projection.entities import as_held, live
from tests.faulty import Faulty
from tests.lab.lab import Lab
from tests.own_lab import own_lab, started
from tests.servers import address

from .indexes import LIMIT_S, opened


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch_server, "ANSWER_S", 1.0)


async def test_who_is_not_let_in_hears_how_to_be_and_no_secret(proxy: Faulty, space: str) -> None:
    secret = proxy.url.replace("://", "://magicai:s3cret@")
    for url, key in ((secret, ""), (proxy.url, "s3cret")):
        async with opened(url, space, api_key=key) as search:
            proxy.http(401, {"error": {"type": "security_exception", "reason": "s3cret is wrong"}})
            with pytest.raises(Temporary, match=r"ELASTICSEARCH_URL, or ELASTICSEARCH_API_KEY") as caught:
                await search.apply([live("a")])
            assert "s3cret" not in str(caught.value)
            proxy.heal()
            await search.apply([live("a")])
            assert "s3cret" not in await search.check()


async def test_user_and_password_or_key_are_sent(space: str) -> None:
    for url, key, sent in (
        ("http://us%40er:p%3Aw@", "", "Basic dXNAZXI6cDp3"),
        ("http://", "k3y", "ApiKey k3y"),
        ("http://us:pw@", "k3y", "ApiKey k3y"),
    ):
        heard: list[str] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: list[str] = heard) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            heard.extend(line.split(": ", 1)[1] for line in head.split("\r\n") if line.lower().startswith("auth"))
            writer.write(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, opened(f"{url}127.0.0.1:{port}", space, api_key=key) as search:
            with pytest.raises(Temporary):
                await search.held()
        assert heard == [sent]


async def test_an_answer_that_breaks_off_in_its_head_is_said_in_words() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-t")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, opened(f"http://127.0.0.1:{port}", "n") as search:
        with pytest.raises(Temporary, match=r"its answer was cut off\. Check that it is running"):
            await search.held()


async def test_another_version_and_another_product_are_refused(proxy: Faulty, space: str) -> None:
    async with opened(proxy.url, space) as search:
        proxy.rewrite(b'"number":"9.', b'"number":"7.')
        with pytest.raises(Refused, match=r"version 7\..*Elasticsearch 8 or 9"):
            await search.apply([live("a")])
        proxy.heal()
        await search.apply([live("a")])
    async with opened(proxy.url, space) as search:
        proxy.http(200, {"version": {"number": "9.0.0", "distribution": "opensearch"}})
        with pytest.raises(Refused, match="OpenSearch"):
            await search.held()


async def test_without_its_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "elasticsearch", None)
    async with opened("http://127.0.0.1:1", "t") as search:
        with pytest.raises(Missing, check=says("elasticsearch_not_installed")):
            await search.held()


async def test_a_closed_one_says_so(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        await search.held()
    with pytest.raises(MagicError, match="closed"):
        await search.held()


SPOILED: dict[str, Callable[[Faulty], None]] = {
    "refused": lambda proxy: proxy.refuse(),
    "silent": lambda proxy: proxy.silent(),
    "cut": lambda proxy: proxy.cut(after=120),
    "busy": lambda proxy: proxy.http(429, {"error": {"type": "es_rejected_execution_exception"}}),
    "gone": lambda proxy: proxy.http(503, {"error": {"type": "cluster_manager_not_discovered"}}),
    "garbage": lambda proxy: proxy.garbage(b"\x00\xff garbage"),
}


@pytest.mark.faults
@pytest.mark.parametrize("how", SPOILED)
async def test_a_spoiled_connection_is_temporary_in_time_and_heals(
    how: str, proxy: Faulty, space: str, impatient: None
) -> None:
    async with opened(proxy.url, space) as search:
        await search.apply([live("a")])
        SPOILED[how](proxy)
        for call in (
            search.apply([live("b")]),
            search.held(),
            search.held(limit=5_000),
            search.search("kettle", owner_id="o"),
            search.drop([("product", "a")]),
            search.check(),
        ):
            async with asyncio.timeout(LIMIT_S):
                with pytest.raises(Temporary):
                    await call
        proxy.heal()
        async with asyncio.timeout(LIMIT_S):
            while True:
                with suppress(Temporary):
                    await search.apply([live("b"), live("c")])
                    break
        assert {"b", "c"} <= {one.entity_id for one in await search.held()}


async def test_tls_is_spoken_with_who_the_authority_has_signed_and_nobody_else(space: str, tmp_path: Path) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.issue_cert("127.0.0.1").configure_cert(context)
    ours.cert_pem.write_to_path(tmp_path / "ours.pem")
    foreign.cert_pem.write_to_path(tmp_path / "foreign.pem")
    server = httpx.URL(address("elasticsearch"))

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection(server.host, server.port)
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    wrapped = await asyncio.start_server(forward, "127.0.0.1", 0, ssl=context)
    url = f"https://127.0.0.1:{wrapped.sockets[0].getsockname()[1]}"
    async with opened(f"{url}?ca={tmp_path / 'ours.pem'}", space) as search:
        await search.apply([live("a")])
        assert await search.held() == [as_held(live("a"))]
    for other in (f"{url}?ca={tmp_path / 'foreign.pem'}", url):
        async with opened(other, space) as search:
            with pytest.raises(Temporary, match=r"(?i)certificate.*\?ca=FILE"):
                await search.held()
    wrapped.close()


@pytest.fixture
def lab() -> Iterator[Lab]:
    address("elasticsearch")  # skips where there are no servers
    with own_lab() as made:
        yield made


@pytest.mark.faults
@pytest.mark.nightly
async def test_a_server_that_is_killed_or_comes_back_empty_is_temporary_and_loses_nothing_acknowledged(
    lab: Lab,
) -> None:
    url = started(lab, "elasticsearch")["ELASTICSEARCH_URL"]
    async with opened(url, "t") as search:
        written: list[Versioned] = []

        async def write() -> None:
            for number in range(1_000_000):
                batch = [live(f"{number}-{place}") for place in range(20)]
                await search.apply(batch)
                written.extend(batch)

        async def back() -> None:
            async with asyncio.timeout(LIMIT_S):
                while True:
                    with suppress(Temporary):
                        await search.apply([live("back")])
                        return
                    await asyncio.sleep(0.1)

        await search.apply([live("first")])
        writing = asyncio.create_task(write())
        await asyncio.sleep(1)
        await asyncio.to_thread(lab.kill, "elasticsearch")
        with pytest.raises(Temporary):
            async with asyncio.timeout(LIMIT_S):
                await writing
        with pytest.raises(Temporary):
            await search.search("kettle", owner_id="o")
        await asyncio.to_thread(lab.start, "elasticsearch")
        await back()
        held = {one.entity_id for one in await search.held(limit=100_000)}
        assert written
        assert {one.entity_id for one in written} - held == set()
        await asyncio.to_thread(lab.wipe, "elasticsearch")
        await back()
        assert await search.held() == [as_held(live("back"))]
        assert [hit.entity_id for hit in await search.search("kettles", owner_id="o")] == ["back"]
