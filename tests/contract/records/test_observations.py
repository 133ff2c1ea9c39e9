"""What pages state of products, kept and read a few at a time."""

import tracemalloc
from decimal import Decimal

import pytest

from magicai.shops.crawl import CrawlBatch, UrlKind, Visit
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Availability, Observation, Rating, Source, Variant
from tests.contract.records.crawled import SHOP, names, read, stated
from tests.contract.records.example_rows import Make

# Bytes while the test's 12,000 observations are read: those of fifty pages would take 6 MB.
MOST_HELD = 3_000_000


async def test_pages_that_change_while_they_are_read_are_read_once(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    pages = [Visit(read(f"/{number:03}"), [stated(str(number))]) for number in range(120)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
    seen: list[str] = []
    async for observation in records.crawls.observations(crawl.crawl_id):
        if not seen:
            await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
        seen.append(observation.name)
    assert seen == [str(number) for number in range(120)]


async def test_pages_that_state_much_are_read_few_at_a_time(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    pages = [Visit(read(f"/{page:03}"), [stated(f"{page} {place}") for place in range(200)]) for page in range(60)]
    written = [observation.name for page in pages for observation in page.observations or ()]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
    tracemalloc.start()
    try:
        seen = 0
        async for observation in records.crawls.observations(crawl.crawl_id):
            assert observation.name == written[seen]
            seen += 1
        assert seen == len(written)
        assert tracemalloc.get_traced_memory()[1] < MOST_HELD
    finally:
        tracemalloc.stop()


async def test_observations_come_back_as_they_were_stated(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    whole = Observation(
        url=f"{SHOP}/p",
        name="Tea 茶",
        source=Source.MICRODATA,
        page_url=f"{SHOP}/a",
        digest="d",
        at_us=3,
        price=Decimal("1.2345"),
        currency="KWD",
        list_price=Decimal(2),
        availability=Availability.PREORDER,
        sku="s",
        gtin="4006381333931",
        brand="b",
        category=("x", "y"),
        rating=Rating(value=4.5, count=3),
        images=("i",),
        description="d",
        variants=[Variant(name="M", price=Decimal("1.20"), currency="KWD")],
    )
    bare = Observation(url="", name="x", source=Source.TABLE)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/a"), [whole, bare])]))
    assert await records.crawls.observations_of(crawl.crawl_id, f"{SHOP}/a") == [whole, bare]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/a", kind=UrlKind.LISTING), None)]))
    assert await records.crawls.observations_of(crawl.crawl_id, f"{SHOP}/a") == [whole, bare]
    assert [observation async for observation in records.crawls.observations(crawl.crawl_id)] == [whole, bare]


async def test_observations_come_in_the_order_of_their_pages(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    visits = [Visit(read("/b"), [stated("b1"), stated("b2")]), Visit(read("/a"), [stated("a")]), Visit(read("/0"))]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    assert await names(records, crawl) == ["a", "b1", "b2"]


@pytest.mark.parametrize("now", [[], [stated("new")]])
async def test_a_page_that_is_read_again_replaces_what_it_stated(
    records: ShopRecords, make: Make, now: list[Observation]
) -> None:
    crawl = await make.crawl()
    for observations in ([stated("old"), stated("older")], now):
        await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/a"), observations)]))
    assert await names(records, crawl) == [observation.name for observation in now]


@pytest.mark.parametrize(
    "bad",
    [
        stated("bad", price=Decimal("NaN")),
        stated("bad", list_price=Decimal("Infinity")),
        stated("bad", rating=Rating(value=float("nan"))),
        stated("bad \ud83d", price=Decimal("NaN")),
    ],
)
async def test_a_number_that_is_none_costs_a_page_nothing_else(
    records: ShopRecords, make: Make, bad: Observation
) -> None:
    crawl = await make.crawl()
    visit = Visit(read("/a"), [stated("tea"), bad, stated("cup")])
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([visit]))
    assert await names(records, crawl) == ["tea", "cup"]
