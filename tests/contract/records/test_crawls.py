import gc
import tracemalloc
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from magicai.domain.crawl import (
    Crawl,
    CrawlBatch,
    CrawlCounts,
    Discovered,
    FrontierUrl,
    UrlKind,
    UrlState,
    Visit,
)
from magicai.domain.ids import new_id
from magicai.domain.product import Availability, Observation, Product, Rating, Seen, Source, Variant
from magicai.errors import NotFound
from magicai.ports import Records
from tests.contract.records.making import Clock, Make

SHOP = "https://shop.example"
# Bytes while the test's 12,000 observations are read: those of fifty pages would take 6 MB.
MOST_HELD = 3_000_000


def found(path: str, priority: float = 1.0, kind: UrlKind = UrlKind.PRODUCT) -> Discovered:
    return Discovered(SHOP + path, kind, priority, 2, f"{SHOP}/list")


def read(path: str, state: UrlState = UrlState.FETCHED, **changed: Any) -> FrontierUrl:
    values: dict[str, Any] = {
        "url": SHOP + path,
        "kind": UrlKind.PRODUCT,
        "priority": 1.0,
        "depth": 2,
        "found_on": f"{SHOP}/list",
        "state": state,
        "status": 200,
        "tries": 1,
        "not_before_us": 5,
        "final_url": f"{SHOP}{path}?x=茶",
        "content_type": "text/html; charset=utf-8",
        "digest": "d" * 64,
        "etag": '"abc"',
        "last_modified": "Mon, 01 Jan 2024 00:00:00 GMT",
        "fetched_at_us": 1_764_000_000_000_000,
        "bytes_read": 1000,
    }
    return FrontierUrl(**{**values, **changed})


def stated(name: str, **changed: Any) -> Observation:
    values: dict[str, Any] = {"url": f"{SHOP}/p", "name": name, "source": Source.JSON_LD, "price": Decimal("12.90")}
    return Observation(**{**values, **changed})


async def names(records: Records, crawl: Crawl) -> list[str]:
    return [observation.name async for observation in records.crawls.observations(crawl.crawl_id)]


async def test_a_run_has_one_crawl_of_a_shop(records: Records, make: Make) -> None:
    run = await make.run()
    crawl = await make.crawl(run)
    assert await make.crawl(run) == crawl
    other = await make.crawl(run, shop="other.example")
    assert await records.crawls.of_run(run.run_id) == sorted([crawl, other], key=lambda crawl: crawl.crawl_id)


async def test_a_crawl_of_no_run_is_refused(records: Records) -> None:
    with pytest.raises(NotFound, match="nobody"):
        await records.crawls.open(Crawl(new_id(), "nobody", "ann", "shop.example", SHOP, 0))


async def test_a_batch_for_no_crawl_is_refused(records: Records) -> None:
    with pytest.raises(NotFound, match="no crawl 'none'"):
        await records.crawls.commit("none", CrawlBatch(discovered=[found("/a")]))


async def test_what_is_pending_comes_by_priority_then_as_found(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/z"), found("/a"), found("/high", 9)]))
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/m"), found("/low", -1)]))
    pending = await records.crawls.pending(crawl.crawl_id, 10)
    assert [row.url.removeprefix(SHOP) for row in pending] == ["/high", "/z", "/a", "/m", "/low"]
    assert pending[0] == FrontierUrl(f"{SHOP}/high", UrlKind.PRODUCT, 9, 2, f"{SHOP}/list")
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 2)] == [row.url for row in pending[:2]]


async def test_a_visited_row_is_no_longer_pending_and_comes_back_whole(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a"), found("/b")]))
    row = read("/a", rendered=True, needs_rendering=True, complete_listing=True, reason="why", kind=UrlKind.LISTING)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row)]))
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 10)] == [f"{SHOP}/b"]
    assert await records.crawls.row(crawl.crawl_id, row.url) == row
    assert await records.crawls.row(crawl.crawl_id, f"{SHOP}/nowhere") is None


async def test_an_address_that_has_to_be_tried_again_keeps_its_place(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a"), found("/b")]))
    again = read("/a", UrlState.PENDING, status=503, tries=1, not_before_us=9)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(again)]))
    first, second = await records.crawls.pending(crawl.crawl_id, 10)
    assert (first, second.url) == (again, f"{SHOP}/b")


async def test_finding_an_address_again_changes_nothing(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(read("/a"))], [found("/a", 99)]))
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a", 99)]))
    assert await records.crawls.row(crawl.crawl_id, f"{SHOP}/a") == read("/a")
    assert await records.crawls.known(crawl.crawl_id) == [f"{SHOP}/a"]


async def test_the_same_batch_twice_is_the_same_as_once(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    batch = CrawlBatch([Visit(read("/a"), [stated("tea")])], [found("/b"), found("/c")])
    for _ in range(2):
        await records.crawls.commit(crawl.crawl_id, batch)
    assert sorted(await records.crawls.known(crawl.crawl_id)) == [f"{SHOP}/a", f"{SHOP}/b", f"{SHOP}/c"]
    assert await names(records, crawl) == ["tea"]


async def test_rows_come_in_address_order_however_many(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    paths = [f"/{number:04}" for number in range(1203)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found(path) for path in reversed(paths)]))
    rows = [row.url.removeprefix(SHOP) async for row in records.crawls.rows(crawl.crawl_id)]
    assert rows == paths


async def test_rows_are_let_go_as_they_are_taken(records: Records, make: Make) -> None:
    """Else whoever reads many holds those of one part, and then of two, as long as they read."""
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found(f"/{n:04}") for n in range(1200)]))

    def held() -> int:
        return sum(isinstance(one, FrontierUrl) for one in gc.get_objects())

    gc.collect()
    before, fewest, number = held(), 1200, 0
    async for _ in records.crawls.rows(crawl.crawl_id):
        number += 1
        if number % 50 == 45:
            fewest = min(fewest, held() - before)
    assert fewest <= 10


async def test_rows_come_by_state_and_kind(records: Records, make: Make) -> None:
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


async def test_pages_that_change_while_they_are_read_are_read_once(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    pages = [Visit(read(f"/{number:03}"), [stated(str(number))]) for number in range(120)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
    seen: list[str] = []
    async for observation in records.crawls.observations(crawl.crawl_id):
        if not seen:
            await records.crawls.commit(crawl.crawl_id, CrawlBatch(pages))
        seen.append(observation.name)
    assert seen == [str(number) for number in range(120)]


async def test_pages_that_state_much_are_read_few_at_a_time(records: Records, make: Make) -> None:
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


async def test_observations_come_back_as_they_were_stated(records: Records, make: Make) -> None:
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


async def test_observations_come_in_the_order_of_their_pages(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    visits = [Visit(read("/b"), [stated("b1"), stated("b2")]), Visit(read("/a"), [stated("a")]), Visit(read("/0"))]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    assert await names(records, crawl) == ["a", "b1", "b2"]


@pytest.mark.parametrize("now", [[], [stated("new")]])
async def test_a_page_that_is_read_again_replaces_what_it_stated(
    records: Records, make: Make, now: list[Observation]
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
async def test_a_number_that_is_none_costs_a_page_nothing_else(records: Records, make: Make, bad: Observation) -> None:
    crawl = await make.crawl()
    visit = Visit(read("/a"), [stated("tea"), bad, stated("cup")])
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([visit]))
    assert await names(records, crawl) == ["tea", "cup"]


@pytest.mark.parametrize("pages", [1, 3])
async def test_half_a_character_costs_a_page_nothing(records: Records, make: Make, pages: int) -> None:
    crawl = await make.crawl()
    visits = [
        Visit(read(f"/{page}", etag='"\ud83d\\u0000', reason="\0"), [stated('"tea" \ud83d')]) for page in range(pages)
    ]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    assert await names(records, crawl) == ['"tea" \ufffd'] * pages
    rows = [row async for row in records.crawls.rows(crawl.crawl_id)]
    assert [(row.etag, row.reason) for row in rows] == [('"\ufffd\\u0000', "\ufffd")] * pages


async def test_of_many_rows_only_what_cannot_be_kept_is_changed(records: Records, make: Make) -> None:
    """Texts of a batch are looked at together, where two halves of different characters stand side by side."""
    crawl = await make.crawl()
    reasons = ["茶", "\ud83d", "\udc36", "", "a\0b", "plain"]
    visits = [Visit(read(f"/{number}", reason=reason)) for number, reason in enumerate(reasons)]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    rows = [row async for row in records.crawls.rows(crawl.crawl_id)]
    assert [row.reason for row in rows] == ["茶", "\ufffd", "\ufffd", "", "a\ufffdb", "plain"]


async def test_an_address_that_is_found_twice_at_once_is_one_row(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[found("/a", 3), found("/b"), found("/a", 9)]))
    pending = await records.crawls.pending(crawl.crawl_id, 10)
    assert [(row.url.removeprefix(SHOP), row.priority) for row in pending] == [("/a", 3), ("/b", 1)]


async def test_a_row_that_was_put_off_is_settled_by_a_later_batch(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    for row in (read("/a", UrlState.PENDING, status=None, not_before_us=9), read("/a", tries=2, needs_rendering=True)):
        await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row)], [found("/a"), found("/b")]))
        assert await records.crawls.row(crawl.crawl_id, row.url) == row
    assert [row.url for row in await records.crawls.pending(crawl.crawl_id, 10)] == [f"{SHOP}/b"]


async def test_kinds_and_answers_come_back_as_such(records: Records, make: Make) -> None:
    """SQLite has neither names of kinds nor yes and no, and its driver is given them as they are."""
    crawl = await make.crawl()
    visits = [Visit(read(f"/{kind}", kind=kind, rendered=kind is UrlKind.FEED)) for kind in UrlKind]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    rows = {row.kind: row async for row in records.crawls.rows(crawl.crawl_id)}
    assert set(rows) == set(UrlKind)
    assert all(row.rendered is (kind is UrlKind.FEED) for kind, row in rows.items())
    assert all(type(row.kind) is UrlKind and type(row.state) is UrlState for row in rows.values())


async def test_counts_say_how_many_stand_where(records: Records, make: Make) -> None:
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


async def test_a_reopened_address_is_pending_and_keeps_what_is_known(records: Records, make: Make) -> None:
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


async def test_working_time_grows_by_batch_and_never_shrinks(records: Records, make: Make) -> None:
    run = await make.run()
    crawl = await make.crawl(run)
    for spent in (10, 20):
        await records.crawls.commit(crawl.crawl_id, CrawlBatch(spent_us=spent))
    assert (await make.crawl(run)).spent_us == 30
    await records.crawls.close(replace(crawl, finished_at=9, spent_us=5))
    assert (await make.crawl(run)).spent_us == 30


async def test_a_closed_crawl_says_how_it_ended(records: Records, make: Make) -> None:
    crawl = await make.crawl()
    ended = replace(crawl, finished_at=9, complete=True, coverage=0.75, spent_us=4)
    await records.crawls.close(ended)
    assert await records.crawls.of_run(crawl.run_id) == [ended]
    with pytest.raises(NotFound):
        await records.crawls.close(replace(crawl, crawl_id="none"))


async def test_the_last_finished_crawl_is_the_latest_of_owner_and_shop_with_products(
    records: Records, make: Make, clock: Clock
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


async def test_a_crawl_whose_products_are_still_being_saved_is_not_compared_with(
    records: Records, make: Make, clock: Clock
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
