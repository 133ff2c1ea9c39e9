"""What only a Neo4j server has: an address, a password, a life of its own, others on it."""

import asyncio
import ssl
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from integrations.graph.neo4j import Neo4jGraph
from integrations.open import open_ports
from magicai.errors import Invalid, MagicError, Missing, Permanent, Temporary
from magicai.settings import Settings
from magicai.shops.brands import shared_brands
from magicai.stores.entity import Relation
from tests.codes import says
from tests.contract.projection.entities import as_held, gone, live
from tests.contract.projection.implementations import Place
from tests.faulty import Faulty
from tests.lab.lab import Lab
from tests.own_lab import own_lab, started
from tests.servers import address

from .neo4j_namespace import empty_namespace, namespace_of, run

Open = Callable[..., Neo4jGraph]
SOLD = (Relation("SOLD_BY", "shop", "shop.example", "shop.example"),)


@pytest.fixture
async def connect(place: Place) -> AsyncIterator[Open]:
    """Opens the graph on the tests' server, in a namespace that is empty at first."""
    namespace = empty_namespace(place.server_home, place.name)
    made: list[Neo4jGraph] = []

    def open_one(url: str = "", *, limit_s: float = 120.0, **settings: Any) -> Neo4jGraph:
        chosen = Settings(home=place.home, **{"namespace": namespace, **settings})
        made.append(Neo4jGraph(chosen, url or address("neo4j"), limit_s=limit_s))
        return made[-1]

    yield open_one
    for one in made:
        await one.close()


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with Faulty(address("neo4j")) as proxy:
        yield proxy


def without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}"


async def test_a_certificate_that_is_not_to_be_trusted_is_called_so(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        graph = Neo4jGraph(Settings(home=tmp_path), f"bolt+s://neo4j:pw@127.0.0.1:{port}")
        with pytest.raises(Temporary, check=says("server_error", way="trust_certificate")):
            await graph.check()
        await graph.close()


async def nodes(graph: Neo4jGraph) -> str:
    """How many nodes and edges there are."""
    return (await graph.check()).partition(" of ")[0]


async def test_one_that_is_away_is_said_in_one_line_with_a_way_out(connect: Open) -> None:
    with pytest.raises(Temporary, match="Check that it is running, and that NEO4J_URL is its address") as caught:
        await connect("bolt://127.0.0.1:1").held()
    assert "\n" not in str(caught.value)
    assert ": See" not in str(caught.value)


# ── Others on the same server ──


async def test_installations_on_one_server_do_not_meet(connect: Open, place: Place) -> None:
    ours = connect()
    other = connect(namespace=f"{empty_namespace(place.server_home, place.name)}_2")
    try:
        await ours.apply([live("a", version=9)])
        await other.apply([live("a", "Chair", version=1), live("b")])
        await other.drop([("product", "b")])
        assert await ours.held() == [as_held(live("a", version=9))]
        assert [one.version for one in await other.held()] == [1]
    finally:
        await other.drop([("product", "a")])
    assert await nodes(other) == "0 nodes, 0 edges"


async def test_what_nothing_points_at_any_more_is_not_left_behind(connect: Open) -> None:
    graph = connect()
    await graph.apply([live("a", relations=SOLD), live("b", relations=SOLD)])
    assert await nodes(graph) == "3 nodes, 2 edges"
    await graph.apply([gone("a", version=2)])
    assert await nodes(graph) == "3 nodes, 1 edges"  # the tombstone stays
    await graph.drop([("product", "a"), ("product", "b")])
    assert await nodes(graph) == "0 nodes, 0 edges"


async def test_an_entity_that_is_dropped_stays_as_what_others_point_at(connect: Open) -> None:
    graph = connect()
    await graph.apply([live("shop.example", "The Shop", kind="shop"), live("a", relations=SOLD)])
    await graph.drop([("shop", "shop.example")])
    assert [one.entity_id for one in await graph.held()] == ["a"]
    assert await nodes(graph) == "2 nodes, 1 edges"


async def test_edges_of_a_graph_that_knew_fixed_relations_are_seen_as_changed(connect: Open, place: Place) -> None:
    graph = connect()
    one = live("a", relations=SOLD)
    await graph.apply([one])
    node = f"{namespace_of(place.server_home)}_Node"
    old = f"MATCH (a:{node})-[edge]->(b:{node}) DELETE edge CREATE (a)-[:SOLD_BY]->(b)"
    await asyncio.to_thread(run, old)
    assert [found.digest for found in await graph.held()] == [""]
    await graph.apply([replace(one, version=2)])
    assert [found.digest for found in await graph.held()] == [one.digest]
    assert await nodes(graph) == "2 nodes, 1 edges"


async def test_keys_are_ordered_by_code_point_as_the_records_order_them(connect: Open) -> None:
    graph = connect()
    ids = ["\uff5a", "\U0001fad6", "z", "\ue000", "\ufeff", "龙"]
    await graph.apply([live(one) for one in ids])
    assert [one.entity_id for one in await graph.held()] == sorted(ids)
    assert [one.entity_id for one in await graph.held(after=("product", "\uff5a"))] == ["\U0001fad6"]


async def test_halves_of_characters_in_a_page_s_words_do_no_harm(connect: Open) -> None:
    graph = connect()
    relations = (*SOLD, Relation("OF_BRAND", "brand", "ard\ud83den", "Ard\ud83den"))
    await graph.apply([live("a", "Kettle \ud83d", relations=relations)])
    assert [one.entity_id for one in await graph.held()] == ["a"]
    with pytest.raises(Permanent):
        await graph.apply([live("\ud800")])


# ── Who was paused in the middle ──


@pytest.mark.faults
async def test_who_is_paused_in_the_middle_of_a_write_blocks_others_for_a_while_and_resurrects_nothing(
    connect: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, other = connect(limit_s=8.0), connect()
    await other.apply([live("gone"), live("changed")])
    wrote, wake = asyncio.Event(), asyncio.Event()
    real: Any = getattr(paused, "_apply")  # noqa: B009 - the middle of a write

    async def stop(transaction: Any, newest: Any) -> None:
        await real(transaction, newest)
        wrote.set()
        await wake.wait()

    monkeypatch.setattr(paused, "_apply", stop)
    late = asyncio.create_task(paused.apply([live("changed", "Old", version=2), live("gone", version=2)]))
    await wrote.wait()
    newer = live("changed", "New", version=3)
    await other.apply([newer, gone("gone", version=3)])
    wake.set()
    with pytest.raises(Temporary):
        await late
    assert await other.held() == [as_held(newer)]
    monkeypatch.setattr(paused, "_apply", real)
    await paused.apply([live("changed", "Old", version=2), live("gone", version=2)])
    assert await other.held() == [as_held(newer)]


# ── The address, and who may ask ──


@pytest.mark.parametrize(
    "url", ["http://h", "bolt://", "bolt://u:passw0rd@h:99999", "bolt://h/a/b", "h:7687", "nothing", "redis://h"]
)
def test_what_is_no_address_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="NEO4J_URL") as caught:
        Neo4jGraph(Settings(home=tmp_path), url)
    assert "passw0rd" not in str(caught.value)


async def test_a_wrong_password_is_said_and_never_shown(connect: Open) -> None:
    wrong = f"passw{0}rd"  # which the lines of a traceback do not hold
    url = without_credentials(address("neo4j"))
    with pytest.raises(Permanent, match=r"refuses user 'neo4j'.*NEO4J_PASSWORD") as caught:
        await connect(url.replace("://", f"://neo4j:{wrong}@")).held()
    assert wrong not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(Permanent, match="NEO4J_PASSWORD"):
        await connect(url).held()


async def test_user_and_password_may_stand_beside_the_address(connect: Open) -> None:
    parts = urlsplit(address("neo4j"))
    graph = connect(without_credentials(address("neo4j")), neo4j_user=parts.username, neo4j_password=parts.password)
    assert await graph.held() == []
    assert parts.password
    assert parts.password not in await graph.check()


async def test_the_database_stands_behind_the_host(connect: Open) -> None:
    assert await connect(f"{address('neo4j')}/neo4j").held() == []
    with pytest.raises(Permanent, match=r"nowhere.*bolt://HOST:7687/NAME"):
        await connect(f"{address('neo4j')}/nowhere").held()


async def test_a_server_that_is_too_old_is_named(connect: Open, faulty: Faulty) -> None:
    faulty.rewrite(b"Neo4j/5.", b"Neo4j/4.")
    with pytest.raises(Permanent, match=r"is 4\..*requires 5 or later"):
        await connect(faulty.url).held()


async def test_without_the_driver_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> None:
        return None

    monkeypatch.setattr("integrations.graph.neo4j.find_spec", nowhere)
    with pytest.raises(Missing, check=says("neo4j_not_installed")):
        Neo4jGraph(Settings(home=tmp_path), "bolt://h")


async def test_settings_choose_it(place: Place) -> None:
    namespace = empty_namespace(place.server_home, place.name)
    chosen: Any = {"neo4j_url": address("neo4j"), "stores_accepted": ("graph",), "namespace": namespace}
    async with open_ports(Settings(home=place.home, **chosen)) as ports:
        assert without_credentials(address("neo4j")).removeprefix("bolt://") in await ports.graph.check()


# ── A connection that is spoiled, a server that dies ──


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["refuse", "drop", "cut", "silent"])
async def test_a_spoiled_connection_is_told_in_time_and_used_again(connect: Open, faulty: Faulty, fault: str) -> None:
    await connect().apply([live("a")])  # who comes first waits for the server's plans
    graph = connect(faulty.url, limit_s=8.0)
    await graph.apply([live("a")])
    failures: list[MagicError] = []
    async with asyncio.timeout(240):
        for ask in (lambda: graph.apply([live("b")]), graph.held, lambda: shared_brands(graph, "o", "s"), graph.check):
            getattr(faulty, fault)(**({"after": 20} if fault == "cut" else {}))
            try:
                await ask()
            except MagicError as exc:
                failures.append(exc)
    assert len(failures) == (0 if fault == "drop" else 4)  # one that was cut once is opened anew
    assert {type(exc) for exc in failures} <= {Temporary}
    assert all(str(faulty.port) in str(exc) for exc in failures)
    faulty.heal()
    await graph.apply([live("b")])
    assert [one.entity_id for one in await graph.held()] == ["a", "b"]


async def test_something_else_that_answers_there_is_named(connect: Open, faulty: Faulty) -> None:
    faulty.garbage(b"x" * 100)
    with pytest.raises(Permanent, match="does not support"):
        await connect(faulty.url).held()


@pytest.fixture(scope="module")
def own() -> Iterator[Lab]:
    address("neo4j")  # skips where there are no servers
    with own_lab() as lab:
        yield lab


@pytest.fixture
def own_url(own: Lab) -> str:
    return started(own, "neo4j")["NEO4J_URL"]


@pytest.mark.faults
@pytest.mark.nightly
async def test_a_server_that_is_killed_loses_nothing_and_is_used_again(connect: Open, own: Lab, own_url: str) -> None:
    graph = connect(own_url)
    done: list[int] = []

    async def write() -> MagicError:
        while True:
            try:
                await graph.apply([live(f"{len(done):03}-{place}", relations=SOLD) for place in range(20)])
                done.append(len(done))
                await graph.held(limit=10)
            except MagicError as exc:
                return exc

    task = asyncio.create_task(write())
    async with asyncio.timeout(60):
        while len(done) < 3:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    await asyncio.to_thread(own.kill, "neo4j")
    failure = await task
    assert isinstance(failure, Temporary), failure
    with pytest.raises(Temporary):
        await graph.held()
    await asyncio.to_thread(own.start, "neo4j")
    held = {one.entity_id for one in await graph.held(limit=10_000)}
    assert {f"{number:03}-{place}" for number in done for place in range(20)} <= held
    await graph.drop([("product", one) for one in held])


@pytest.mark.faults
@pytest.mark.nightly
async def test_a_server_that_is_paused_is_given_up_in_time_and_used_again(
    connect: Open, own: Lab, own_url: str
) -> None:
    graph, patient = connect(own_url, limit_s=3.0), connect(own_url)
    # A server's first answers may take long.
    await patient.drop([("product", "a"), ("product", "b")])
    await patient.apply([live("a")])
    await asyncio.to_thread(own.pause, "neo4j")
    try:
        async with asyncio.timeout(60):
            for call in (graph.held(), graph.apply([live("b")]), shared_brands(graph, "o", "s"), graph.check()):
                with pytest.raises(Temporary):
                    await call
    finally:
        await asyncio.to_thread(own.resume, "neo4j")
    await patient.apply([live("b")])
    assert [one.entity_id for one in await graph.held()] == ["a", "b"]


@pytest.mark.faults
@pytest.mark.nightly
async def test_a_server_that_came_back_empty_is_filled_again(connect: Open, own: Lab, own_url: str) -> None:
    graph = connect(own_url)
    kept = [live("a", version=5, relations=SOLD), live("b")]
    await graph.apply(kept)
    await asyncio.to_thread(own.wipe, "neo4j")
    with_errors = 0
    for _ in range(3):
        try:
            assert await graph.held() == []
            break
        except Temporary:  # the connection of before
            with_errors += 1
    assert with_errors < 3
    await graph.apply(kept)
    assert await graph.held() == [as_held(one) for one in kept]
    await asyncio.gather(*(connect(own_url).apply([live("c", version=n, relations=SOLD)]) for n in range(1, 5)))
    assert await nodes(graph) == "4 nodes, 2 edges"
