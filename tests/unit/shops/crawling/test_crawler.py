"""A crawl reads a shop: what it reads, in which order, what it leaves alone, and when it ends."""

import asyncio
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace

import pytest

from magicai.messages import say
from magicai.ports import FetchedPage, PageRequest
from magicai.shops.crawl import CrawlBatch, UrlKind, UrlState
from magicai.shops.crawling import CrawlLimits, Politeness
from tests.unit.shops.crawling.small_web import (
    AT_ONCE,
    SHOP,
    Answer,
    Web,
    World,
    listing,
    page,
    product,
    small_shop,
    text,
)


async def test_reads_every_product_once() -> None:
    world = World(small_shop())
    counts = await world.crawl()
    assert await world.products() == [f"Lamp {n}" for n in range(1, 7)]
    assert (counts.pending, counts.failed, counts.products_seen) == (0, 0, 6)
    pages = [url for url in world.web.asked if not url.endswith((".txt", ".xml"))]
    assert sorted(pages) == sorted(set(pages))
    assert world.listener.problems == []
    closed = world.finished()
    assert (closed.complete, closed.coverage) == (True, 1.0)
    assert closed.finished_at is not None


async def test_what_was_read_is_kept_while_the_shop_stalls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.shops.crawling.frontier._LONGEST_S", 0.1)
    monkeypatch.setattr("magicai.shops.crawling.crawler._TELL_EVERY_S", 0.01)
    world = World(small_shop())
    answer, asked, kept = world.web.fetch, 0, asyncio.Event()

    async def stall(request: PageRequest) -> FetchedPage:
        nonlocal asked
        asked += 1
        if asked > 8:
            await asyncio.Event().wait()
        return await answer(request)

    def committed(batch: CrawlBatch) -> None:
        if any(visit.row.kind is UrlKind.PRODUCT for visit in batch.visits):
            kept.set()

    monkeypatch.setattr(world.web, "fetch", stall)
    world.crawls.before_commit = committed
    crawling = asyncio.create_task(world.crawl())
    await asyncio.wait_for(kept.wait(), 10)
    assert not crawling.done()
    crawling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await crawling


async def test_obeys_robots_txt_and_stays_in_the_shop() -> None:
    world = World(small_shop())
    await world.crawl()
    rows = await world.rows()
    assert (rows["/secret/1"].state, rows["/secret/1"].why) == (UrlState.REFUSED, say("page_disallowed"))
    assert not any("secret" in url or "other.example" in url for url in world.web.asked)
    assert not any("other.example" in url for url in rows)


async def test_reads_product_pages_first_within_its_budget() -> None:
    lists = {f"/category/{n}": listing([n]) for n in range(10)}
    products = {f"/product/{n}": product(n) for n in range(10, 30)}
    front = listing(range(10, 30), more="".join(f"<a href='/category/{n}'>{n}</a>" for n in range(10)))
    world = World({"/": front, **lists, **products})
    counts = await world.crawl(limits=CrawlLimits(max_pages=15), concurrency=1)
    assert counts.fetched == 15
    assert counts.products_seen == 14
    assert not world.finished().complete
    assert world.finished().coverage == pytest.approx(14 / 20)
    (problem,) = world.listener.problems
    assert "not fetched: the limit of 15 pages was reached. Raise max_pages" in problem


async def test_follows_a_list_to_its_end_and_knows_that_it_did() -> None:
    world = World(small_shop())
    await world.crawl()
    rows = await world.rows()
    assert rows["/category/a"].complete_listing
    assert rows["/category/b"].complete_listing
    assert rows["/category/a?page=2"].depth == rows["/category/a"].depth
    stated = await world.crawls.observations_of(world.crawl_id, f"{SHOP}/category/b")
    assert stated, "marking a list as read keeps what it stated"


async def test_a_list_of_which_a_page_failed_was_not_read_to_its_end() -> None:
    world = World(small_shop(**{"/category/a?page=2": page("broken", 500)}))
    await world.crawl()
    rows = await world.rows()
    assert not rows["/category/a"].complete_listing
    assert rows["/category/b"].complete_listing
    assert any("The shop answered 500. It was tried 4 times." in problem for problem in world.listener.problems)


async def test_reads_what_sitemaps_list() -> None:
    index = "<sitemapindex><sitemap><loc>https://shop.example/products-1.xml</loc></sitemap></sitemapindex>"
    products = "<urlset>" + "".join(f"<url><loc>{SHOP}/product/{n}</loc></url>" for n in range(7, 9)) + "</urlset>"
    world = World(
        small_shop(
            **{
                "/robots.txt": page(f"Sitemap: {SHOP}/map.xml", content_type="text/plain"),
                "/map.xml": page(index, content_type="application/xml"),
                "/products-1.xml": page(products, content_type="application/xml"),
                "/product/7": product(7),
                "/product/8": product(8),
            }
        )
    )
    await world.crawl()
    assert await world.products() == [
        "Lamp 1",
        "Lamp 2",
        "Lamp 3",
        "Lamp 4",
        "Lamp 5",
        "Lamp 6",
        "Lamp 7",
        "Lamp 8",
        "Lamp 99",
    ]
    rows = await world.rows()
    assert rows["/products-1.xml"].complete_listing
    assert rows["/product/7"].kind is UrlKind.PRODUCT
    assert f"{SHOP}/sitemap.xml" not in world.web.asked


async def test_what_a_sitemap_leaves_open_a_list_settles() -> None:
    flat = [f"/thing{n}.html" for n in range(1, 9)]
    unclear = (
        "<urlset>" + "".join(f"<url><loc>{SHOP}{path}</loc></url>" for path in ("/story.html", *flat)) + "</urlset>"
    )
    cards = "".join(
        f"<li class='product card'><a href='{path}'><h3>Lamp {n}</h3></a><span class='price'>€9.99</span></li>"
        for n, path in enumerate(flat, 1)
    )
    world = World(
        {
            "/": text("Shop", "/category/a"),
            "/sitemap.xml": page(unclear, content_type="application/xml"),
            "/category/a": page(f"<html><body><h1>Lamps</h1><ul class='products'>{cards}</ul></body></html>"),
            "/story.html": text("Our story"),
            **{path: product(n) for n, path in enumerate(flat, 1)},
        }
    )
    await world.crawl(concurrency=1)
    assert world.web.asked[-1] == f"{SHOP}/story.html"
    assert len(await world.products()) == 8


async def test_a_sitemap_is_let_go_while_its_addresses_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sitemaps of many megabytes are read side by side, and their addresses take long to write."""
    size, held = 8_000_000, list[int]()
    listed = "".join(f"<url><loc>{SHOP}/thing{n}.html</loc></url>" for n in range(2_000))
    world = World(
        {
            "/": text("Shop"),
            "/sitemap.xml": lambda _: page(f"<urlset>{listed}<!--{' ' * size}--></urlset>", content_type="text/xml"),
        }
    )

    async def put(bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        assert len(digests) == len(bodies)
        world.files.bodies.update(dict.fromkeys(digests, b""))
        return list(digests)

    def look(batch: CrawlBatch) -> None:
        if any("/thing" in found.url for found in batch.discovered):
            held.append(tracemalloc.get_traced_memory()[0])

    monkeypatch.setattr(world.files, "put", put)
    world.crawls.before_commit = look
    tracemalloc.start()
    try:
        await world.crawl(limits=CrawlLimits(max_pages=10))
    finally:
        tracemalloc.stop()
    assert len(held) > 3
    assert max(held[1:]) < size / 2


async def test_a_shop_without_a_sitemap_is_no_problem() -> None:
    world = World(small_shop())
    counts = await world.crawl()
    assert (await world.rows())["/sitemap.xml"].state is UrlState.SKIPPED
    assert counts.failed == 0


async def test_one_page_under_many_spellings_is_read_once() -> None:
    spellings = [
        "/product/1?utm_source=mail",
        "/product/1/",
        "https://www.shop.example/product/1",
        "http://shop.example/product/1#reviews",
        "/product/1;jsessionid=0A1B2C3D",
    ]
    world = World({"/": text("Shop", "/product/1", *spellings), "/product/1": product(1)})
    await world.crawl()
    assert [url for url in world.web.asked if "/product/1" in url] == [f"{SHOP}/product/1"]


async def test_traps_are_rows_with_a_reason_and_are_not_asked_for() -> None:
    world = World(
        {"/": text("Shop", "/lamps?sort=price", "/calendar/2031/05", "/cart", "/product/1"), "/product/1": product(1)}
    )
    await world.crawl()
    rows = await world.rows()
    for path in ("/lamps?sort=price", "/calendar/2031/05", "/cart"):
        assert rows[path].state is UrlState.SKIPPED
        assert rows[path].reason
        assert SHOP + path not in world.web.asked


async def test_an_endless_calendar_of_pages_ends() -> None:
    def day(request: PageRequest) -> FetchedPage:
        number = int(request.url.rpartition("/")[2])
        return text(f"Day {number}", f"/diary/day-/{number + 1}", f"/diary/day-/{number + 1000}")

    class Endless(dict[str, Answer]):
        def get(self, key: str, default: Answer | None = None) -> Answer | None:  # pyright: ignore[reportIncompatibleMethodOverride]
            return super().get(key) or (day if "/diary/" in key else default)

    world = World({"/": text("Shop", "/diary/day-/1", "/product/1"), "/product/1": product(1)})
    world.web.pages = Endless(world.web.pages)
    counts = await world.crawl(limits=CrawlLimits(max_depth=10_000))
    assert counts.fetched < 100
    assert await world.products() == ["Lamp 1"]


async def test_a_list_that_goes_on_for_ever_ends() -> None:
    def more(request: PageRequest) -> FetchedPage:
        number = int(request.url.rpartition("=")[2])
        return listing([1, 2], following=f"/category/a?page={number + 1}")

    pages = small_shop()
    for number in range(2, 300):
        pages[f"/category/a?page={number}"] = more
    world = World(pages)
    await world.crawl()
    assert sum("category/a" in url for url in world.web.asked) < 10
    assert not (await world.rows())["/category/a"].complete_listing


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (CrawlLimits(max_seconds=0.4), "the limit of 0.4 seconds was reached"),
        (CrawlLimits(max_bytes=15_000), "the limit of 15,000 bytes was reached"),
    ],
)
async def test_ends_at_its_other_limits_too(limits: CrawlLimits, said: str) -> None:
    world = World({"/": listing(range(1, 100)), **{f"/product/{n}": product(n) for n in range(1, 100)}})
    counts = await world.crawl(limits=limits, politeness=Politeness(delay_s=0.02))
    assert counts.pending > 0
    assert counts.fetched > 0
    (problem,) = world.listener.problems
    assert said in problem


async def test_tells_how_far_it_is() -> None:
    world = World(small_shop())
    await world.crawl()
    done, total, data = world.listener.progress_told[-1]
    assert total is not None
    assert done <= total
    assert data["shop"] == "shop.example"
    assert {"products", "rate"} <= set(data)


async def test_draws_the_pages_that_need_it_and_follows_what_they_then_link() -> None:
    empty = page(
        "<html><head><title>Shop</title><script src='/app.js'></script></head><body><div id='root'></div></body></html>"
    )
    world = World({"/": empty, "/about": text("About us")})
    counts = await world.crawl()
    assert counts.needs_rendering == 1
    assert world.finished().coverage == 0.0
    drawn = Web(
        {f"{SHOP}/": listing([1, 2]), f"{SHOP}/product/1": product(1), f"{SHOP}/product/2": product(2)}, rendered=True
    )
    counts = await world.render(drawn)
    assert (counts.needs_rendering, counts.products_seen) == (0, 2)
    rows = await world.rows()
    assert rows["/"].rendered
    assert rows["/product/1"].rendered
    assert f"{SHOP}/about" not in drawn.asked


async def test_an_answer_that_never_ends_does_not_outlast_the_crawl() -> None:
    world = World(small_shop())
    fetch = world.web.fetch

    async def endless(request: PageRequest) -> FetchedPage:
        if "/category/" in request.url:
            await asyncio.Event().wait()
        return await fetch(request)

    world.web.fetch = endless
    patient = replace(AT_ONCE, timeout_s=0.05)
    counts = await asyncio.wait_for(world.crawl(limits=CrawlLimits(max_seconds=0.1), politeness=patient), 10)
    assert counts.pending
    assert not world.finished().complete
    assert "not fetched" in world.listener.problems[0]
