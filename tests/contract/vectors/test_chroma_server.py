"""What only a ChromaDB server of the user's has: an address, a token, a life of its own, others on it."""

import asyncio
import importlib.util
import signal
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from integrations.open import open_ports
from integrations.vectors.chroma_server import ChromaServerVectors
from magicai.errors import Invalid, MagicError, Missing, Permanent, Temporary
from magicai.settings import Settings
from magicai.values.ids import new_id
from tests.codes import says
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.projection.entities import as_held, gone, live
from tests.contract.projection.implementations import Place

from .chroma_run import ChromaRun
from .doorkeeper import Doorkeeper

pytestmark = pytest.mark.skipif(importlib.util.find_spec("chromadb") is None, reason="chromadb is not installed")

Open = Callable[..., ChromaServerVectors]


@pytest.fixture
def server(server_home: Path) -> ChromaRun:
    return ChromaRun.shared(server_home)


@pytest.fixture
async def connect(place: Place, server: ChromaRun) -> AsyncIterator[Open]:
    """Opens vectors on the tests' server, in a collection of this test."""
    made: list[ChromaServerVectors] = []

    def open_one(
        address: str = "", *, embedder: Any = None, limit_s: float = 30.0, **settings: Any
    ) -> ChromaServerVectors:
        chosen = Settings(home=place.home, **settings)
        embedder = embedder or HashingEmbedder(place.name)
        made.append(ChromaServerVectors(chosen, address or server.url, embedder, limit_s=limit_s))
        return made[-1]

    yield open_one
    for one in made:
        await one.close()


@pytest.fixture
async def doorkeeper(server: ChromaRun) -> AsyncIterator[Doorkeeper]:
    async with Doorkeeper(server.url).open() as opened:
        yield opened


async def near(vectors: ChromaServerVectors, text: str, owner_id: str = "o", **more: Any) -> list[str]:
    return [hit.entity_id for hit in await vectors.nearest(text, owner_id=owner_id, **more)]


# ── Others on the same server ──


async def test_installations_on_one_server_do_not_meet(connect: Open) -> None:
    one, other = connect(namespace="one"), connect(namespace="other")
    await one.apply([live("a", version=9)])
    await other.apply([live("a", "Wooden chair", version=1), live("b")])
    await other.drop([("product", "b")])
    assert await one.held() == [as_held(live("a", version=9))]
    assert await near(other, "chair", limit=9) == ["a"]


async def test_another_embedder_s_vectors_are_never_mixed_in(connect: Open, place: Place) -> None:
    await connect().apply([live("a")])
    for embedder in (HashingEmbedder(f"{place.name}-2"), HashingEmbedder(place.name, 32)):
        other = connect(embedder=embedder)
        assert await other.held() == []
        await other.apply([live("a")])
        assert await near(other, "kettle") == ["a"]


@pytest.mark.parametrize("name", ["a/b", "ä", "a b", "-", "x" * 40])
async def test_an_embedder_may_have_any_name(connect: Open, place: Place, name: str) -> None:
    vectors = connect(embedder=HashingEmbedder(f"{place.name} {name}"))
    await vectors.apply([live("a")])
    assert await vectors.held() == [as_held(live("a"))]


# ── Who was paused, and wakes up ──


class SlowEmbedder(HashingEmbedder):
    """Waits before it answers: whoever embeds has read what is held, and not written yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def embed(self, texts: Sequence[str], *, as_queries: bool = False) -> np.ndarray:
        self.asked.set()
        await self.go_on.wait()
        return await super().embed(texts, as_queries=as_queries)


@pytest.mark.parametrize("fate", ["lives", "dies"])
async def test_who_wakes_up_with_something_old_resurrects_nothing(
    connect: Open, place: Place, monkeypatch: pytest.MonkeyPatch, fate: str
) -> None:
    slow = SlowEmbedder(place.name)
    paused, other = connect(embedder=slow), connect()
    if fate == "dies":  # right after its write
        monkeypatch.setattr(paused, "_settle", _die)
    late = asyncio.create_task(
        paused.apply([live("changed", "Kettle", version=1), live("gone", "Kettle", version=2), live("new", "Kettle")])
    )
    await slow.asked.wait()
    newer = live("changed", "Wooden chair", version=3)
    await other.apply([newer, gone("gone", version=3)])
    slow.go_on.set()
    with suppress(ProcessLookupError):
        await late
    assert sorted(await near(other, "kettle", limit=9)) == ["changed", "new"]
    assert await near(other, "wooden chair", limit=1) == ["changed"]
    assert await other.held() == [as_held(newer), as_held(live("new"))]
    assert await paused.held() == await other.held()


async def _die(_: Any) -> None:
    raise ProcessLookupError


async def test_what_is_old_is_removed_by_whoever_meets_it(connect: Open, server: ChromaRun, place: Place) -> None:
    vectors = connect()
    for version in range(1, 5):
        await vectors.apply([live("a", f"Kettle {version}", version=version)])
    assert (await vectors.check()).startswith("1 vectors")


# ── All of it, at any size ──


async def test_everything_is_read_by_key_in_pages_while_others_write(connect: Open) -> None:
    vectors, other = connect(), connect()
    await vectors.apply([live(f"{place:05}", version=2) for place in range(0, 5000, 2)])
    held: list[str] = []
    after = ("", "")
    while page := await vectors.held(after=after, limit=700):
        held += [one.entity_id for one in page]
        after = (page[-1].kind, page[-1].entity_id)
        await other.apply([gone(f"{len(held):05}", version=3), live(f"{len(held) + 1:05}")])
    assert held == [f"{place:05}" for place in range(0, 5000, 2)]


async def test_a_reading_may_begin_anywhere(connect: Open) -> None:
    vectors = connect()
    await vectors.apply([live("a"), live("b"), live("c")])
    assert [one.entity_id for one in await vectors.held(after=("product", "a"), limit=1)] == ["b"]
    assert [one.entity_id for one in await vectors.held(after=("product", "a"), limit=1)] == ["b"]
    await vectors.apply([gone("b", version=2)])
    assert [one.entity_id for one in await vectors.held(after=("product", "a"))] == ["c"]


async def test_writes_are_no_larger_than_the_server_takes(connect: Open, doorkeeper: Doorkeeper) -> None:
    doorkeeper.largest_batch = 7
    vectors = connect(doorkeeper.url)
    await vectors.apply([live(f"{place:02}") for place in range(20)])
    assert doorkeeper.batches == [7, 7, 6]
    assert len(await vectors.held()) == 20


# ── The address, and who may ask ──


@pytest.mark.parametrize("header", ["Authorization", "X-Chroma-Token"])
async def test_the_token_opens_the_door(connect: Open, doorkeeper: Doorkeeper, header: str) -> None:
    doorkeeper.header, doorkeeper.value = header, "Bearer s3cret" if header == "Authorization" else "s3cret"
    right = connect(doorkeeper.url, chromadb_token="s3cret")
    await right.apply([live("a")])
    assert await right.held() == [as_held(live("a"))]
    for wrong in (None, "wr0ng"):
        with pytest.raises(Permanent, match=r"401.*CHROMADB_TOKEN") as caught:
            await connect(doorkeeper.url, chromadb_token=wrong).held()
        assert "wr0ng" not in "".join(traceback.format_exception(caught.value))
    assert await right.held() == [as_held(live("a"))]


async def test_user_and_password_of_the_address_open_it_too(connect: Open, doorkeeper: Doorkeeper) -> None:
    doorkeeper.header, doorkeeper.value = "Authorization", "Basic YTpiQGM="
    assert await connect(doorkeeper.url.replace("://", "://a:b%40c@")).held() == []
    wrong = f"passw{0}rd"  # which the lines of a traceback do not hold
    with pytest.raises(Permanent, match="401") as caught:
        await connect(doorkeeper.url.replace("://", f"://a:{wrong}@")).held()
    assert wrong not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "address",
    ["ftp://a:passw0rd@h", "http://", "http://h:99999", "http://h/one", "http://h/a/b/c", "h:8000", "http://h?x=1", ""],
)
async def test_what_is_no_address_is_named(connect: Open, address: str) -> None:
    with pytest.raises(Invalid, match="CHROMADB_URL") as caught:
        connect(address or "nothing")
    assert "passw0rd" not in str(caught.value)


async def test_tenant_and_database_stand_behind_the_host(connect: Open, server: ChromaRun) -> None:
    tenant = f"t{new_id()}"
    with pytest.raises(Permanent, match=rf"{tenant}.*ours.*/TENANT/DATABASE"):
        await connect(f"{server.url}/{tenant}/ours").held()
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        await client.post(f"{server.url}/api/v2/tenants", json={"name": tenant})
        await client.post(f"{server.url}/api/v2/tenants/{tenant}/databases", json={"name": "ours"})
    there = connect(f"{server.url}/{tenant}/ours")
    await there.apply([live("a")])
    assert await there.held() == [as_held(live("a"))]
    assert await near(there, "kettle") == ["a"]
    assert await connect().held() == []


async def test_settings_of_chroma_itself_and_the_user_s_proxy_are_not_heard(
    connect: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CHROMA_SERVER_HOST=elsewhere\nCHROMA_SERVER_SSL_ENABLED=true\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_SERVER_HOST", "elsewhere")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert await connect().held() == []


async def test_a_server_that_speaks_something_else_is_named(connect: Open, doorkeeper: Doorkeeper) -> None:
    doorkeeper.status = 404
    with pytest.raises(Permanent, check=says("chromadb_error_status", way="use_chromadb_api_2", status=404)):
        await connect(doorkeeper.url).check()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_server_is_worth_another_try(connect: Open, doorkeeper: Doorkeeper, status: int) -> None:
    vectors = connect(doorkeeper.url)
    doorkeeper.status = status
    with pytest.raises(Temporary, match=str(status)) as caught:
        await vectors.apply([live("a")])
    assert caught.value.retry_after_s == 7
    doorkeeper.status = 0
    await vectors.apply([live("a")])
    assert await vectors.held() == [as_held(live("a"))]


async def test_a_row_that_is_removed_while_it_is_looked_for_is_looked_for_again(
    connect: Open, doorkeeper: Doorkeeper
) -> None:
    vectors = connect(doorkeeper.url)
    await vectors.apply([live("a", "Kettle")])
    doorkeeper.vanished = 1
    assert await near(vectors, "kettle", limit=1) == ["a"]


async def test_an_answer_that_is_cut_is_worth_another_try(connect: Open, doorkeeper: Doorkeeper) -> None:
    vectors = connect(doorkeeper.url)
    doorkeeper.cut = True
    with pytest.raises(Temporary):
        await vectors.apply([live("a")])
    doorkeeper.cut = False
    await vectors.apply([live("a")])
    assert await vectors.held() == [as_held(live("a"))]


async def test_what_the_server_can_t_take_is_refused_and_not_tried_again(connect: Open) -> None:
    with pytest.raises(Permanent):
        await connect().apply([live("\ud800")])


async def test_halves_of_characters_in_a_page_s_words_do_no_harm(connect: Open) -> None:
    vectors = connect()
    await vectors.apply([live("a", "Kettle \ud83d", "of steel \udc00")])
    (hit,) = await vectors.nearest("kettle", owner_id="o")
    assert hit.title == "Kettle \ufffd"


async def test_without_chromadb_the_extra_is_named(connect: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> None:
        return None

    monkeypatch.setattr("integrations.vectors.chroma_server.find_spec", nowhere)
    with pytest.raises(Missing, check=says("chromadb_client_not_installed")):
        connect()


async def test_settings_choose_it(server: ChromaRun, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, chromadb_url=server.url, stores_accepted=("vectors",))  # pyright: ignore[reportArgumentType]
    async with open_ports(settings) as ports:
        assert server.url in await ports.vectors.check()


# ── A server that dies ──


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaRun]:
    """A server of this test alone."""
    started = ChromaRun.started(tmp_path / "own")
    yield started
    started.end()


async def writing(vectors: ChromaServerVectors, done: list[int]) -> MagicError:
    """Write and read until that fails; answers how."""
    while True:
        try:
            batch = [live(f"{len(done):03}-{place}") for place in range(20)]
            await vectors.apply(batch)
            done.append(len(done))
            await vectors.nearest("kettle", owner_id="o")
        except MagicError as exc:
            return exc


@pytest.mark.faults
async def test_a_server_that_is_killed_loses_nothing_and_is_used_again(connect: Open, own: ChromaRun) -> None:
    vectors = connect(own.url)
    done: list[int] = []
    for _ in range(2):
        before = len(done)
        task = asyncio.create_task(writing(vectors, done))
        async with asyncio.timeout(60):
            while len(done) < before + 3:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        own.end()
        failure = await task
        assert isinstance(failure, Temporary), failure
        assert own.url in str(failure)
        with pytest.raises(Temporary):
            await vectors.held()
        own.start()
        held = {one.entity_id for one in await vectors.held(limit=10_000)}
        assert {f"{number:03}-{place}" for number in done for place in range(20)} <= held
        await vectors.check()


@pytest.mark.faults
async def test_a_server_that_is_paused_is_given_up_in_time_and_used_again(connect: Open, own: ChromaRun) -> None:
    vectors = connect(own.url, limit_s=2.0)
    await vectors.apply([live("a")])
    own.signal(signal.SIGSTOP)
    try:
        async with asyncio.timeout(60):
            for call in (vectors.held(), vectors.apply([live("b")]), near(vectors, "kettle"), vectors.check()):
                with pytest.raises(Temporary, check=says("service_timed_out", limit_s="2")):
                    await call
    finally:
        own.signal(signal.SIGCONT)
    await vectors.apply([live("b")])
    assert [one.entity_id for one in await vectors.held()] == ["a", "b"]


@pytest.mark.faults
async def test_a_server_that_came_back_empty_is_filled_again(connect: Open, own: ChromaRun, tmp_path: Path) -> None:
    vectors = connect(own.url)
    kept = [live("a", version=5), live("b")]
    await vectors.apply(kept)
    own.end()
    own.folder = tmp_path / "empty"
    own.start()
    assert await vectors.held() == []
    assert await near(vectors, "kettle") == []
    await vectors.apply(kept)
    assert await vectors.held() == [as_held(one) for one in kept]
