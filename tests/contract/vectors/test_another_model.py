"""All vectors are made by another model, while the old ones are searched: embedded, and on a server."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from integrations.open import Ports
from integrations.processes import on_demand
from magicai.errors import Conflict, Permanent, Temporary
from magicai.ports import OnUsage, Spender, VectorSpace, unheard
from magicai.settings import Settings
from magicai.stores.embed import embed
from magicai.stores.entity import Entity
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from tests.codes import says
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.embedder.scripted import ScriptedServer, serving
from tests.servers import address

OTHER = "compatible:m"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback needs no proxy."""
    pytest.importorskip("pydantic_ai")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
async def model() -> AsyncIterator[ScriptedServer]:
    async with serving("compatible") as made:
        yield made


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Ports]:
    ports = Ports(settings)
    ports.__dict__["embedded_embedder"] = HashingEmbedder(dimension=128)
    try:
        yield ports
    finally:
        await ports.close()


@pytest.fixture(params=["embedded", "server"])
async def settings(request: pytest.FixtureRequest, tmp_path: Path, model: ScriptedServer) -> AsyncIterator[Settings]:
    more = {"chromadb_url": address("chroma")} if request.param == "server" else {}
    made = Settings(
        home=tmp_path,
        namespace=f"t{uuid4().hex[:8]}",
        stores_accepted=("all",),
        idle_seconds=300,
        embedder_url=f"{model.url}/v1",
        model_prices=("m=0/0",),
        **more,
    )
    yield made
    await on_demand.stop(tmp_path / "chroma")


@pytest.fixture
async def ports(settings: Settings) -> AsyncIterator[Ports]:
    async with opened(settings) as made:
        yield made


def document(number: int) -> Entity:
    return Entity(
        "passage", f"{number:03}", "ann", f"Kettle word{number:03}", f"Boils {number} cups", stores=("vectors",)
    )


async def add(ports: Ports, *numbers: int) -> None:
    await ports.records.entities.save([document(number) for number in numbers])
    behind = await drain(ports.records, {"vectors": ports.vectors}, limit_s=60, ignore_backoff=True)
    assert behind == {"vectors": 0}


async def found(ports: Ports, number: int) -> bool:
    hits = await ports.vectors.nearest(f"word{number:03}", owner_id="ann", limit=3)
    return f"{number:03}" in [hit.entity_id for hit in hits]


async def begun(ports: Ports, name: str = OTHER) -> VectorSpace:
    spaces = ports.vectors.spaces
    space = await spaces.tried(name)
    await ports.records.model_choices.fill(space, instead_of=await spaces.serving())
    return space


async def differences(ports: Ports) -> int:
    compared = await reconcile(ports.records, {"vectors": ports.vectors}, repair=False)
    return compared.checked().differences


async def test_the_old_vectors_are_searched_until_the_new_ones_are_complete(
    ports: Ports, settings: Settings, model: ScriptedServer
) -> None:
    await add(ports, *range(70))
    async with opened(settings) as long_living:
        assert await found(long_living, 7)
        assert long_living.embedder.dimension == 128
        space = await begun(ports)
        asked = len(model.texts)
        assert await found(long_living, 7)
        assert len(model.texts) == asked, "questions still ask the old model"
        await add(long_living, 100)  # in both, by whichever process
        heard: list[tuple[int, int]] = []

        def hear(done: int, total: int) -> None:
            heard.append((done, total))

        assert await embed(ports.records, ports.vectors, space, on_progress=hear) == 70
        assert heard[-1] == (71, 71)
        assert (await ports.vectors.spaces.serving()).embedder == OTHER
        assert await found(long_living, 7), "a process that lives long follows"
        assert await found(long_living, 100)
        assert (await long_living.embedder.embed(["a"])).shape == (1, 64)
        await add(long_living, 101)
        assert await found(ports, 101)
    assert await differences(ports) == 0
    assert [one.space_id for one in await ports.records.model_choices.spaces()] == [space.space_id]
    assert space.dimension == 64
    assert len(space.digest) == 64


async def test_what_was_made_before_a_kill_is_neither_made_nor_paid_again(
    ports: Ports, settings: Settings, model: ScriptedServer
) -> None:
    await add(ports, *range(120))
    space = await begun(ports)
    tried = len(model.texts)
    model.failing = ["", "", "500"]
    with pytest.raises(Temporary):
        await embed(ports.records, ports.vectors, space)
    assert await found(ports, 7), "the old vectors are searched"
    async with opened(settings) as later:
        assert await embed(later.records, later.vectors, space) == 70
    texts = [text for batch in model.texts[tried:] for text in batch]
    assert len(set(texts)) == 120
    assert len(texts) <= 120 + 32, "only the call that failed is made again"
    assert await differences(ports) == 0


async def test_a_new_model_that_is_down_delays_no_document_and_misses_none(ports: Ports, model: ScriptedServer) -> None:
    await add(ports, *range(5))
    space = await begun(ports)
    model.failing = ["500"]
    await add(ports, 100)
    assert await found(ports, 100)
    (filling,) = [one for one in await ports.records.model_choices.spaces() if one.state == "filling"]
    assert filling.skipped == 1
    await embed(ports.records, ports.vectors, space)
    assert await found(ports, 100)
    assert await differences(ports) == 0


async def test_a_write_that_is_missed_after_the_last_look_delays_the_change(
    ports: Ports, model: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(ports, *range(5))
    space = await begun(ports)
    choices = ports.records.model_choices
    serve = choices.serve
    late = [100]

    async def missing_one(space_id: str, *, skipped: int) -> bool:
        if late:
            model.failing = ["500"]
            await add(ports, late.pop())
        return await serve(space_id, skipped=skipped)

    monkeypatch.setattr(choices, "serve", missing_one)
    await embed(ports.records, ports.vectors, space)
    assert await found(ports, 100)
    assert await differences(ports) == 0


async def test_questions_find_while_the_vectors_are_replaced_and_documents_are_added_and_removed(ports: Ports) -> None:
    await add(ports, *range(60))
    space = await begun(ports)
    over = asyncio.Event()
    asked = 0

    async def ask() -> None:
        nonlocal asked
        while not over.is_set():
            assert await found(ports, 7)
            asked += 1

    async def change() -> None:
        number = 200
        while not over.is_set():
            await add(ports, number)
            await ports.records.entities.delete("passage", [f"{number - 200:03}"] if number - 200 != 7 else [])
            number += 1
            await asyncio.sleep(0.05)

    asking, changing = asyncio.create_task(ask()), asyncio.create_task(change())
    await embed(ports.records, ports.vectors, space)
    await asyncio.sleep(0.5)
    over.set()
    await asyncio.gather(asking, changing)
    assert asked > 3
    await drain(ports.records, {"vectors": ports.vectors}, limit_s=60, ignore_backoff=True)
    assert await differences(ports) == 0


async def test_what_is_left_of_vectors_that_were_replaced_while_they_were_searched_is_no_answer(
    ports: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(ports, *range(5))
    space = await begun(ports)
    spaces = ports.vectors.spaces
    old, embedder = await spaces.serving(), spaces.embedder
    replaced = False

    async def replaced_meanwhile(one: VectorSpace, spender: Spender | None = None, on_usage: OnUsage = unheard) -> Any:
        nonlocal replaced
        if one.space_id == old.space_id and not replaced:
            replaced = True
            await embed(ports.records, ports.vectors, space)
            # A write that was on its way makes them again, with itself alone.
            await ports.vectors.filled(old).apply(await ports.records.entities.all("vectors", limit=1))
        return await embedder(one, spender, on_usage)

    monkeypatch.setattr(spaces, "embedder", replaced_meanwhile)
    assert await found(ports, 4)
    assert replaced


async def test_one_process_at_a_time_makes_vectors(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    await add(ports, 1)
    space = await begun(ports)
    monkeypatch.setattr("magicai.stores.embed._TTL_S", 0.5)
    monkeypatch.setattr("magicai.stores.embed._RENEW_S", 0.1)
    killed = await ports.records.leases.acquire("embed", "killed", ttl_s=1.5)
    assert killed is not None
    with pytest.raises(Conflict, check=says("vectors_being_made")):
        await embed(ports.records, ports.vectors, space)
    await asyncio.sleep(1.5)
    assert await embed(ports.records, ports.vectors, space) == 1


async def test_back_to_the_embedded_model(ports: Ports) -> None:
    await add(ports, *range(5))
    await embed(ports.records, ports.vectors, await begun(ports))
    assert await embed(ports.records, ports.vectors, await begun(ports, "embedded")) == 5
    assert (await ports.vectors.spaces.serving()).embedder == "embedded"
    assert await found(ports, 3)
    assert await differences(ports) == 0


async def test_a_model_that_makes_other_vectors_than_it_did_is_refused_with_what_to_do(
    ports: Ports, model: ScriptedServer
) -> None:
    await add(ports, 1)
    await embed(ports.records, ports.vectors, await begun(ports))
    model.failing = ["dimension"]
    with pytest.raises(Permanent, check=says("vector_dimension_mismatch", shape=32, dimension=64)) as caught:
        await found(ports, 1)
    assert caught.value.way_out.endswith("magicai models embed")
    assert await found(ports, 1)
