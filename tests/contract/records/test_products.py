import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from integrations.records import models
from integrations.records.store import SqlRecords
from magicai.errors import NotFound
from magicai.shops.crawl import Crawl
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Availability, FieldProvenance, Product, Provenance, Rating, Seen, Source, Variant
from magicai.stores.entity import Entity
from tests.codes import says
from tests.contract.records.example_rows import Make

SHOP = "shop.example"


def product(product_id: str, **changed: Any) -> Product:
    values = {"id": product_id, "url": f"https://{SHOP}/{product_id}", "name": product_id}
    return Product.model_validate({**values, **changed})


def entity(product_id: str) -> Entity:
    return Entity("product", product_id, "ann", product_id, "")


async def ids(records: ShopRecords, crawl: Crawl) -> list[str]:
    return [product.id async for product in records.products.of_crawl(crawl.crawl_id)]


async def identify(records: ShopRecords, *keys: list[str], owner_id: str = "ann", shop: str = SHOP) -> list[str]:
    return await records.products.identify(owner_id, shop, keys)


async def test_a_product_is_known_again_by_any_of_its_keys(records: ShopRecords) -> None:
    (first,) = await identify(records, ["gtin:1", "sku:a", "url:x", "name:tea"])
    for keys in (["gtin:1"], ["sku:a"], ["url:x", "name:cup"], ["name:tea"]):
        assert await identify(records, keys) == [first]


async def test_the_strongest_known_key_wins(records: ShopRecords) -> None:
    by_gtin, by_url = await identify(records, ["gtin:1"], ["url:x"])
    assert by_gtin != by_url
    assert await identify(records, ["gtin:1", "url:x"]) == [by_gtin]


async def test_keys_that_are_seen_later_are_noted_down(records: ShopRecords) -> None:
    (first,) = await identify(records, ["url:x"])
    assert await identify(records, ["gtin:1", "url:x"]) == [first]
    assert await identify(records, ["gtin:1"]) == [first]


async def test_products_of_one_name_under_two_addresses_are_two(records: ShopRecords) -> None:
    one, two = await identify(records, ["url:x", "name:gift card"], ["url:y", "name:gift card"])
    assert one != two
    assert await identify(records, ["url:y", "name:gift card"], ["url:x"]) == [two, one]


async def test_another_gtin_under_the_same_address_is_another_product(records: ShopRecords) -> None:
    (one,) = await identify(records, ["gtin:1", "url:x", "name:tea"])
    (two,) = await identify(records, ["gtin:2", "url:x", "name:tea"])
    assert one != two
    assert await identify(records, ["gtin:1"], ["gtin:2"]) == [one, two]


async def test_products_that_share_a_number_are_told_apart_by_their_addresses(records: ShopRecords) -> None:
    one, two, three = await identify(records, ["sku:a", "url:x"], ["url:y"], ["sku:a", "url:z"])
    assert len({one, two, three}) == 3  # one number under two addresses is two products
    assert await identify(records, ["sku:a", "url:z"], ["sku:a", "url:x"], ["sku:a"]) == [three, one, one]


async def test_keys_hold_within_owner_and_shop(records: ShopRecords) -> None:
    mine = await identify(records, ["gtin:1"])
    assert await identify(records, ["gtin:1"], owner_id="bob") != mine
    assert await identify(records, ["gtin:1"], shop="other.example") != mine


async def test_what_has_no_key_is_new_each_time(records: ShopRecords) -> None:
    one, two = await identify(records, [], [])
    assert one != two


async def test_the_same_keys_at_the_same_time_get_the_same_ids(records: ShopRecords) -> None:
    keys = [[f"gtin:{number}", f"url:{number}"] for number in range(20)]
    answers = await asyncio.gather(*(identify(records, *keys) for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(set(answers[0])) == 20


async def test_more_keys_than_one_statement_takes(records: ShopRecords) -> None:
    keys = [[f"sku:{number}", f"url:{number}"] for number in range(1500)]
    first = await identify(records, *keys)
    assert len(set(first)) == 1500
    assert await identify(records, *keys) == first


async def test_products_come_back_whole_and_in_order(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    whole = product(
        "p2",
        price=Decimal("12.90"),
        currency="EUR",
        list_price=Decimal("15.00"),
        availability=Availability.IN_STOCK,
        sku="s",
        gtin="4006381333931",
        brand="茶",
        category=("Tea", "Green"),
        rating=Rating(value=4.5),
        images=("i",),
        description="d",
        variants=(Variant(name="100 g", price=Decimal("12.90"), currency="EUR"),),
        seen=Seen.NOT_VISITED,
        provenance={"name": Provenance(url="u", source=Source.JSON_LD, digest="d", at="2026-01-01T00:00:00Z")},
    )
    products = [whole, product("p1"), *(product(f"q{number}") for number in range(1100))]
    await records.products.save(crawl, products, [])
    assert [found async for found in records.products.of_crawl(crawl.crawl_id)] == products


async def test_saving_again_replaces_the_crawls_products_and_no_others(records: ShopRecords, make: Make) -> None:
    crawl, other = await make.crawl(), await make.crawl()
    for each in (crawl, other):
        await records.products.save(each, [product("a"), product("b"), product("c")], [])
    await records.products.save(crawl, [product("c"), product("d")], [])
    assert await ids(records, crawl) == ["c", "d"]
    assert await ids(records, other) == ["a", "b", "c"]


async def test_products_may_come_in_parts_and_a_part_again(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [product("x"), product("y"), product("z")], [])
    await records.products.save(crawl, [product("a"), product("b")], [], more=True)
    for _ in range(2):
        await records.products.save(crawl, [product("c")], [], at=2)
    assert await ids(records, crawl) == ["a", "b", "c"]


async def test_a_product_that_comes_twice_is_kept_once(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [product("a", name="1"), product("b"), product("a", name="2")], [])
    assert sorted(await ids(records, crawl)) == ["a", "b"]


async def test_products_save_their_entities_with_their_outbox_rows(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    names = [f"p{number:04}" for number in range(700)]
    for _ in range(2):
        await records.products.save(crawl, [product(name) for name in names], [entity(name) for name in names])
    assert await records.entities.behind("search") == 700
    assert {version for _, _, version in await records.entities.pending("search", 1000)} == {1}


async def test_entities_may_come_without_products(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [], [entity(f"p{number}") for number in range(600)])
    assert await records.entities.behind("graph") == 600
    assert await ids(records, crawl) == []


@pytest.mark.parametrize(
    ("price", "currency", "kept"),
    [
        ("12.90", "EUR", (1290, "EUR", 2)),
        ("1200", "JPY", (1200, "JPY", 0)),
        ("1.2345", "KWD", (1234, "KWD", 3)),
        ("12.90", None, (1290, None, 2)),
        ("90071992547409.93", "USD", (9007199254740993, "USD", 2)),
        (None, "EUR", (None, "EUR", 2)),
        ("1e30", "EUR", (None, "EUR", 2)),
    ],
)
async def test_offers_hold_exact_minor_units(
    records: SqlRecords, make: Make, price: str | None, currency: str | None, kept: tuple[Any, ...]
) -> None:
    crawl = await make.crawl()
    amount = None if price is None else Decimal(price)
    sold = product("a", price=amount, currency=currency, list_price=amount, brand="B", category=("Tea", "Green"))
    await records.products.save(crawl, [sold], [])
    offer = await records.database.read(lambda c: c.execute(select(models.offers)).mappings().one())
    assert (offer["price_minor"], offer["currency"], offer["exponent"]) == kept
    assert offer["list_price_minor"] == offer["price_minor"]
    assert (offer["category"], offer["brand"], offer["availability"], offer["seen"], offer["owner_id"]) == (
        ("Tea", "B", "unknown", "seen", "ann")
    )


@pytest.mark.parametrize("price", ["1e30", "-1e400", "99999999999999999999.99"])
async def test_a_price_that_no_currency_holds_stops_nothing(records: ShopRecords, make: Make, price: str) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [product("a", price=Decimal(price), currency="EUR")], [])
    assert await ids(records, crawl) == ["a"]


async def test_products_of_no_crawl_are_refused(records: ShopRecords) -> None:
    with pytest.raises(NotFound, check=says("crawl_not_found")):
        await records.products.save(Crawl("none", "r", "ann", SHOP, "", 0), [product("a")], [])


async def test_what_may_be_missing_stays_so_beside_what_cannot_be_kept(records: SqlRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [product("a", brand="\0"), product("b", brand=None)], [])
    query = select(models.offers.c.brand).order_by(models.offers.c.position)
    assert await records.database.read(lambda c: list(c.execute(query).scalars())) == ["\ufffd", None]


async def test_custom_fields_are_set_on_one_product_and_may_be_set_again(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.products.save(crawl, [product("a"), product("b")], [])
    stated = {"size": FieldProvenance(url="u", source="label", quote="Size: 5", digest="d")}
    for values in ({"size": 4}, {"size": 5, "colours": ("red", "blue"), "care": None}):
        await records.products.fill(crawl.crawl_id, "a", values, stated)
    first, second = [one async for one in records.products.of_crawl(crawl.crawl_id)]
    assert (first.fields, first.field_provenance) == ({"size": 5, "colours": ("red", "blue"), "care": None}, stated)
    assert (second.fields, second.field_provenance) == ({}, {})
