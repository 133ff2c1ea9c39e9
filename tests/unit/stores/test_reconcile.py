import asyncio
import tracemalloc
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from magicai.errors import Missing, Temporary
from magicai.ports import Records
from magicai.stores.entity import STORES, Entity, Store, Versioned
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain
from magicai.values.ids import new_id
from tests.contract.projection.memory import MemoryProjection

Stores = dict[Store, MemoryProjection]
COUNTS = ("missing", "stale", "orphaned", "repaired", "outdated", "set_aside")


@pytest.fixture
def stores() -> Stores:
    return {store: MemoryProjection(store, new_id()) for store in STORES}


def entity(place: int, title: str = "Kettle") -> Entity:
    return Entity("product", f"{place:04}", "o", title, "", stores=STORES)


@pytest.fixture
async def filled(records: Records, stores: Stores) -> Records:
    """500 entities, which all stores show."""
    await records.entities.save([entity(place) for place in range(500)])
    await drain(records, stores, limit_s=30)
    return records


def damage(store: MemoryProjection, places: Sequence[int], how: Callable[[Versioned], Versioned | None]) -> None:
    """Change what a store holds behind its back; None takes it away."""
    for place in places:
        key = ("product", f"{place:04}")
        changed = how(store.rows.pop(key))
        if changed is not None:
            store.rows[key] = changed


def stale(one: Versioned) -> Versioned:
    """As after a write that was half done: another content, and a version that never was."""
    return Versioned(one.kind, one.entity_id, one.owner_id, one.version + 7, "another", one.entity)


def lost(_: Versioned) -> None:
    """As after a disk gave back an older state."""


async def add_orphans(store: MemoryProjection, number: int) -> None:
    orphans = [Entity("product", f"orphan {place}", "o", "Ghost", "") for place in range(number)]
    await store.apply([Versioned("product", orphan.entity_id, "o", 1, orphan.digest, orphan) for orphan in orphans])


@pytest.mark.parametrize("name", ["search", "vectors", "graph"])
async def test_it_mends_what_is_missing_stale_or_orphaned_and_finds_nothing_the_second_time(
    filled: Records, stores: Stores, name: Store
) -> None:
    store = stores[name]
    truth = dict(store.rows)
    damage(store, range(100), lost)
    damage(store, range(100, 200), stale)
    await add_orphans(store, 100)
    found = await reconcile(filled, stores)
    assert found.as_json()["stores"][name] == {
        "missing": 100,
        "stale": 100,
        "orphaned": 100,
        "repaired": 300,
        "outdated": 0,
        "set_aside": 0,
    }
    assert (found.differences, found.repaired) == (300, 300)
    assert store.rows == truth
    again = await reconcile(filled, stores)
    assert (again.differences, again.repaired) == (0, 0)


async def test_what_no_record_knows_is_not_removed_where_it_is_much_of_a_store(filled: Records, stores: Stores) -> None:
    damage(stores["search"], range(10), lost)
    await add_orphans(stores["search"], 200)
    await add_orphans(stores["graph"], 100)
    found = await reconcile(filled, stores, largest_share=0.2)
    search = found.stores["search"]
    assert search.counts == {"missing": 10, "stale": 0, "orphaned": 200, "repaired": 10}
    assert len(stores["search"].rows) == 700
    assert "200 of the 690 entries of search have no record, more than 20%" in str(found)
    assert "magicai reconcile --yes" in found.as_json()["stores"]["search"]["way_out"]
    assert found.stores["graph"].counts["repaired"] == 100
    assert (await reconcile(filled, stores, largest_share=1.0)).repaired == 200
    assert len(stores["search"].rows) == 500


async def test_a_few_are_removed_whatever_their_share(records: Records, stores: Stores) -> None:
    await add_orphans(stores["search"], 20)
    assert (await reconcile(records, stores, largest_share=0.2)).repaired == 20


async def test_of_the_cache_only_stale_and_orphaned_count(filled: Records, stores: Stores) -> None:
    cache = stores["cache"]
    damage(cache, range(100), lost)
    damage(cache, range(100, 200), stale)
    await add_orphans(cache, 100)
    found = await reconcile(filled, stores)
    assert found.as_json() == {
        "differences": 200,
        "repaired": 200,
        "stores": {
            **{name: dict.fromkeys(COUNTS, 0) for name in ("search", "vectors", "graph")},
            "cache": {"missing": 0, "stale": 100, "orphaned": 100, "repaired": 200, "outdated": 0, "set_aside": 0},
        },
    }
    assert len(cache.rows) == 400
    assert (await reconcile(filled, stores)).differences == 0


async def test_what_was_deleted_and_is_still_shown_is_orphaned(filled: Records, stores: Stores) -> None:
    shown = dict(stores["search"].rows)
    await filled.entities.delete("product", ["0001"])
    await drain(filled, stores, limit_s=30)
    stores["search"].rows["product", "0001"] = shown["product", "0001"]
    found = await reconcile(filled, stores)
    assert found.stores["search"].counts == {"missing": 0, "stale": 0, "orphaned": 1, "repaired": 1}
    # A tombstone again, so that nothing older rises after it.
    assert stores["search"].rows["product", "0001"].entity is None


async def test_what_waits_in_the_outbox_is_no_difference(records: Records, stores: Stores) -> None:
    await records.entities.save([entity(place) for place in range(10)])
    found = await reconcile(records, stores)
    assert found.differences == 0
    assert len(stores["graph"].rows) == 10


async def test_what_was_set_aside_gets_another_chance(filled: Records, stores: Stores) -> None:
    await filled.entities.save([entity(1, "Teapot")])
    for _ in range(8):
        await filled.entities.record_failure("search", ("product", "0001"), "can't")
    found = await reconcile(filled, stores)
    assert found.stores["search"].counts == {"missing": 0, "stale": 1, "orphaned": 0, "repaired": 1}
    assert await filled.entities.dead_letters("search") == []


@pytest.mark.parametrize("store", ["cache", "search"])
async def test_what_was_set_aside_and_is_no_difference_gets_another_chance(
    filled: Records, stores: Stores, store: Store
) -> None:
    keys = [("product", f"{place:04}") for place in range(300)]
    await filled.entities.enqueue(store, keys)
    for _ in range(8):
        await asyncio.gather(*(filled.entities.record_failure(store, key, "can't") for key in keys))  # in few commits
    assert await filled.entities.dead_letter_count(store) == 300
    assert (await reconcile(filled, stores, repair=False)).stores[store].aside == 300
    assert (await reconcile(filled, stores)).stores[store].aside == 0
    assert await filled.entities.behind(store) == 0


async def test_a_dry_run_counts_and_touches_nothing(filled: Records, stores: Stores) -> None:
    damage(stores["search"], range(3), lost)
    await filled.entities.save([entity(1000)])
    before = dict(stores["search"].rows)
    found = await reconcile(filled, stores, repair=False)
    assert (found.differences, found.repaired) == (6, 0)
    assert found.stores["search"].counts["missing"] == 4
    assert stores["search"].rows == before


class Unwilling(MemoryProjection):
    """Takes nothing over, whatever it says."""

    async def apply(self, changes: Sequence[Versioned]) -> None:
        self.batches.append(len(changes))


async def test_what_could_not_be_mended_is_not_said_to_be(records: Records) -> None:
    await records.entities.save([entity(place) for place in range(5)])
    found = await reconcile(records, {"search": Unwilling("search", new_id())})
    assert (found.differences, found.repaired) == (5, 0)


@pytest.mark.parametrize("down", [Temporary("no answer"), Missing("not installed")])
async def test_a_store_that_is_down_keeps_no_other_from_being_mended(
    filled: Records, stores: Stores, monkeypatch: pytest.MonkeyPatch, down: Exception
) -> None:
    async def held(**_: object) -> list[object]:
        raise down

    monkeypatch.setattr(stores["search"], "held", held)
    damage(stores["cache"], range(5), stale)
    found = await reconcile(filled, stores)
    assert {row.version for row in stores["cache"].rows.values()} == {1}
    assert (found.down, found.differences, found.repaired) == (["search"], 5, 5)
    assert found.as_json()["stores"]["search"]["what"] == str(down)
    assert f"search: 0 missing, 0 stale, 0 orphaned, 0 repaired; could not be compared: {down}" in str(found)
    with pytest.raises(type(down), match=str(down)):
        found.checked()


async def test_a_store_that_goes_down_in_the_midst_catches_up_and_is_not_said_to_be_mended(
    filled: Records, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = stores["search"]
    truth = dict(search.rows)
    damage(search, range(100), stale)
    applied = search.apply

    async def away(_: object) -> None:
        raise Temporary("no answer")

    monkeypatch.setattr(search, "apply", away)
    found = await reconcile(filled, {"search": search})
    assert (found.differences, found.repaired, found.down) == (100, 0, ["search"])
    monkeypatch.setattr(search, "apply", applied)
    again = await reconcile(filled, {"search": search})
    assert (again.differences, again.down) == (0, [])
    assert search.rows == truth


class Endless:
    """Records whose entities are made as they are asked for."""

    def __init__(self, number: int) -> None:
        self.number = number

    async def all(self, _: Store, *, after: tuple[str, str], limit: int) -> list[Versioned]:
        start = int(after[1]) + 1 if after[1] else 0
        places = range(start, min(self.number, start + limit))
        return [Versioned("product", f"{n:09}", "o", 1, "digest", entity(n)) for n in places]

    async def dead_letter_count(self, _: Store) -> int:
        return 0


async def test_memory_stays_flat_whatever_the_size_even_where_all_of_it_differs() -> None:
    peaks: list[int] = []
    for number in (5_000, 50_000):
        records = SimpleNamespace(entities=Endless(number))
        search = MemoryProjection("search", new_id())
        tracemalloc.start()
        try:
            found = await reconcile(cast("Records", records), {"search": search}, repair=False)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert found.differences == number
    assert peaks[1] < 1.3 * peaks[0]


async def test_it_tells_how_far_it_is(records: Records, stores: Stores) -> None:
    await records.entities.save([entity(place) for place in range(2100)])
    heard: list[str] = []
    await reconcile(records, {"search": stores["search"]}, on_progress=heard.append)
    assert heard == ["search: 1000 compared, 0 differ", "search: 2000 compared, 0 differ"]


async def test_a_person_reads_a_line_a_store(filled: Records, stores: Stores) -> None:
    damage(stores["graph"], range(2), lost)
    said = str(await reconcile(filled, stores))
    assert "graph: 2 missing, 0 stale, 0 orphaned, 2 repaired" in said
    assert said.endswith("2 differences, 2 repaired")
