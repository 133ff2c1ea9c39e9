import asyncio
from collections.abc import Sequence

import pytest

from magicai.errors import Temporary
from magicai.ports import Records
from magicai.stores import relay_loop
from magicai.stores.entity import Entity, Store, Versioned
from magicai.stores.relay_loop import catch_up, relay_forever
from magicai.values.ids import new_id
from tests.contract.projection.memory import MemoryProjection


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(relay_loop, "_EVERY_S", 0.01)
    monkeypatch.setattr("magicai.stores.relay._FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("magicai.stores.relay._LONGEST_PAUSE_S", 0.01)


class Away(MemoryProjection):
    """A store that is down until it is told otherwise."""

    down = True

    async def apply(self, changes: Sequence[Versioned]) -> None:
        if self.down:
            raise Temporary("no answer")
        await super().apply(changes)


class Deaf(MemoryProjection):
    """A store that never answers."""

    async def apply(self, changes: Sequence[Versioned]) -> None:  # noqa: ARG002 - it takes none
        await asyncio.Event().wait()


def entity(entity_id: str) -> Entity:
    return Entity("product", entity_id, "o", "Kettle", "", stores=("search", "graph"))


async def until_shown(store: MemoryProjection, number: int) -> None:
    async with asyncio.timeout(60):
        while len(store.rows) < number:  # noqa: ASYNC110 - a store rings no bell
            await asyncio.sleep(0.01)


async def test_one_that_never_answers_keeps_no_other_from_being_fed_again_and_again(records: Records) -> None:
    stores: dict[Store, MemoryProjection] = {"search": Deaf("search", new_id()), "graph": Away("graph", new_id())}
    told: list[str] = []
    relaying = asyncio.create_task(
        relay_forever(records, stores, on_down=lambda store, why: told.append(f"{store}: {why}"))
    )
    await records.entities.save([entity("a")])
    async with asyncio.timeout(60):
        while not told:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    stores["graph"].down = False  # pyright: ignore[reportAttributeAccessIssue]
    await until_shown(stores["graph"], 1)
    await records.entities.save([entity("b")])
    await until_shown(stores["graph"], 2)
    relaying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await relaying
    assert told == ["graph: no answer"]


async def test_it_stays_until_a_store_that_was_down_has_caught_up(records: Records) -> None:
    away = Away("graph", new_id())
    await records.entities.save([entity("a")])
    catching_up = asyncio.create_task(catch_up(records, {"graph": away}, give_up_s=60))
    await asyncio.sleep(0.1)
    assert not catching_up.done()
    away.down = False
    assert await catching_up == {"graph": 0}


async def test_it_leaves_a_store_that_stays_down_to_the_next(records: Records) -> None:
    await records.entities.save([entity("a")])
    stores: dict[Store, MemoryProjection] = {"search": MemoryProjection("search", new_id())}
    stores["graph"] = Away("graph", new_id())
    assert await catch_up(records, stores, give_up_s=0.2) == {"search": 0, "graph": 1}
