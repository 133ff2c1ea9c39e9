"""The end of a run waits for nothing that is slow or away, and says how far it is behind."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from magicai.brain.steps import StepRun
from magicai.errors import Missing, Refused
from magicai.messages import Message
from magicai.ports import Embedder, Records, Reporter
from magicai.runs.run import Problem
from magicai.settings import Settings
from magicai.stores.entity import STORES, Entity, Store, Versioned
from magicai.values.ids import new_id
from tasks.shared.index_stores import index_stores
from tests.contract.projection.memory import MemoryProjection


class Waiting(MemoryProjection):
    """A store that answers when it is told to, or fails."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, new_id())
        self.answers = asyncio.Event()
        self.answers.set()
        self.absent = self.refuses = False

    async def check(self) -> str:
        if self.refuses:
            raise Refused("It is version 1.", way_out="MagicAI needs version 2.")
        return await super().check()

    async def apply(self, changes: Any) -> None:
        if self.refuses:
            await self.check()
        if self.absent:
            raise Missing("no such library.", way_out="Install it.")
        await self.answers.wait()
        await super().apply(cast("list[Versioned]", changes))


class Listener:
    """Hears what a run's watch is told."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str, str, bool]] = []

    async def progress(self, done: int, total: int | None, unit: str, **_: object) -> None:
        pass

    async def problem(
        self, where: str, what: Message, way: Message | None = None, *, missing: bool = True, **_: object
    ) -> None:
        problem = Problem.saying(where, what, way)
        self.problems.append((where, problem.what, problem.way_out, missing))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr("integrations.catching_up.start", found.append)
    return found


class Place:
    """Records with something new, stores that a test tells what to do, and search on a server."""

    def __init__(self, records: Records, home: Path) -> None:
        self.records = records
        url = SecretStr("http://search.example")
        self.settings = Settings(home=home, elasticsearch_url=url, stores_accepted=("search",))
        self.stores: dict[Store, Waiting] = {store: Waiting(store) for store in STORES}

    async def indexed(self) -> tuple[dict[str, int], list[tuple[str, str, str, bool]]]:
        listener = Listener()
        async with asyncio.timeout(60):
            found = await index_stores(
                StepRun("r", "o", "index_stores", cast("Reporter", listener)),
                records=self.records,
                projections=lambda: self.stores,
                embedder=cast("Embedder", None),
                settings=self.settings,
            )
        return found.behind, listener.problems


@pytest.fixture
async def place(tmp_path: Path, records: Records, started: list[object]) -> Place:
    del started
    entities = [Entity("product", f"{n}", "o", "Kettle", "", stores=STORES) for n in range(41)]
    await records.entities.save(entities)
    return Place(records, tmp_path)


async def test_a_slow_server_is_left_behind_said_so_and_catches_up(place: Place, started: list[object]) -> None:
    search = place.stores["search"]
    search.answers.clear()
    behind, problems = await place.indexed()
    assert behind == {"search": 41, "vectors": 0, "graph": 0, "cache": 0}
    ((where, what, way_out, missing),) = problems
    assert (where, missing) == ("search", False)
    assert what == "search is 41 entries behind. search did not answer within 1 s."
    assert way_out.startswith("It catches up by itself")
    assert started == [place.settings]


async def test_what_runs_here_is_waited_for(place: Place, started: list[object]) -> None:
    graph = place.stores["graph"]
    graph.answers.clear()
    indexing = asyncio.create_task(place.indexed())
    await asyncio.sleep(1.5)
    graph.answers.set()
    behind, problems = await indexing
    assert (set(behind.values()), problems, started) == ({0}, [], [])


async def test_a_part_that_is_not_installed_is_named_and_nobody_waits_for_it(
    place: Place, started: list[object]
) -> None:
    place.stores["vectors"].absent = True
    behind, problems = await place.indexed()
    assert behind["vectors"] == 41
    assert problems == [("vectors", "vectors is 41 entries behind. no such library.", "Install it.", False)]
    assert started == []


async def test_a_server_of_a_wrong_version_is_told_of_with_its_way_out_and_catches_up(
    place: Place, started: list[object]
) -> None:
    place.stores["search"].refuses = True
    behind, problems = await place.indexed()
    assert behind["search"] == 41
    ((where, what, way_out, missing),) = problems
    assert (where, what, missing) == ("search", "search is 41 entries behind. It is version 1.", False)
    assert way_out.startswith("MagicAI needs version 2. It then catches up by itself")
    assert started == [place.settings]


async def test_what_a_store_can_not_take_is_shown(place: Place) -> None:
    for _ in range(8):
        await place.records.entities.record_failure("graph", ("product", "7"), "too long")
    behind, problems = await place.indexed()
    assert set(behind.values()) == {0}
    assert problems == [
        (
            "graph",
            "graph rejected 1 entry, product 7: too long",
            "Other entries are not affected. To try these again: magicai reconcile",
            False,
        )
    ]
