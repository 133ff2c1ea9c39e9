"""Products of the catalogue: one for each natural key, whoever states it, and how many at once."""

import asyncio
from typing import Any

import pytest

from integrations.records.store import SqlRecords
from magicai.catalogue.editing import edited
from magicai.catalogue.entities import product_in
from magicai.catalogue.keys import item_key
from magicai.catalogue.product import KIND, CatalogueProduct, Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.stored_products import product_of


def stated(place: str = "a.csv, row 2", source: str = "a.csv", **values: Any) -> SourceStatement:
    kind = OriginKind.PAGE if place.startswith("http") else OriginKind.FILE
    return SourceStatement(
        values=Values.model_validate({"name": "Kettle", **values}),
        origin=Origin(kind=kind, source=source, place=place, at=1),
    )


async def product(records: SqlRecords, product_id: str, owner_id: str = "ann") -> CatalogueProduct:
    found = (await records.entities.get(KIND, product_id, owner_id=owner_id)).entity
    assert found is not None
    return product_in(found)


async def test_what_has_the_same_gtin_is_one_product_with_all_that_is_known(records: SqlRecords) -> None:
    first, second = await records.catalogue.save(
        "ann",
        "run1",
        [
            stated(gtin="4006381333931", price="12.50", currency="EUR"),
            stated("https://shop.example/kettle", "shop.example/kettle", gtin="4006381333931", brand="Fira"),
        ],
    )
    assert (first.change, second.change, first.product_id) == ("new", "changed", second.product_id)
    made = await product(records, first.product_id)
    assert (made.values.brand, str(made.values.price), made.number) == ("Fira", "12.50", 2)
    assert await records.catalogue.of_run("run1") == [first.product_id]


async def test_an_import_of_the_same_again_changes_nothing(records: SqlRecords) -> None:
    await records.catalogue.save("ann", "run1", [stated(sku="K1", brand="Fira")])
    (again,) = await records.catalogue.save("ann", "run2", [stated(sku="K1", brand="Fira")])
    assert again.change == "same"
    found = await records.entities.get(KIND, again.product_id, owner_id="ann")
    assert found.version == 1
    assert await records.catalogue.count_of_run("run2") == 1


async def test_a_row_that_repeats_another_of_its_file_is_named_and_changes_nothing(records: SqlRecords) -> None:
    first, again = await records.catalogue.save(
        "ann", "run1", [stated(sku="K1", brand="Fira"), stated("a.csv, row 9", sku="k1", brand="FIRA", name="Pot")]
    )
    assert again == type(again)(first.product_id, "same", repeats="a.csv, row 2")
    (retried,) = await records.catalogue.save("ann", "run1", [stated(sku="K1", brand="Fira")])
    assert retried.repeats == ""
    assert (await product(records, first.product_id)).values.name == "Kettle"


async def test_a_shared_address_joins_nothing_that_a_gtin_tells_apart(records: SqlRecords) -> None:
    made = await records.catalogue.save(
        "ann",
        "run1",
        [
            stated(gtin="4006381333931", url="https://shop.example/kettle"),
            stated("a.csv, row 3", gtin="96385074", url="https://shop.example/kettle"),
        ],
    )
    assert len({one.product_id for one in made}) == 2


@pytest.mark.parametrize("number", [{"gtin": "4006381333931"}, {"sku": "K1"}])
@pytest.mark.parametrize("differs", ["url", "item"])
async def test_a_shared_number_joins_neither_two_addresses_nor_two_ids(
    records: SqlRecords, number: dict[str, str], differs: str
) -> None:
    rows = [
        one.model_copy(update={"item": str(n)})
        if differs == "item"
        else one.model_copy(update={"values": one.values.model_copy(update={"url": f"https://shop.example/{n}"})})
        for n in range(3)
        for one in (stated(f"a.csv, row {n}", name=f"Kettle {n}", **number),)
    ]
    made = await records.catalogue.save("ann", "run1", rows)
    assert len({one.product_id for one in made}) == 3
    again = await records.catalogue.save("ann", "run2", rows[::-1])
    assert [(one.product_id, one.change) for one in again] == [(one.product_id, "same") for one in made[::-1]]


async def test_an_id_that_another_file_of_the_same_name_gives_to_something_else_joins_nothing(
    records: SqlRecords,
) -> None:
    lamp = stated(name="Lamp", sku="L1").model_copy(update={"item": "5"})
    kettle = stated(name="Kettle", sku="K1").model_copy(update={"item": "5"})
    first, second = [
        (await records.catalogue.save("ann", run, [one]))[0] for run, one in (("r1", lamp), ("r2", kettle))
    ]
    assert second.change == "new"
    assert first.product_id != second.product_id


async def test_two_imports_at_once_make_one_product_of_each(records: SqlRecords) -> None:
    rows = [stated(f"a.csv, row {number}", sku=f"K{number}", brand="Fira") for number in range(20)]
    saved = await asyncio.gather(
        records.catalogue.save("ann", "run1", rows), records.catalogue.save("ann", "run2", rows[::-1])
    )
    assert {one.product_id for one in saved[0]} == {one.product_id for one in saved[1]}
    page = await records.entities.listed("ann", KIND, limit=50)
    assert len(page.items) == 20


async def test_owners_have_products_of_their_own_and_a_deleted_one_is_new_again(records: SqlRecords) -> None:
    (anns,) = await records.catalogue.save("ann", "run1", [stated(gtin="96385074")])
    (bobs,) = await records.catalogue.save("bob", "run2", [stated(gtin="96385074")])
    assert anns.product_id != bobs.product_id
    await records.catalogue.delete("ann", [anns.product_id, bobs.product_id])
    assert (await product(records, bobs.product_id, "bob")).values.gtin == "96385074"
    assert await records.catalogue.find("ann", ["gtin:00000096385074"]) == {}
    (anew,) = await records.catalogue.save("ann", "run3", [stated(gtin="96385074")])
    assert anew.change == "new"
    assert anew.product_id != anns.product_id


async def test_a_product_that_a_person_renumbered_is_known_by_both_numbers(records: SqlRecords) -> None:
    first, other = await records.catalogue.save(
        "ann", "run1", [stated(sku="K1", brand="Fira"), stated("a.csv, row 3", sku="K2", brand="Fira")]
    )
    kept = await product_of(records, first.product_id, owner_id="ann")
    renumbered = edited(kept.product, {"sku": "K9", "gtin": "96385074"}, by="user:ann", now=2)
    assert await records.catalogue.replace("ann", [(renumbered, kept.row)]) == []
    known = await records.catalogue.find("ann", [item_key(number) for number in ("K1", "K2", "K9")])
    assert list(known.values()) == [first.product_id, other.product_id, first.product_id]
    (by_gtin,) = await records.catalogue.save("ann", "run2", [stated(gtin="96385074", brand="Fira")])
    assert by_gtin.product_id == first.product_id
