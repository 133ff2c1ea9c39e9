import asyncio
import importlib.util
import json
import os
import signal
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import httpx
import psutil
import pytest

from integrations.processes import on_demand
from integrations.vectors.chroma import ChromaVectors
from magicai.errors import Missing, Permanent
from magicai.ports import Vectors
from magicai.settings import Settings
from tests.codes import says
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.projection.entities import as_held, gone, live
from tests.contract.projection.implementations import Place, of

chroma_only = pytest.mark.skipif(importlib.util.find_spec("chromadb") is None, reason="chromadb is not installed")


@pytest.fixture(params=of("vectors"))
def vectors(request: pytest.FixtureRequest, opened: Callable[[str], Any]) -> Vectors:
    return opened(request.param)


async def near(vectors: Vectors, text: str, owner_id: str = "o", **more: Any) -> list[str]:
    return [hit.entity_id for hit in await vectors.nearest(text, owner_id=owner_id, **more)]


async def test_the_nearest_comes_first_with_what_a_person_wants_to_see(vectors: Vectors) -> None:
    await vectors.apply(
        [live("a", "Wooden chair", "Wooden chair\nof oak"), live("b", "Steel kettle"), live("c", "绿茶")]
    )
    hits = await vectors.nearest("chair of oak", owner_id="o")
    assert hits[0].entity_id == "a"
    assert (hits[0].kind, hits[0].title, hits[0].url) == ("product", "Wooden chair", "https://shop.example/a")
    assert hits[0].highlight == "of oak"
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert await near(vectors, "绿茶", limit=1) == ["c"]


async def test_the_same_words_are_as_near_as_can_be(vectors: Vectors) -> None:
    await vectors.apply([live("a", "Steel kettle")])
    (hit,) = await vectors.nearest("steel kettle", owner_id="o")
    assert hit.score == pytest.approx(1, abs=1e-5)


async def test_only_what_has_a_facet_is_found_however_few_these_are(vectors: Vectors) -> None:
    many = [live(f"a{place:03}", "Steel kettle", facets={"collection": ("large",)}) for place in range(60)]
    few = [
        live("one", "Wooden chair", facets={"collection": ("small",)}),
        live("two", "Oak table", facets={"collection": ("tiny",), "document": ("d",)}),
        live("none", "Steel kettle"),
        live("theirs", "Steel kettle", owner_id="other", facets={"collection": ("small",)}),
    ]
    await vectors.apply([*many, *few])
    assert await near(vectors, "steel kettle", where={"collection": ("small",)}) == ["one"]
    both = await near(vectors, "steel kettle", where={"collection": ("small", "tiny")})
    assert sorted(both) == ["one", "two"]
    assert await near(vectors, "oak", where={"collection": ("small", "tiny"), "document": ("d",)}) == ["two"]
    assert await near(vectors, "steel kettle", where={"collection": ("sm",)}) == []


async def test_an_owner_finds_only_their_own_however_few_these_are(vectors: Vectors) -> None:
    theirs = [live(f"t{place:04}", "Steel kettle", f"number {place}", owner_id="other") for place in range(1500)]
    mine = [live(f"m{place}", "Wooden chair", f"number {place}") for place in range(5)]
    await vectors.apply([*theirs, *mine])
    assert sorted(await near(vectors, "steel kettle")) == [f"m{place}" for place in range(5)]
    assert all(one.startswith("t") for one in await near(vectors, "wooden chair", "other", limit=20))
    assert await near(vectors, "steel kettle", "nobody") == []
    assert await near(vectors, "steel kettle", '{"$ne": "o"}') == []


async def test_kinds_and_limit_narrow_the_answer(vectors: Vectors) -> None:
    await vectors.apply([live("a"), live("b", kind="report"), live("c", kind="content")])
    assert await near(vectors, "kettle", kinds=["report"]) == ["b"]
    assert sorted(await near(vectors, "kettle", kinds=["report", "content"])) == ["b", "c"]
    assert len(await near(vectors, "kettle", limit=2)) == 2
    assert await near(vectors, "kettle", limit=0) == []


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_nothing_is_near_to_no_words(vectors: Vectors, text: str) -> None:
    await vectors.apply([live("a")])
    assert await near(vectors, text) == []


@pytest.mark.parametrize("text", ["\0", "\ud83d", '"; DROP', "水" * 5000, "💥"])
async def test_any_words_may_be_asked_for(vectors: Vectors, text: str) -> None:
    await vectors.apply([live("a")])
    assert await near(vectors, text) == ["a"]


async def test_what_changed_is_near_to_its_new_words_and_what_is_gone_to_none(vectors: Vectors) -> None:
    await vectors.apply([live("a", "Steel kettle"), live("b", "Green tea")])
    await vectors.apply([live("a", "Wooden chair", version=2)])
    (first, *_) = await vectors.nearest("wooden chair", owner_id="o")
    assert (first.entity_id, first.title) == ("a", "Wooden chair")
    await vectors.apply([gone("a", version=3)])
    assert await near(vectors, "wooden chair") == ["b"]


# ── The server behind the embedded one ──


@pytest.fixture
async def chroma(place: Place) -> AsyncIterator[ChromaVectors]:
    made = ChromaVectors(Settings(home=place.server_home, idle_seconds=300), HashingEmbedder(place.name))
    await made.check()
    yield made
    await made.close()


@pytest.fixture
async def server(chroma: ChromaVectors, server_home: Path) -> on_demand.Running:
    found = await on_demand.running(server_home / "chroma")
    assert found is not None
    return found


@chroma_only
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1:1"}, 403),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer schlüssel"}, 401),
    ],
)
@pytest.mark.parametrize(
    "route", ["GET /health", "POST /held", "POST /apply", "OPTIONS /held", "GET /api/v2/heartbeat"]
)
async def test_foreign_hosts_origins_and_keys_are_refused_everywhere(
    server: on_demand.Running, headers: dict[str, str], status: int, route: str
) -> None:
    method, path = route.split(" ")
    given = {"Authorization": f"Bearer {server.key}", **headers}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        encoded = {name.encode(): value.encode() for name, value in given.items()}
        answer = await client.request(method, server.url + path, headers=encoded, json={})
    assert answer.status_code == status
    assert "access-control-allow-origin" not in answer.headers


@chroma_only
async def test_nothing_of_it_listens_but_one_guarded_port_on_loopback(
    server: on_demand.Running, server_home: Path
) -> None:
    process = psutil.Process(server.pid)
    family = [process, *process.children(recursive=True)]
    listening = [c.laddr for one in family for c in one.net_connections() if c.status == psutil.CONN_LISTEN]
    assert [(address.ip, f"http://127.0.0.1:{address.port}") for address in listening] == [("127.0.0.1", server.url)]
    assert stat.S_IMODE((server_home / "chroma" / "server.json").stat().st_mode) == 0o600
    assert server.key not in " ".join(process.cmdline())


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Callable[[float], ChromaVectors]]:
    """Opens vectors of a home of this test's own, whose server ends when idle for so long."""
    made: list[ChromaVectors] = []

    def open_own(idle_s: float) -> ChromaVectors:
        made.append(ChromaVectors(Settings(home=tmp_path, idle_seconds=idle_s), HashingEmbedder()))
        return made[-1]

    yield open_own
    for one in made:
        await one.close()
    await on_demand.stop(tmp_path / "chroma")


@pytest.mark.faults
@chroma_only
async def test_a_server_that_is_killed_is_replaced_and_nothing_is_lost(
    own: Callable[[float], ChromaVectors], tmp_path: Path
) -> None:
    vectors = own(60)
    kept = [live(f"{place:03}", f"Kettle {place}") for place in range(300)]
    chair = live("chair", "Wooden chair", owner_id="other")
    await vectors.apply([*kept, chair])
    first = await on_demand.running(tmp_path / "chroma")
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    assert await vectors.held() == [as_held(one) for one in (*kept, chair)]
    assert await near(vectors, "wooden chair", "other") == ["chair"]
    assert len(await near(vectors, "kettle", limit=20)) == 20
    second = await on_demand.running(tmp_path / "chroma")
    assert second is not None
    assert second.pid != first.pid


@chroma_only
async def test_versions_that_were_lost_are_read_from_what_chroma_holds(
    own: Callable[[float], ChromaVectors], tmp_path: Path
) -> None:
    kept = [live("a", version=3), live("b", version=1)]
    await own(60).apply(kept)
    await on_demand.stop(tmp_path / "chroma")
    for file in (tmp_path / "chroma").glob("*.versions.sqlite3*"):
        file.unlink()
    again = own(60)
    assert await again.held() == [as_held(one) for one in kept]
    await again.apply([live("a", "Chair", version=2)])
    assert await again.held() == [as_held(one) for one in kept]


@chroma_only
async def test_a_server_ends_when_idle_and_the_next_call_starts_another(
    own: Callable[[float], ChromaVectors], tmp_path: Path
) -> None:
    vectors = own(1.5)
    await vectors.apply([live("a")])
    server = await on_demand.running(tmp_path / "chroma")
    if server is not None:
        await _until_gone(server.pid)
    assert not (tmp_path / "chroma" / "server.json").exists()
    assert await vectors.held() == [as_held(live("a"))]


async def _until_gone(pid: int) -> None:
    async with asyncio.timeout(120):
        # Nothing tells of another process's end.
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@chroma_only
async def test_what_chroma_has_lost_is_not_held_and_can_be_taken_over_again(
    chroma: ChromaVectors, server: on_demand.Running, place: Place
) -> None:
    await chroma.apply([live("a"), live("b"), gone("c", version=5)])
    # As after a disk gave back an older state: the entry is gone, its version is not.
    path = place.server_home / "chroma" / f"magicai-{place.name}-64.versions.sqlite3"
    with closing(connect(path)) as connection:
        connection.execute("INSERT INTO versions VALUES ('product', 'lost', 3, 'd', 0)")
        connection.commit()
    assert await chroma.held() == [as_held(live("a")), as_held(live("b"))]
    await chroma.apply([live("lost", version=3), live("c", version=4)])
    assert [one.entity_id for one in await chroma.held()] == ["a", "b", "lost"]


@chroma_only
async def test_a_store_that_cannot_be_opened_is_named(own: Callable[[float], ChromaVectors], tmp_path: Path) -> None:
    (tmp_path / "chroma" / "store").mkdir(parents=True)
    (tmp_path / "chroma" / "store" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.raises(Permanent, match="reconcile"):
        await own(1).held()


async def test_where_chromadb_is_missing_the_extra_is_named(
    own: Callable[[float], ChromaVectors], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(name: str) -> None:
        return None

    monkeypatch.setattr("integrations.vectors.chroma.find_spec", nowhere)
    with pytest.raises(Missing, check=says("chromadb_not_installed")):
        await own(1).held()


@chroma_only
async def test_the_user_s_proxy_never_hears_of_it(
    chroma: ChromaVectors, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    other = ChromaVectors(Settings(home=place.server_home, idle_seconds=300), HashingEmbedder(place.name))
    assert await other.held() == []
    await other.close()


@chroma_only
async def test_a_broken_record_is_not_taken_for_a_server(tmp_path: Path) -> None:
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "server.json").write_text(json.dumps({"url": "http://127.0.0.1:1", "key": "k", "pid": 1}))
    assert await on_demand.running(tmp_path / "chroma") is None
