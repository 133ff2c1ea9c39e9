"""Addresses of a crawl: which are to be read, what is known of each, and that none comes twice."""

import gc
from dataclasses import replace
from typing import Any

from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.ports import ShopRecords
from tests.contract.records.crawled import SHOP, found, read
from tests.contract.records.example_rows import Make


async def test_what_is_pending_comes_by_priority_then_as_found(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/z"), found("/a"), found("/high", 9)]))
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/m"), found("/low", -1)]))
    pending = await records.crawls.pending(crawl.crawl_id, 10)
    assert [row.url.removeprefix(SHOP) for row in pending] == ["/high", "/z", "/a", "/m", "/low"]
    assert pending[0] == FrontierUrl(f"{SHOP}/high", UrlKind.PRODUCT, 9, 2, f"{SHOP}/list")
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 2)] == [row.url for row in pending[:2]]


async def test_a_visited_row_is_no_longer_pending_and_comes_back_whole(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a"), found("/b")]))
    row = read("/a", rendered=True, needs_rendering=True, complete_listing=True, reason="why", kind=UrlKind.LISTING)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row)]))
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 10)] == [f"{SHOP}/b"]
    assert await records.crawls.row(crawl.crawl_id, row.url) == row
    assert await records.crawls.row(crawl.crawl_id, f"{SHOP}/nowhere") is None


async def test_an_address_that_has_to_be_tried_again_keeps_its_place(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a"), found("/b")]))
    again = read("/a", UrlState.PENDING, status=503, tries=1, not_before_us=9)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(again)]))
    first, second = await records.crawls.pending(crawl.crawl_id, 10)
    assert (first, second.url) == (again, f"{SHOP}/b")


async def test_finding_an_address_again_changes_nothing(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/a"))], [found("/a", 99)]))
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a", 99)]))
    assert await records.crawls.row(crawl.crawl_id, f"{SHOP}/a") == read("/a")
    assert await records.crawls.known(crawl.crawl_id) == [f"{SHOP}/a"]


async def test_rows_come_in_address_order_however_many(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    paths = [f"/{number:04}" for number in range(1203)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found(path) for path in reversed(paths)]))
    rows = [row.url.removeprefix(SHOP) async for row in records.crawls.rows(crawl.crawl_id)]
    assert rows == paths


async def test_rows_are_let_go_as_they_are_taken(records: ShopRecords, make: Make) -> None:
    """Else whoever reads many holds those of one part, and then of two, as long as they read."""
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found(f"/{n:04}") for n in range(1200)]))

    def held() -> int:
        return sum(isinstance(get_object, FrontierUrl) for get_object in gc.get_objects())

    gc.collect()
    gc.freeze()  # what others have made is not looked through each time
    fewest, number = 1200, 0
    async for _ in records.crawls.rows(crawl.crawl_id):
        number += 1
        if number % 50 == 45:
            fewest = min(fewest, held())
    assert fewest <= 10


async def test_rows_come_by_state_and_kind(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    visits = [
        Visit(read("/a")),
        Visit(read("/b", UrlState.FAILED)),
        Visit(read("/c", kind=UrlKind.LISTING)),
        Visit(read("/d", UrlState.UNCHANGED)),
    ]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits, [found("/e")]))

    async def paths(**wanted: Any) -> list[str]:
        return [row.url.removeprefix(SHOP) async for row in records.crawls.rows(crawl.crawl_id, **wanted)]

    assert await paths(states=[UrlState.FETCHED]) == ["/a", "/c"]
    assert await paths(kinds=[UrlKind.LISTING]) == ["/c"]
    assert await paths(states=[UrlState.FETCHED, UrlState.UNCHANGED], kinds=[UrlKind.PRODUCT]) == ["/a", "/d"]


async def test_of_many_rows_only_what_cannot_be_kept_is_changed(records: ShopRecords, make: Make) -> None:
    """Texts of a batch are looked at together, where two halves of different characters stand side by side."""
    crawl = await make.crawl()
    reasons = ["茶", "\ud83d", "\udc36", "", "a\0b", "plain"]
    visits = [Visit(read(f"/{number}", reason=reason)) for number, reason in enumerate(reasons)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    rows = [row async for row in records.crawls.rows(crawl.crawl_id)]
    assert [row.reason for row in rows] == ["茶", "\ufffd", "\ufffd", "", "a\ufffdb", "plain"]


async def test_an_address_that_is_found_twice_at_once_is_one_row(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a", 3), found("/b"), found("/a", 9)]))
    pending = await records.crawls.pending(crawl.crawl_id, 10)
    assert [(row.url.removeprefix(SHOP), row.priority) for row in pending] == [("/a", 3), ("/b", 1)]


async def test_a_row_that_was_put_off_is_settled_by_a_later_batch(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    for row in (read("/a", UrlState.PENDING, status=None, not_before_us=9), read("/a", tries=2, needs_rendering=True)):
        await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row)], [found("/a"), found("/b")]))
        assert await records.crawls.row(crawl.crawl_id, row.url) == row
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 10)] == [f"{SHOP}/b"]


async def test_kinds_and_answers_come_back_as_such(records: ShopRecords, make: Make) -> None:
    """SQLite has neither names of kinds nor yes and no, and its driver is given them as they are."""
    crawl = await make.crawl()
    visits = [Visit(read(f"/{kind}", kind=kind, rendered=kind is UrlKind.FEED)) for kind in UrlKind]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    rows = {row.kind: row async for row in records.crawls.rows(crawl.crawl_id)}
    assert set(rows) == set(UrlKind)
    assert all(row.rendered is (kind is UrlKind.FEED) for kind, row in rows.items())
    assert all(type(row.kind) is UrlKind and type(row.state) is UrlState for row in rows.values())


async def test_a_reopened_address_is_pending_and_keeps_what_is_known(records: ShopRecords, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(
        crawl.crawl_id, CrawlBatch([Visit(read("/a", needs_rendering=True)), Visit(read("/b"))])
    )
    await records.crawls.close(replace(crawl, finished_at=9, complete=True))
    await records.crawls.reopen(crawl.crawl_id, [found("/a", 7), found("/new", 3)])
    first, second = await records.crawls.pending(crawl.crawl_id, 10)
    assert (first.url, first.priority, first.tries, first.digest) == (f"{SHOP}/a", 7, 0, "d" * 64)
    assert first.needs_rendering
    assert second.url == f"{SHOP}/new"
    (again,) = await records.crawls.of_run(crawl.run_id)
    assert (again.finished_at, again.complete) == (None, False)
