import asyncio
from typing import Any

import pytest

from magicai.errors import Conflict, NotFound
from magicai.ports import EntityPage, Records
from magicai.stores.entity import STORES, Entity, Relation, Versioned
from tests.codes import says
from tests.contract.records.example_rows import Clock


def entity(entity_id: str = "p1", **changed: Any) -> Entity:
    values: dict[str, Any] = {
        "kind": "product",
        "entity_id": entity_id,
        "owner_id": "ann",
        "title": "Tea 茶",
        "text": "Green tea",
    }
    return Entity(**{**values, **changed})


def of(saved: Entity, version: int) -> Versioned:
    return Versioned(saved.kind, saved.entity_id, saved.owner_id, version, saved.digest, saved)


def tombstone(entity_id: str, version: int) -> Versioned:
    return Versioned("product", entity_id, "ann", version, "", None)


async def test_an_entity_comes_back_whole(records: Records) -> None:
    whole = entity(
        language="zh",
        url="https://shop.example/p1",
        data={"schema_version": 3, "price": "12.90", "category": ["a", None]},
        relations=(Relation("SOLD_BY", "shop", "shop.example", "Shop"), Relation("OF_BRAND", "brand", "b", "B")),
        stores=STORES,
        state="draft",
        facets={"brand": ("B",), "category": ("a", "b")},
    )
    await records.entities.save([whole])
    assert await records.entities.get("product", "p1", owner_id="ann") == of(whole, 1)


async def test_another_owners_entity_is_not_found_and_not_replaced(records: Records) -> None:
    await records.entities.save([entity()])
    with pytest.raises(NotFound):
        await records.entities.get("product", "p1", owner_id="bob")
    with pytest.raises(Conflict, check=says("entity_not_owned", key="p1")):
        await records.entities.save([entity("p2", owner_id="bob"), entity(owner_id="bob")])
    assert [found.owner_id for found in await records.entities.present([("product", "p1"), ("product", "p2")])] == [
        "ann"
    ]


async def test_a_change_makes_a_version_and_a_row_for_each_store(records: Records) -> None:
    await records.entities.save([entity()])
    await records.entities.save([entity(title="Tea, new")])
    assert (await records.entities.get("product", "p1", owner_id="ann")).version == 2
    for store in ("search", "vectors", "graph"):
        assert await records.entities.pending(store, 10) == [("product", "p1", 2)]
    assert await records.entities.pending("cache", 10) == []


async def test_what_did_not_change_makes_no_version_and_no_row(records: Records) -> None:
    await records.entities.save([entity()])
    await records.entities.acknowledge("search", [("product", "p1", 1)])
    await records.entities.save([entity()])
    assert (await records.entities.get("product", "p1", owner_id="ann")).version == 1
    assert await records.entities.pending("search", 10) == []


async def test_a_store_that_an_entity_joins_or_leaves_is_told(records: Records) -> None:
    await records.entities.save([entity(stores=("search",))])
    await records.entities.acknowledge("search", [("product", "p1", 1)])
    await records.entities.save([entity(stores=("graph",))])
    assert await records.entities.pending("search", 10) == [("product", "p1", 2)]
    assert await records.entities.pending("graph", 10) == [("product", "p1", 2)]
    assert await records.entities.all("search") == []


async def test_versions_grow_on_across_a_delete(records: Records) -> None:
    await records.entities.save([entity()])
    await records.entities.delete("product", ["p1", "p1", "nobody"])
    await records.entities.delete("product", ["p1"])
    assert await records.entities.present([("product", "p1"), ("product", "nobody")]) == [tombstone("p1", 2)]
    assert await records.entities.pending("search", 10) == [("product", "p1", 2)]
    with pytest.raises(NotFound):
        await records.entities.get("product", "p1", owner_id="ann")
    await records.entities.save([entity()])
    assert await records.entities.get("product", "p1", owner_id="ann") == of(entity(), 3)


async def test_the_last_of_an_entity_saved_twice_at_once_holds(records: Records) -> None:
    await records.entities.save([entity(title="1"), entity(title="2")])
    assert await records.entities.get("product", "p1", owner_id="ann") == of(entity(title="2"), 1)


async def test_of_several_that_replace_one_version_at_once_one_does(records: Records) -> None:
    for version in (0, 1):
        tries = [records.entities.replace(entity(text=f"{version} {n}"), version=version) for n in range(6)]
        assert sorted(await asyncio.gather(*tries)) == [False] * 5 + [True]
    found = await records.entities.get("product", "p1", owner_id="ann")
    assert found.version == 2
    assert await records.entities.pending("search", 10) == [("product", "p1", 2)]
    assert not await records.entities.replace(entity(owner_id="bob"), version=2)


async def test_the_present_state_comes_in_the_order_asked_for(records: Records) -> None:
    await records.entities.save([entity(f"p{number}") for number in range(5)] + [entity("r", kind="report")])
    keys = [("report", "r"), ("product", "p3"), ("report", "p3"), ("product", "p0"), ("product", "p3")]
    found = await records.entities.present(keys)
    assert [(one.kind, one.entity_id) for one in found] == [("report", "r"), ("product", "p3"), ("product", "p0")]


async def test_all_of_a_store_comes_by_key_page_by_page_with_tombstones(records: Records) -> None:
    await records.entities.save([entity(name) for name in ("c", "a", "b")])
    await records.entities.save([entity("r", kind="report"), entity("x", stores=("cache",))])
    await records.entities.delete("product", ["b"])
    seen: list[tuple[str, str, bool]] = []
    after = ("", "")
    while page := await records.entities.all("search", after=after, limit=2):
        seen += [(one.kind, one.entity_id, one.entity is None) for one in page]
        after = seen[-1][:2]
    assert seen == [("product", "a", False), ("product", "b", True), ("product", "c", False), ("report", "r", False)]


async def test_a_list_has_an_owners_living_entities_of_a_kind_page_by_page(records: Records) -> None:
    await records.entities.save([entity(f"p{number}") for number in (3, 1, 0, 4, 2)])
    await records.entities.save([entity("p5", owner_id="bob"), entity("p6", kind="report")])
    await records.entities.delete("product", ["p2"])
    pages = [await records.entities.listed("ann", "product", limit=2)]
    while (after := pages[-1].next) is not None:
        pages.append(await records.entities.listed("ann", "product", after=after, limit=2))
    assert [[item.entity_id for item in page.items] for page in pages] == [["p0", "p1"], ["p3", "p4"]]
    assert pages[0].items[0] == of(entity("p0"), 1)
    newest = await records.entities.listed("ann", "product", limit=3, newest_first=True)
    rest = await records.entities.listed("ann", "product", after=newest.next or "", newest_first=True)
    assert [[item.entity_id for item in page.items] for page in (newest, rest)] == [["p4", "p3", "p1"], ["p0"]]
    assert await records.entities.listed("carl", "product") == EntityPage((), None)
    for odd in ("\0", "\ud83d", "' OR '1'='1", "%"):
        assert await records.entities.listed("ann", odd, state=odd, after=odd) == EntityPage((), None)


async def test_a_list_of_a_state_follows_what_changes(records: Records) -> None:
    async def listed(state: str) -> list[str]:
        return [item.entity_id for item in (await records.entities.listed("ann", "content", state=state)).items]

    def content(name: str, state: str) -> Entity:
        return entity(name, kind="content", state=state)

    await records.entities.save([content("a", "draft"), content("b", "pending_review"), content("c", "")])
    await records.entities.save([content("d", "pending_review"), content("e", "pending_review")])
    assert (await listed("pending_review"), await listed("draft"), await listed("")) == (["b", "d", "e"], ["a"], ["c"])
    await records.entities.save([content("b", "approved")])
    assert await records.entities.replace(content("d", "approved"), version=1)
    await records.entities.delete("content", ["e"])
    assert (await listed("pending_review"), await listed("approved")) == ([], ["b", "d"])
    assert (await records.entities.get("content", "b", owner_id="ann")).version == 2


async def test_the_oldest_dirt_comes_first_and_keeps_its_place(records: Records, clock: Clock) -> None:
    for name in ("c", "a", "b"):
        clock.move(seconds=1)
        await records.entities.save([entity(name)])
    clock.move(seconds=1)
    await records.entities.save([entity("c", title="again")])
    assert await records.entities.pending("search", 2) == [("product", "c", 2), ("product", "a", 1)]


async def test_a_row_that_changed_while_it_was_projected_stays(records: Records) -> None:
    await records.entities.save([entity("a"), entity("b")])
    seen = await records.entities.pending("search", 10)
    await records.entities.save([entity("a", title="newer")])
    await records.entities.acknowledge("search", seen)
    assert await records.entities.pending("search", 10) == [("product", "a", 2)]
    await records.entities.acknowledge("search", [("product", "a", 3)])
    assert await records.entities.behind("search") == 0
    assert await records.entities.behind("graph") == 2


async def test_after_eight_faults_a_row_is_set_aside_and_shown(records: Records) -> None:
    await records.entities.save([entity("a"), entity("b")])
    for number in range(7):
        await records.entities.record_failure("search", ("product", "a"), f"no {number}")
    assert await records.entities.behind("search") == 2
    assert await records.entities.dead_letters("search") == []
    await records.entities.record_failure("search", ("product", "a"), "mapping refused")
    assert await records.entities.pending("search", 10) == [("product", "b", 1)]
    assert await records.entities.behind("search") == 1
    assert await records.entities.dead_letters("search") == [("product", "a", "mapping refused")]
    assert await records.entities.behind("graph") == 2


async def test_a_change_brings_back_what_was_set_aside(records: Records) -> None:
    await records.entities.save([entity("a")])
    for _ in range(8):
        await records.entities.record_failure("search", ("product", "a"), "no")
    await records.entities.save([entity("a", title="better")])
    assert await records.entities.pending("search", 10) == [("product", "a", 2)]


async def test_soil_writes_rows_at_the_present_version(records: Records) -> None:
    await records.entities.save([entity("a"), entity("b")])
    await records.entities.delete("product", ["b"])
    await records.entities.acknowledge("search", [("product", "a", 1), ("product", "b", 2)])
    await records.entities.enqueue("search", [("product", "a"), ("product", "b"), ("product", "nobody")])
    assert await records.entities.pending("search", 10) == [("product", "a", 1), ("product", "b", 2)]


async def test_soil_forgives_faults(records: Records) -> None:
    await records.entities.save([entity("a")])
    for _ in range(8):
        await records.entities.record_failure("search", ("product", "a"), "no")
    await records.entities.enqueue("search", [("product", "a")])
    assert await records.entities.behind("search") == 1
    assert await records.entities.dead_letters("search") == []


async def test_half_a_character_costs_an_entity_nothing(records: Records) -> None:
    for _ in range(2):
        await records.entities.save([entity(title="Tea \ud83d", data={"brand": "\udc00"})])
    held = await records.entities.get("product", "p1", owner_id="ann")
    assert held.version == 1
    assert held.entity is not None
    assert (held.entity.title, held.entity.data) == ("Tea \ufffd", {"brand": "\ufffd"})


async def test_nothing_to_do_does_nothing(records: Records) -> None:
    await records.entities.save([])
    await records.entities.delete("product", [])
    await records.entities.acknowledge("search", [])
    await records.entities.enqueue("search", [])
    assert await records.entities.present([]) == []
    assert await records.entities.behind("search") == 0
