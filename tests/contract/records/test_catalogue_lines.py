"""Products in an order: page by page, whatever is equal or missing, and after changes."""

import itertools
from typing import Any

import pytest

from integrations.records.store import SqlRecords
from magicai.catalogue.editing import edit
from magicai.catalogue.families import Family, Requirement, save_family
from magicai.catalogue.listing import relist
from magicai.catalogue.ports import Line, Sort
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values

GIVEN: list[dict[str, Any]] = [
    {"name": "pot", "brand": "Fira", "price": "9.90", "currency": "EUR"},
    {"name": "Kettle", "brand": "fira", "price": "100", "currency": "EUR"},
    {"name": "Cup"},
    {"name": "Kettle", "brand": "Havn", "price": "9.90", "currency": "EUR"},
    {"name": "龙井", "brand": "Havn", "price": "1000000000000", "currency": "EUR"},
]


async def saved(records: SqlRecords) -> list[str]:
    stated = [
        SourceStatement(
            values=Values.model_validate({"sku": f"K{number}", **one}),
            origin=Origin(kind=OriginKind.FILE, source="a.csv", place=f"a.csv, row {number}", at=1),
        )
        for number, one in enumerate(GIVEN)
    ]
    return [one.product_id for one in await records.catalogue.save("ann", "run1", stated)]


async def listed(
    records: SqlRecords, ids: list[str], sort: Sort | None, *, descending: bool = False, **where: list[str]
) -> list[int]:
    """Places in GIVEN, fetched two by two."""
    found: list[Line] = []
    while page := await records.catalogue.listed(
        "ann", sort=sort, descending=descending, where=where, after=found[-1] if found else None, limit=2
    ):
        found += page
    return [ids.index(line.product_id) for line in found]


@pytest.mark.parametrize(
    ("sort", "expected", "reversed_"),
    [
        ("name", [2, 1, 3, 0, 4], [4, 0, 3, 1, 2]),
        ("price", [0, 3, 1, 2, 4], [1, 3, 0, 4, 2]),
        ("brand", [0, 1, 3, 4, 2], [4, 3, 1, 0, 2]),
    ],
)
async def test_products_come_in_order_and_those_without_a_value_last(
    records: SqlRecords, sort: Sort, expected: list[int], reversed_: list[int]
) -> None:
    ids = await saved(records)
    assert await listed(records, ids, sort) == expected
    assert await listed(records, ids, sort, descending=True) == reversed_
    assert await records.catalogue.listed("bob", sort=sort, descending=False, where={}, limit=9) == []


async def test_an_order_is_narrowed_down(records: SqlRecords) -> None:
    ids = await saved(records)
    assert await listed(records, ids, "price", brand=["Havn", "Fira"]) == [0, 3, 4]
    assert await listed(records, ids, None, brand=["Havn", ""]) == [4, 3, 2]
    among = await records.catalogue.listed("ann", sort="name", descending=False, where={}, among=ids[:2], limit=9)
    assert [line.product_id for line in among] == [ids[1], ids[0]]


async def test_what_was_edited_stands_where_it_belongs_and_what_was_deleted_nowhere(records: SqlRecords) -> None:
    ids = await saved(records)
    await edit(records, ids[2], {"price": "20", "currency": "EUR"}, owner_id="ann")
    await records.catalogue.delete("ann", [ids[0]])
    assert await listed(records, ids, "price") == [3, 2, 1, 4]
    assert (await listed(records, ids, "updated", descending=True))[0] == 2


async def test_completeness_follows_products_and_families(records: SqlRecords) -> None:
    ids = await saved(records)
    assert await listed(records, ids, None, completeness=["complete"]) == []
    family = Family(requirements=(Requirement(channel="shop", attributes=("name", "brand")),))
    await save_family(records.entities, "All", family, owner_id="ann")
    await relist(records, owner_id="ann")
    assert await listed(records, ids, "completeness", descending=True) == [4, 3, 1, 0, 2]
    assert await listed(records, ids, None, completeness=["incomplete"]) == [2]
    await edit(records, ids[2], {"brand": "Fira"}, owner_id="ann")
    assert await listed(records, ids, None, completeness=["incomplete"]) == []


async def test_a_page_does_not_repeat_what_moved_meanwhile(records: SqlRecords) -> None:
    ids = await saved(records)
    first = await records.catalogue.listed("ann", sort="name", descending=False, where={}, limit=3)
    await edit(records, ids[4], {"name": "Aa"}, owner_id="ann")
    rest = await records.catalogue.listed("ann", sort="name", descending=False, where={}, after=first[-1], limit=9)
    seen = [ids.index(line.product_id) for line in itertools.chain(first, rest)]
    assert seen == [2, 1, 3, 0]
