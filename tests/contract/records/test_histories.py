from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from magicai.shops.analysis import ChangeKind
from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.history import Reading
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product, Seen
from tests.contract.records.example_rows import Clock, Make

SHOP = "shop.example"
KINDS = ChangeKind


def tea(product_id: str = "1", price: str | None = "5.00", **more: Any) -> Product:
    values: dict[str, Any] = {"id": product_id, "url": f"https://{SHOP}/{product_id}", "name": f"Tea {product_id}"}
    return Product.model_validate({**values, "price": price, "currency": "EUR", **more})


class Days:
    """Readings of shops, a day apart."""

    def __init__(self, records: ShopRecords, make: Make, clock: Clock) -> None:
        self._records, self._make, self._clock = records, make, clock

    async def read(
        self,
        *products: Product,
        owner_id: str = "ann",
        shop: str = SHOP,
        complete: bool = True,
        pages: Sequence[FrontierUrl] = (),
    ) -> str:
        """One more reading; answers its crawl's id."""
        self._clock.move(seconds=86_400)
        crawl = await self._make.crawl(owner_id=owner_id, shop=shop)
        await self._records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(page) for page in pages]))
        await self._records.products.save(crawl, products, [])
        ended = replace(crawl, finished_at=self._clock(), complete=complete, coverage=1.0)
        await self._records.crawls.close(ended)
        return crawl.crawl_id


@pytest.fixture
def days(records: ShopRecords, make: Make, clock: Clock) -> Days:
    return Days(records, make, clock)


async def readings(records: ShopRecords, owner_id: str = "ann", **more: Any) -> list[Reading]:
    return await records.histories.readings(owner_id, SHOP, **more)


async def differing(records: ShopRecords, **more: Any) -> dict[str, str]:
    first, *_, last = await readings(records)
    told = await records.histories.compare(first, last, **more)
    return {difference.product_id: difference.kind.value for difference in told.differences}


async def test_a_shops_readings_are_told_oldest_first_and_by_page(records: ShopRecords, days: Days) -> None:
    made = [await days.read(tea()) for _ in range(5)]
    assert [reading.crawl_id for reading in await readings(records)] == made
    latest = await readings(records, limit=2)
    assert [one.crawl_id for one in latest] == made[3:]
    earlier = await readings(records, limit=2, before=made[3])
    assert [one.crawl_id for one in earlier] == made[1:3]


async def test_a_run_has_a_reading_of_each_shop_of_which_it_saw_products(records: ShopRecords, days: Days) -> None:
    await days.read(tea())
    (reading,) = await readings(records)
    assert await records.histories.of_run(reading.run_id) == [reading]
    assert (reading.shop, reading.products) == (SHOP, 1)


async def test_what_saw_nothing_or_goes_on_is_no_reading(records: ShopRecords, days: Days, make: Make) -> None:
    await days.read()
    await make.crawl()
    assert await readings(records) == []
    assert await records.histories.shops("ann") == []


async def test_shops_are_told_with_how_often_they_were_read(records: ShopRecords, days: Days, clock: Clock) -> None:
    for shop in ("b.example", "a.example", "b.example"):
        await days.read(tea(), shop=shop)
    told = await records.histories.shops("ann")
    assert [(one.shop, one.readings) for one in told] == [("a.example", 1), ("b.example", 2)]
    assert told[1].last_read_at == clock()
    assert [one.shop for one in await records.histories.shops("ann", after="a.example")] == ["b.example"]
    assert [one.shop for one in await records.histories.shops("ann", limit=1)] == ["a.example"]


async def test_a_product_has_an_offer_for_each_reading_that_knew_it(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1", "5.00"))
    await days.read(tea("1", "6.00"), tea("2", None))
    await days.read(tea("1", "6.00", seen=Seen.NOT_VISITED), tea("2", "1.00", currency="JPY", name="Green tea"))
    first, second = await records.histories.products(await readings(records))
    prices = [None if offer is None else (offer.price, offer.seen.value) for offer in first.offers]
    assert prices == [(Decimal("5.00"), "seen"), (Decimal("6.00"), "seen"), (Decimal("6.00"), "not_visited")]
    assert second.name == "Green tea", "as the latest reading has it"
    nothing, unpriced, priced = second.offers
    assert nothing is None
    assert unpriced is not None
    assert unpriced.price is None
    assert priced is not None
    assert (format(priced.price or 0, "f"), priced.currency) == ("1", "JPY")


async def test_the_same_number_of_another_currency_is_another_price(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1"), tea("2"))
    await days.read(tea("1", currency="USD"), tea("2"))
    found = await records.histories.products(await readings(records), changed=True)
    assert [one.product_id for one in found] == ["1"]


async def test_only_what_changed_its_price_is_told_where_that_is_asked(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1"), tea("2"), tea("3"))
    await days.read(tea("1", "4.00"), tea("2"), tea("3", "9.00", seen=Seen.NOT_VISITED))
    found = await records.histories.products(await readings(records), changed=True)
    assert [one.product_id for one in found] == ["1"]


async def test_words_and_ids_narrow_the_products_and_pages_go_on(records: ShopRecords, days: Days) -> None:
    await days.read(*(tea(f"{n:04}", brand="Fíra" if n % 7 == 0 else "Oslo") for n in range(1200)))
    seen: list[str] = []
    told = await readings(records)
    while page := await records.histories.products(told, words="fíra TEA", limit=50, after=seen[-1] if seen else ""):
        seen += [one.product_id for one in page]
    assert seen == [f"{n:04}" for n in range(0, 1200, 7)]
    two = await records.histories.products(told, ids=["0003", "0005"])
    assert [one.product_id for one in two] == ["0003", "0005"]


async def test_two_readings_differ_by_price_stock_and_what_came_and_went(records: ShopRecords, days: Days) -> None:
    await days.read(
        tea("1"), tea("2"), tea("3", availability="in_stock"), tea("4"), tea("5"), tea("6"), tea("8", "7.00")
    )
    await days.read(
        tea("1", "4.00"),
        tea("2", "6.00"),
        tea("3", availability="out_of_stock"),
        tea("4", seen=Seen.GONE),
        tea("5", seen=Seen.NOT_VISITED),
        tea("6"),
        tea("7"),
        tea("8", "9.00", currency="USD"),
    )
    assert await differing(records) == {
        "1": KINDS.CHEAPER, "2": KINDS.DEARER, "7": KINDS.NEW, "4": KINDS.GONE, "3": KINDS.SOLD_OUT,
    }  # fmt: skip
    first, last = await readings(records)
    told = await records.histories.compare(first, last, limit=2, at=1)
    assert (told.compared, told.counts) == (5, dict.fromkeys(set(KINDS) - {KINDS.BACK}, 1))
    assert [(one.product_id, one.name) for one in told.differences] == [("2", "Tea 2"), ("7", "Tea 7")]


async def test_what_a_reading_between_found_gone_is_gone(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1"), tea("2"), tea("3"))
    await days.read(tea("1"), tea("2", seen=Seen.GONE), tea("3"))
    await days.read(tea("1"))
    assert await differing(records) == {"2": KINDS.GONE}, "3 was not looked at"


async def test_nothing_is_new_against_a_reading_that_was_cut_short(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1"), complete=False)
    await days.read(tea("1", "4.00"), tea("2"))
    assert await differing(records) == {"1": KINDS.CHEAPER}


async def test_what_stood_on_a_page_that_was_not_read_is_not_new(records: ShopRecords, days: Days) -> None:
    outlet = FrontierUrl(
        f"https://{SHOP}/outlet", UrlKind.LISTING, 1.0, 1, state=UrlState.FETCHED, needs_rendering=True
    )
    drawn = replace(outlet, needs_rendering=False, rendered=True)
    await days.read(tea("1"), pages=[outlet])
    await days.read(tea("1"), tea("2"), tea("3"), pages=[drawn, replace(drawn, url=tea("2").url, found_on=drawn.url)])
    assert await differing(records) == {"3": KINDS.NEW}


async def test_nobody_is_told_of_anothers_readings(records: ShopRecords, days: Days) -> None:
    await days.read(tea("1"), owner_id="bob")
    await days.read(tea("2"))
    assert len(await readings(records)) == 1
    assert [product.product_id for product in await records.histories.products(await readings(records))] == ["2"]
    assert [shop.readings for shop in await records.histories.shops("bob")] == [1]
