"""Crawls from their beginning to their end, and which one a later one is compared with."""

from dataclasses import replace
from typing import Any

import pytest

from magicai.errors import NotFound
from magicai.shops.crawl import Crawl, CrawlBatch, CrawlCounts, UrlKind, UrlState, Visit
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product, Seen
from magicai.values.ids import new_id
from tests.codes import says
from tests.contract.records.crawled import SHOP, found, names, read, stated
from tests.contract.records.example_rows import Clock, Make


async def test_a_run_has_one_crawl_of_a_shop(records: ShopRecords, make: Make) -> None:
    run = await make.run()
    crawl = await make.crawl(run)
    assert await make.crawl(run) == crawl
    other = await make.crawl(run, shop="other.example")
    assert await records.crawls.of_run(run.run_id) == sorted([crawl, other], key=lambda crawl: crawl.crawl_id)


async def test_a_crawl_of_no_run_is_refused(records: ShopRecords) -> None:
    with pytest.raises(NotFound, match="nobody"):
        await records.crawls.open(Crawl(new_id(), "nobody", "ann", "shop.example", SHOP, 0))


async def test_a_batch_for_no_crawl_is_refused(records: ShopRecords) -> None:
    with pytest.raises(NotFound, check=says("crawl_not_found", crawl_id="none")):
        await records.crawls.commit("none", CrawlBatch(discovered=[found("/a")]))


async def test_the_same_batch_twice_is_the_same_as_once(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    batch = CrawlBatch([Visit(read("/a"), [stated("tea")])], [found("/b"), found("/c")])
    for _ in range(2):
        await records.crawls.commit(crawl.crawl_id, batch)
    assert sorted(await records.crawls.known(crawl.crawl_id)) == [f"{SHOP}/a", f"{SHOP}/b", f"{SHOP}/c"]
    assert await names(records, crawl) == ["tea"]


@pytest.mark.parametrize("pages", [1, 3])
async def test_half_a_character_costs_a_page_nothing(records: ShopRecords, make: Make, pages: int) -> None:
    crawl = await make.crawl()
    visits = [
        Visit(read(f"/{page}", etag='"\ud83d\\u0000', reason="\0"), [stated('"tea" \ud83d')]) for page in range(pages)
    ]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    assert await names(records, crawl) == ['"tea" \ufffd'] * pages
    rows = [row async for row in records.crawls.rows(crawl.crawl_id)]
    assert [(row.etag, row.reason) for row in rows] == [('"\ufffd\\u0000', "\ufffd")] * pages


async def test_counts_say_how_many_stand_where(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    assert await records.crawls.counts(crawl.crawl_id) == CrawlCounts()
    visits = [
        Visit(read("/1")),
        Visit(read("/2", kind=UrlKind.LISTING, needs_rendering=True)),
        Visit(read("/3", UrlState.UNCHANGED, bytes_read=0)),
        Visit(read("/4", UrlState.REFUSED)),
        Visit(read("/5", UrlState.FAILED)),
        Visit(read("/6", UrlState.SKIPPED)),
    ]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits, [found("/7"), found("/8")]))
    assert await records.crawls.counts(crawl.crawl_id) == CrawlCounts(
        pending=2,
        fetched=2,
        unchanged=1,
        refused=1,
        failed=1,
        skipped=1,
        needs_rendering=1,
        products_seen=2,
        bytes_read=5000,
    )


async def test_working_time_grows_by_batch_and_never_shrinks(records: ShopRecords, make: Make) -> None:
    run = await make.run()
    crawl = await make.crawl(run)
    for spent in (10, 20):
        await records.crawls.commit(crawl.crawl_id, CrawlBatch(spent_us=spent))
    assert (await make.crawl(run)).spent_us == 30
    await records.crawls.close(replace(crawl, finished_at=9, spent_us=5))
    assert (await make.crawl(run)).spent_us == 30


async def test_a_closed_crawl_says_how_it_ended(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    ended = replace(crawl, finished_at=9, complete=True, coverage=0.75, spent_us=4)
    await records.crawls.close(ended)
    assert await records.crawls.of_run(crawl.run_id) == [ended]
    with pytest.raises(NotFound):
        await records.crawls.close(replace(crawl, crawl_id="none"))


async def test_the_last_finished_crawl_is_the_latest_of_owner_and_shop_with_products(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    async def finished(*, saved: int = 1, seen: Seen = Seen.SEEN, end: bool = True, **of: Any) -> Crawl:
        clock.move(seconds=1)
        crawl = await make.crawl(**of)
        if end:
            await records.crawls.close(replace(crawl, finished_at=clock()))
        products = [Product(id=f"p{n}", url="", name="", seen=seen) for n in range(saved)]
        await records.products.save(crawl, products, [])
        return crawl

    older, last = await finished(), await finished()
    await finished(owner_id="bob")
    await finished(shop="other.example")
    await finished(saved=0)
    await finished(seen=Seen.NOT_VISITED)
    await finished(end=False)
    now = await finished()
    await finished()

    async def before(crawl: Crawl) -> str | None:
        found = await records.crawls.last_finished("ann", "shop.example", before=crawl.crawl_id)
        return found and found.crawl_id

    assert await before(now) == last.crawl_id
    assert await before(last) == older.crawl_id
    assert await before(older) is None


async def test_the_last_crawl_that_read_a_page_is_the_latest_of_owner_and_site_finished_or_not(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    async def crawled(*, digest: str = "d", **of: Any) -> Crawl:
        clock.move(seconds=1)
        crawl = await make.crawl(**of)
        await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/", digest=digest))]))
        return crawl

    older, last = await crawled(), await crawled()
    await crawled(owner_id="bob")
    await crawled(shop="other.example")
    await crawled(digest="")
    now = await crawled()
    for crawl, before in ((now, last), (last, older), (older, None)):
        found = await records.crawls.last_read("ann", "shop.example", before=crawl.crawl_id)
        assert (found and found.crawl_id) == (before and before.crawl_id)


async def test_a_crawl_whose_products_are_still_being_saved_is_not_compared_with(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    first = await make.crawl()
    await records.crawls.close(replace(first, finished_at=clock()))
    clock.move(seconds=1)
    now = await make.crawl()
    product = Product(id="p", url="", name="")
    for more, there in ((True, False), (False, True)):
        await records.products.save(first, [product], [], more=more)
        last = await records.crawls.last_finished("ann", "shop.example", before=now.crawl_id)
        assert (last is not None) is there
    await records.crawls.reopen(first.crawl_id, [])
    await records.crawls.close(replace(first, finished_at=clock()))
    assert await records.crawls.last_finished("ann", "shop.example", before=now.crawl_id) is None
