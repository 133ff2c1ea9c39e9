"""What only Elasticsearch can do to us: refuse, die, wait, be another server; and its indexes, renewed under way."""

import asyncio
import ssl
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
import trustme

from deployments.lab.lab import Lab
from integrations.search import elasticsearch_indexes, elasticsearch_server
from integrations.search.elasticsearch import ElasticsearchSearch
from magicai.domain.entity import Versioned
from magicai.errors import Invalid, MagicError, Missing, Permanent, Refused, Temporary
from tests.contract.projection.entities import as_held, gone, live
from tests.faulty import Faulty
from tests.servers import address, namespace

from .indexes import forget, indexes

_LIMIT_S = 120.0


@pytest.fixture
async def space() -> AsyncIterator[str]:
    """A namespace of the test's own."""
    name = namespace()
    address("elasticsearch")
    yield name
    await forget(name)


@pytest.fixture
def proxy(space: str) -> Iterator[Faulty]:
    with Faulty(address("elasticsearch")) as faulty:
        yield faulty


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elasticsearch_server, "ANSWER_S", 1.0)


@asynccontextmanager
async def opened(url: str, space: str, *, api_key: str = "", mapping: int = 1) -> AsyncGenerator[ElasticsearchSearch]:
    search = ElasticsearchSearch(url, namespace=space, api_key=api_key, mapping=mapping)
    try:
        yield search
    finally:
        await search.close()


async def test_a_server_that_makes_no_index_by_itself_will_do(space: str) -> None:
    setting = "action.auto_create_index"
    async with httpx.AsyncClient(base_url=address("elasticsearch")) as server:
        try:
            said = await server.put("/_cluster/settings", json={"persistent": {setting: f"-{space}*,+*"}})
            said.raise_for_status()
            async with opened(address("elasticsearch"), space) as search:
                assert await search.check()
                await search.apply([live("a")])
                assert await search.held() == [as_held(live("a"))]
        finally:
            await server.put("/_cluster/settings", json={"persistent": {setting: None}})


async def test_what_was_answered_is_found_at_once(space: str) -> None:
    async with opened(address("elasticsearch"), space) as writes, opened(address("elasticsearch"), space) as reads:
        for number in range(5):
            await writes.apply([live(f"{number}", "Kettle")])
            assert len(await reads.search("kettle", owner_id="o")) == number + 1


async def test_one_bad_document_is_named_and_keeps_no_other_away(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        bad = live("b" * 40_000)
        with pytest.raises(Permanent, match="did not take product 'bbb"):
            await search.apply([live("a"), bad, live("c")])
        assert [one.entity_id for one in await search.held()] == ["a", "c"]
        with pytest.raises(Invalid, match="half a character"):
            await search.apply([live("\ud83d")])


async def test_chinese_is_found_by_its_words_too_where_others_stand_between(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        await search.apply([live("a", "不锈钢细嘴水壶"), live("b", "木头椅子")])
        hits = await search.search("不锈钢水壶", owner_id="o")
        assert [hit.entity_id for hit in hits] == ["a"]


async def test_more_than_can_be_looked_at_is_refused(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        with pytest.raises(Invalid, match="10000"):
            await search.search("kettle", owner_id="o", limit=10, offset=9_995)


async def test_all_that_is_held_comes_in_one_answer_too(space: str) -> None:
    many = [live(f"{place:05}") for place in range(1_300)]
    async with opened(address("elasticsearch"), space) as search:
        assert await search.held(limit=10_000) == []
        await search.apply([*many, gone("00000", version=2)])
        assert await search.held(limit=10_000) == [as_held(one) for one in many[1:]]
        assert await search.held(limit=1_100) == [as_held(one) for one in many[1:1_101]]


async def test_installations_on_one_server_do_not_meet(space: str) -> None:
    other = f"{space}_b"
    async with opened(address("elasticsearch"), space) as one, opened(address("elasticsearch"), other) as two:
        await one.apply([live("a")])
        await two.apply([live("a", version=7), live("b")])
        await two.drop([("product", "b")])
        assert await one.held() == [as_held(live("a"))]
        assert [hit.entity_id for hit in await one.search("kettle", owner_id="o")] == ["a"]
        assert await two.held() == [as_held(live("a", version=7))]
    await forget(other)


async def test_an_index_that_somebody_removed_comes_again_as_it_should_be(space: str) -> None:
    async with opened(address("elasticsearch"), space) as search:
        await search.apply([live("a")])
        await forget(space)
        assert await search.held() == []
        assert await search.search("kettle", owner_id="o") == []
        await search.apply([live("a", "Kettles")])
        assert [hit.entity_id for hit in await search.search("kettle", owner_id="o")] == ["a"]


async def test_a_new_mapping_is_moved_to_while_others_write_and_nothing_is_lost(space: str) -> None:
    url = address("elasticsearch")
    async with opened(url, space) as old, opened(url, space, mapping=2) as new, opened(url, space, mapping=2) as second:
        await old.apply([live(f"{place:05}", version=2) for place in range(2_000)])
        await old.apply([gone("00001", version=3)])
        stop = asyncio.Event()
        written: list[Versioned] = []

        async def write(writer: int) -> None:
            number = 0
            while not stop.is_set():
                batch = [live(f"{writer}-{number}"), live(f"{number % 2_000:05}", "Teapot", version=number + 5)]
                with suppress(Temporary):
                    await old.apply(batch)
                    written.extend(batch)
                    number += 1

        async def read() -> None:
            while not stop.is_set():
                assert await old.search("kettle teapot", owner_id="o", limit=1)

        busy = [asyncio.create_task(work) for work in (write(1), write(2), read())]
        await asyncio.gather(new.apply([live("new")]), second.apply([live("second")]))
        stop.set()
        await asyncio.gather(*busy)
        held = {one.entity_id: one.version for one in await new.held(limit=100_000)}
        lost = [one.entity_id for one in written if held.get(one.entity_id, 0) < one.version]
        assert lost == []
        assert written
        assert "00001" not in held or held["00001"] > 3
        assert {"new", "second", "00000", "01999"} <= set(held)
        await old.apply([live("late"), live("00001", version=2)])
        assert "late" in {one.entity_id for one in await new.held(after=("product", "l"))}
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        names = await indexes(client, space)
    assert [name.split(".")[2] for name in names] == ["2"]


async def test_what_a_move_that_was_cut_left_behind_is_removed_by_the_next(
    space: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address("elasticsearch")
    async with opened(url, space) as old, opened(url, space, mapping=2) as cut, opened(url, space, mapping=2) as new:
        await old.apply([live("a")])
        with monkeypatch.context() as patched:
            patched.setattr(elasticsearch_indexes, "_LINGER_S", 600.0)
            moving = asyncio.create_task(cut.apply([live("b")]))
            async with asyncio.timeout(_LIMIT_S):
                while await _aliased(url, space) != ["2"]:  # noqa: ASYNC110 - a server rings no bell
                    await asyncio.sleep(0.1)
            moving.cancel()
            await asyncio.gather(moving, return_exceptions=True)
        await new.apply([live("c")])
        assert [one.entity_id for one in await new.held()] == ["a", "c"]
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        assert [name.split(".")[2] for name in await indexes(client, space)] == ["2"]


async def _aliased(url: str, space: str) -> list[str]:
    """The mappings of the indexes that are behind an alias."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        found = (await client.get(f"/_alias/{space}-*")).json()
    return [name.split(".")[2] for name in found if name.startswith(space)]


async def test_an_older_installation_does_not_move_back(space: str) -> None:
    url = address("elasticsearch")
    async with opened(url, space, mapping=2) as new, opened(url, space) as old:
        await new.apply([live("a")])
        await old.apply([live("b")])
        assert [one.entity_id for one in await old.held()] == ["a", "b"]
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        assert [name.split(".")[2] for name in await indexes(client, space)] == ["2"]


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
        with pytest.raises(Temporary, match=r"its answer broke off\. See whether it runs"):
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
        with pytest.raises(Missing, match=r"magicai\[elasticsearch\]"):
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
            async with asyncio.timeout(_LIMIT_S):
                with pytest.raises(Temporary):
                    await call
        proxy.heal()
        async with asyncio.timeout(_LIMIT_S):
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
    """A server of the test's own, that can be killed."""
    address("elasticsearch")
    folder = Path(tempfile.mkdtemp(prefix="magicai-"))
    folder.chmod(0o711)  # the account in which it runs may pass
    own = Lab(folder / "lab")
    left_out = own.up(["elasticsearch"])
    if left_out:
        pytest.skip(str(left_out["elasticsearch"]))
    yield own
    own.down()
    folder.rmdir()


@pytest.mark.faults
async def test_a_server_that_is_killed_or_comes_back_empty_is_temporary_and_loses_nothing_acknowledged(
    lab: Lab,
) -> None:
    url = next(line.split("=", 1)[1] for line in lab.addresses.read_text().splitlines() if "ELASTICSEARCH_URL" in line)
    async with opened(url.strip("'"), "t") as search:
        written: list[Versioned] = []

        async def write() -> None:
            for number in range(1_000_000):
                batch = [live(f"{number}-{place}") for place in range(20)]
                await search.apply(batch)
                written.extend(batch)

        async def back() -> None:
            async with asyncio.timeout(_LIMIT_S):
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
            async with asyncio.timeout(_LIMIT_S):
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
