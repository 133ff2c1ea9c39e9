import asyncio
from collections.abc import Mapping, Sequence

import pytest

from magicai.app import relay
from magicai.app.relay import drain
from magicai.domain.entity import STORES, Entity, Store, Versioned
from magicai.domain.ids import new_id
from magicai.errors import Invalid, Missing, Permanent, Temporary
from magicai.ports import Records
from tests.contract.projection.memory import MemoryProjection


class Moody(MemoryProjection):
    """A store that fails as it is told.

    Attributes:
        down: raised by every call, while it is set.
        poison: ids that it can't take.
        pause: waited for before anything is taken over.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store, new_id())
        self.down: Exception | None = None
        self.poison: set[str] = set()
        self.pause: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def apply(self, changes: Sequence[Versioned]) -> None:
        self.reached.set()
        if self.pause is not None:
            await self.pause.wait()
        if self.down is not None:
            raise self.down
        for one in changes:
            if one.entity_id in self.poison:
                raise Invalid(f"{one.entity_id} can't be shown.")
        await super().apply(changes)

    def shown(self) -> list[str]:
        """Ids of what is alive."""
        return sorted(one.entity_id for one in self.rows.values() if one.entity is not None)


@pytest.fixture
def stores() -> dict[Store, Moody]:
    return {store: Moody(store) for store in STORES}


def entity(entity_id: str, title: str = "Kettle", stores: tuple[Store, ...] = STORES) -> Entity:
    return Entity("product", entity_id, "o", title, "", stores=stores)


async def feed(records: Records, stores: Mapping[Store, Moody], *, limit_s: float = 10) -> dict[Store, int]:
    return await drain(records, stores, limit_s=limit_s)


async def test_every_store_gets_what_it_shows(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b", stores=("graph",))])
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert stores["graph"].shown() == ["a", "b"]
    assert stores["search"].shown() == stores["vectors"].shown() == stores["cache"].shown() == ["a"]


async def test_what_is_deleted_goes_everywhere(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b")])
    await feed(records, stores)
    await records.entities.delete("product", ["a"])
    await feed(records, stores)
    assert {tuple(store.shown()) for store in stores.values()} == {("b",)}


async def test_a_store_that_shows_it_no_longer_lets_it_go(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a")])
    await feed(records, stores)
    await records.entities.save([entity("a", stores=("search",))])
    await feed(records, stores)
    assert [store for store in STORES if stores[store].shown()] == ["search"]
    await records.entities.save([entity("a", stores=("search", "graph"))])
    await feed(records, stores)
    assert [store for store in STORES if stores[store].shown()] == ["search", "graph"]


async def test_more_than_a_batch_comes_in_batches(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity(f"{place:03}") for place in range(450)])
    await feed(records, stores)
    assert stores["search"].batches == [200, 200, 50]


@pytest.mark.parametrize("down", [Temporary("no answer"), Missing("not installed")])
async def test_a_store_that_is_down_delays_only_itself(
    records: Records, stores: dict[Store, Moody], down: Exception
) -> None:
    stores["vectors"].down = down
    await records.entities.save([entity("a"), entity("b")])
    for _ in range(10):
        assert await feed(records, stores) == {"search": 0, "vectors": 2, "graph": 0, "cache": 0}
    assert stores["search"].shown() == ["a", "b"]
    stores["vectors"].down = None
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert stores["vectors"].shown() == ["a", "b"]
    assert await records.entities.aside("vectors") == []


async def test_a_store_that_does_not_answer_delays_nobody_past_the_limit(
    records: Records, stores: dict[Store, Moody]
) -> None:
    stores["graph"].pause = asyncio.Event()
    await records.entities.save([entity("a")])
    async with asyncio.timeout(10):
        behind = await feed(records, stores, limit_s=0.5)
    assert behind == {"search": 0, "vectors": 0, "graph": 1, "cache": 0}
    assert await records.leases.held("relay:graph") is None


async def test_what_cannot_be_shown_is_set_aside_after_8_tries_and_blocks_nothing(
    records: Records, stores: dict[Store, Moody]
) -> None:
    search = stores["search"]
    search.poison = {"bad"}
    await records.entities.save([entity("a"), entity("bad"), entity("c")])
    tries: list[str] = []
    fault = records.entities.fault

    async def counted(store: Store, key: tuple[str, str], what: str) -> None:
        tries.append(f"{store}: {key[1]}: {what}")
        await fault(store, key, what)

    records.entities.fault = counted  # pyright: ignore[reportAttributeAccessIssue]
    assert await feed(records, stores) == dict.fromkeys(STORES, 0)
    assert search.shown() == ["a", "c"]
    assert stores["graph"].shown() == ["a", "bad", "c"]
    assert tries == ["search: bad: bad can't be shown."] * 8
    assert await records.entities.aside("search") == [("product", "bad", "bad can't be shown.")]
    # Changed, it is tried once more.
    search.poison = set()
    await records.entities.save([entity("bad", "Good now")])
    await feed(records, stores)
    assert search.shown() == ["a", "bad", "c"]
    assert await records.entities.aside("search") == []


async def test_a_store_that_goes_down_in_the_midst_is_no_fault_of_what_it_was_given(
    records: Records, stores: dict[Store, Moody]
) -> None:
    search = stores["search"]
    search.poison = {"a"}
    applied = search.apply

    async def failing(changes: Sequence[Versioned]) -> None:
        if {"a", "b"} & {one.entity_id for one in changes} == {"b"}:
            raise Temporary("no answer")
        await applied(changes)

    search.apply = failing
    await records.entities.save([entity("a"), entity("b"), entity("c")])
    await feed(records, stores, limit_s=2)
    assert [key for _, key, _ in await records.entities.aside("search")] == ["a"]
    assert await records.entities.behind("search") == 2


async def test_a_relay_that_was_paused_past_its_lease_brings_nothing_back(
    records: Records, stores: dict[Store, Moody], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_TTL_S", 0.05)
    await records.entities.save([entity("a"), entity("b")])
    slow, quick = Moody("search"), Moody("search")
    quick.rows = slow.rows
    slow.pause = asyncio.Event()
    paused = asyncio.create_task(drain(records, {"search": slow}, limit_s=30))
    await slow.reached.wait()
    # It has read both, and waits; meanwhile one is deleted, one changed, and another relay takes its place.
    await records.entities.delete("product", ["a"])
    await records.entities.save([entity("b", "Teapot")])
    assert await drain(records, {"search": quick}, limit_s=30) == {"search": 0}
    slow.pause.set()
    assert await paused == {"search": 0}
    assert slow.shown() == ["b"]
    assert [one.entity.title for one in slow.rows.values() if one.entity] == ["Teapot"]
    assert {one.version for one in slow.rows.values()} == {2}


async def test_a_change_while_it_is_projected_is_not_lost(records: Records) -> None:
    search = Moody("search")
    search.pause = asyncio.Event()
    await records.entities.save([entity("a")])
    feeding = asyncio.create_task(drain(records, {"search": search}, limit_s=30))
    await search.reached.wait()
    await records.entities.save([entity("a", "Teapot")])
    search.pause.set()
    assert await feeding == {"search": 0}
    (row,) = search.rows.values()
    assert row.version == 2


async def test_two_relays_of_one_store_do_not_work_at_once(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_POLL_S", 0.01)
    await records.entities.save([entity("a")])
    first, second = Moody("search"), Moody("search")
    second.rows = first.rows
    first.pause = asyncio.Event()
    feeding = asyncio.create_task(drain(records, {"search": first}, limit_s=30))
    await first.reached.wait()
    waiting = asyncio.create_task(drain(records, {"search": second}, limit_s=30))
    held = await records.leases.held("relay:search")
    first.pause.set()
    assert await feeding == await waiting == {"search": 0}
    assert held is not None
    assert second.batches == []
    assert await records.leases.held("relay:search") is None


async def test_no_time_means_no_work(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a")])
    assert await feed(records, stores, limit_s=0) == dict.fromkeys(STORES, 1)


class Listener:
    """Hears of progress, as a run's watch does."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int | None, str]] = []

    async def progress(self, done: int, total: int | None, unit: str, **_: object) -> None:
        self.heard.append((done, total, unit))


async def test_progress_counts_the_entries_of_all_stores(records: Records, stores: dict[Store, Moody]) -> None:
    await records.entities.save([entity("a"), entity("b")])
    listener = Listener()
    await drain(records, stores, limit_s=10, watch=listener)  # pyright: ignore[reportArgumentType] - of a watch, it needs no more
    assert [done for done, _, _ in listener.heard] == [2, 4, 6, 8]
    assert {(total, unit) for _, total, unit in listener.heard} == {(8, "entries")}


async def test_permanent_faults_of_a_whole_store_set_everything_aside_and_say_why(records: Records) -> None:
    search = Moody("search")
    search.down = Permanent("the disk is full")
    await records.entities.save([entity("a"), entity("b")])
    assert await drain(records, {"search": search}, limit_s=10) == {"search": 0}
    assert [what for _, _, what in await records.entities.aside("search")] == ["the disk is full"] * 2
