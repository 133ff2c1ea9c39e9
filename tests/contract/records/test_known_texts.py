"""Texts that pieces are compared with: found by shared fingerprints, by their owner only."""

from dataclasses import replace

import pytest

from integrations.records.store import SqlRecords
from magicai.publishing.checks.copied import gathering, remember, values_of
from magicai.publishing.checks.copied.gathering import gather
from magicai.publishing.checks.ports import KnownText
from magicai.stores.entity import Entity

LONG = "The kettle boils a litre of water in three minutes and switches itself off when it is done."
OTHER = "A wool blanket keeps you warm on all long evenings of the year, and can be washed by hand."


def text(key: str, words: str = LONG) -> KnownText:
    return KnownText("page", key, f"Page {key}", words, "https://shop.example/")


async def test_those_that_share_most_come_first(records: SqlRecords) -> None:
    known = records.known_texts
    await remember(known, "ann", text("half", LONG[:50] + " and nothing of the rest is the same here at all"))
    await remember(known, "ann", text("whole"))
    await remember(known, "bob", text("bobs"))
    found = await known.sharing("ann", values_of(LONG))
    assert [one.key for one in found] == ["whole", "half"]
    assert found[0] == text("whole")
    assert await known.sharing("ann", values_of("A wool blanket keeps you warm on all long evenings")) == []


async def test_a_text_is_kept_as_it_is_now(records: SqlRecords) -> None:
    known = records.known_texts
    await remember(known, "ann", text("1"))
    await remember(known, "ann", text("1", "A wool blanket keeps you warm on all long evenings of the year."))
    assert await known.sharing("ann", values_of(LONG)) == []
    await known.forget("ann", "page", "1")
    assert await known.gone("ann", "page", "product", limit=9) == []


async def test_what_the_owner_has_is_gathered_once(records: SqlRecords) -> None:
    known = records.known_texts
    product = Entity("product", "p1", "ann", "Kettle", LONG, url="https://shop.example/p1")
    short, bobs = Entity("product", "p2", "ann", "Cup", "A cup."), Entity("product", "p3", "bob", "Kettle", LONG)
    await records.entities.save([product, short, bobs, Entity("passage", "d:1", "ann", "Guide", OTHER)])
    assert await known.changed("ann", "page", "product", limit=9) == ["p1", "p2"]
    await gather(records, known, "ann")
    assert await known.changed("ann", "page", "product", limit=9) == []
    (first, *_) = await known.sharing("ann", values_of(LONG))
    assert (first.kind, first.name, first.address) == ("page", "Kettle", "https://shop.example/p1")
    await records.entities.save([replace(product, title="Kettle 2")])
    assert await known.changed("ann", "page", "product", limit=9) == ["p1"]
    await gather(records, known, "ann")
    assert [one.name for one in await known.sharing("ann", values_of(LONG))] == ["Kettle 2"]
    await records.entities.delete("product", ["p1"])
    assert await known.gone("ann", "page", "product", limit=9) == ["p1"]
    await gather(records, known, "ann")
    assert await known.sharing("ann", values_of(LONG)) == []


async def test_all_that_the_owner_has_is_gathered_however_much_it_is(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies behind a page is neither passed over nor forgotten."""
    monkeypatch.setattr(gathering, "_PAGE", 2)
    known = records.known_texts
    many = [Entity("product", f"p{n}", "ann", f"Page {n}", f"{LONG} Number {n}.") for n in range(5)]
    await records.entities.save(many)
    for _ in range(2):
        await gather(records, known, "ann")
        assert {one.key for one in await known.sharing("ann", values_of(LONG))} == {one.entity_id for one in many}
