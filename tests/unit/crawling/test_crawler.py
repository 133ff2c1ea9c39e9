"""A crawl reads a shop: what it reads, in which order, what it leaves alone, what it says."""

import hashlib
import tracemalloc
from collections.abc import Callable, Sequence

import pytest

from magicai.crawling import CrawlLimits, Manners
from magicai.domain.crawl import CrawlBatch, UrlKind, UrlState
from magicai.errors import Cancelled, Invalid, Refused, Temporary
from magicai.ports import Page, PageRequest
from tests.unit.crawling.small_web import SHOP, Answer, InTurn, Web, World, listing, page, product, redirect, text


def small_shop(**more: Answer) -> dict[str, Answer]:
    """Two lists of three products each, one of them over two pages, and a page about the house."""
    return {
        "/robots.txt": page("User-agent: *\nDisallow: /secret\n", content_type="text/plain"),
        "/": text("Shop", "/category/a", "/category/b", "/about", "/secret/1", "https://other.example/"),
        "/category/a": listing([1, 2], following="/category/a?page=2"),
        "/category/a?page=2": listing([3]),
        "/category/b": listing([4, 5, 6], title="More lamps"),
        "/about": text("About us", "/"),
        "/secret/1": product(99),
        **{f"/product/{n}": product(n) for n in range(1, 7)},
        **more,
    }


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


async def test_obeys_robots_txt_and_stays_in_the_shop() -> None:
    world = World(small_shop())
    await world.crawl()
    rows = await world.rows()
    assert (rows["/secret/1"].state, rows["/secret/1"].reason) == (UrlState.REFUSED, "robots.txt forbids it")
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
    assert "left unread: the limit of 15 pages was reached. Raise max_pages" in problem


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
    assert any("the shop answered 500, 4 times" in problem for problem in world.listener.problems)


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

    async def put(bodies: Sequence[bytes]) -> list[str]:
        digests = [hashlib.sha256(body).hexdigest() for body in bodies]
        world.files.bodies.update(dict.fromkeys(digests, b""))
        return digests

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
    def day(request: PageRequest) -> Page:
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
    def more(request: PageRequest) -> Page:
        number = int(request.url.rpartition("=")[2])
        return listing([1, 2], following=f"/category/a?page={number + 1}")

    pages = small_shop()
    for number in range(2, 300):
        pages[f"/category/a?page={number}"] = more
    world = World(pages)
    await world.crawl()
    assert sum("category/a" in url for url in world.web.asked) < 10
    assert not (await world.rows())["/category/a"].complete_listing


async def test_tries_again_what_can_be_helped_by_it() -> None:
    flaky = InTurn(Temporary("the connection was cut"), page("busy", 503), product(1))
    world = World({"/": text("Shop", "/product/1"), "/product/1": flaky})
    counts = await world.crawl()
    assert counts.failed == 0
    assert await world.products() == ["Lamp 1"]
    assert (await world.rows())["/product/1"].tries == 2


async def test_gives_up_in_the_end_and_says_so() -> None:
    world = World(small_shop(**{"/product/1": Temporary("the connection was cut")}))
    counts = await world.crawl()
    row = (await world.rows())["/product/1"]
    assert (row.state, row.reason) == (UrlState.FAILED, "the connection was cut, 4 times")
    assert counts.products_seen == 5
    assert any(f"the connection was cut, 4 times (for example {SHOP}/product/1)" in p for p in world.listener.problems)
    assert world.finished().coverage == pytest.approx(5 / 6)


async def test_does_not_try_again_what_cannot_be_helped() -> None:
    world = World(small_shop(**{"/product/1": page("gone", 410), "/product/2": Refused("too large.")}))
    await world.crawl()
    rows = await world.rows()
    assert (rows["/product/1"].state, rows["/product/1"].status) == (UrlState.FAILED, 410)
    assert (rows["/product/2"].state, rows["/product/2"].reason) == (UrlState.REFUSED, "too large.")
    assert world.web.asked.count(f"{SHOP}/product/1") == 1


async def test_waits_as_long_as_retry_after_says_but_not_for_ever() -> None:
    world = World(small_shop(**{"/product/1": page("slow down", 429, retry_after_s=3600.0)}))
    await world.crawl()
    assert (await world.rows())["/product/1"].reason == "the shop answered 429, and asks to wait 3600 seconds"


async def test_a_storm_of_429_ends_the_crawl_with_a_reason() -> None:
    pages = {f"/product/{n}": page("slow down", 429) for n in range(1, 40)}
    world = World({"/": listing(range(1, 40)), **pages})
    await world.crawl(manners=Manners(delay_s=0, backoff_s=0, longest_delay_s=0.001, troubles=5))
    assert len(world.web.asked) < 40
    assert "requests failed (the shop answered 429)" in world.listener.problems[0]
    assert "(temporary)" in world.listener.problems[0]


async def test_walls_are_named_as_such() -> None:
    captcha = page(
        "<html><head><title>Just a moment...</title></head><body><form id='challenge-form'>"
        "<p>Verify you are human by completing the action.</p><div class='g-recaptcha'></div></form></body></html>",
        403,
    )
    world = World(small_shop(**{"/product/1": captcha}))
    counts = await world.crawl()
    row = (await world.rows())["/product/1"]
    assert row.state is UrlState.REFUSED
    assert counts.refused == 2  # robots.txt, and this
    assert any(row.reason in problem for problem in world.listener.problems)


async def test_a_redirect_inside_the_shop_is_one_page() -> None:
    world = World(
        small_shop(
            **{
                "/product/1": redirect(f"{SHOP}/product/one"),
                "/product/one": product(1),
                "/product/2": redirect(f"{SHOP}/"),
            }
        )
    )
    await world.crawl()
    rows = await world.rows()
    assert (rows["/product/1"].state, rows["/product/1"].final_url) == (UrlState.FETCHED, f"{SHOP}/product/one")
    assert rows["/product/2"].state is UrlState.SKIPPED
    assert "which is read by itself" in rows["/product/2"].reason


async def test_a_redirect_to_another_site_is_not_followed() -> None:
    world = World(
        small_shop(**{"/product/1": redirect("https://other.example/x"), "/product/2": redirect(f"{SHOP}/secret/2")})
    )
    await world.crawl()
    rows = await world.rows()
    assert "another site" in rows["/product/1"].reason
    assert rows["/product/2"].state is UrlState.REFUSED
    assert not any("other.example" in url or "secret" in url for url in world.web.asked)


async def test_an_entry_that_moved_takes_the_crawl_along_and_its_robots_txt() -> None:
    new = "https://new.example"
    world = World(
        {
            "/": redirect(f"{new}/"),
            f"{new}/robots.txt": page("User-agent: *\nDisallow: /product/2", content_type="text/plain"),
            f"{new}/": listing([1, 2]),
            f"{new}/product/1": product(1),
            f"{new}/product/2": product(2),
        }
    )
    await world.crawl()
    assert f"{new}/product/1" in world.web.asked
    assert f"{new}/product/2" not in world.web.asked
    assert world.web.asked.index(f"{new}/robots.txt") < world.web.asked.index(f"{new}/")


async def test_a_front_page_that_is_too_large_leads_to_a_way_out() -> None:
    world = World({"/": Refused(f"{SHOP}/ has 2,147,483,648 bytes; at most 10,000,000 are read.")})
    await world.crawl()
    (problem,) = world.listener.problems
    assert problem.endswith("at most 10,000,000 are read. Check the address, and give that of the shop's front page.")


async def test_a_front_page_that_moved_to_https_and_www_takes_the_crawl_along() -> None:
    there = "https://www.shop.example"
    world = World(
        {
            "http://shop.example/": redirect(f"{there}/"),
            f"{there}/": text("Shop", "/product/1", "http://shop.example/product/2"),
            f"{there}/product/1": product(1),
            f"{there}/product/2": product(2),
        }
    )
    await world.crawl("http://shop.example/")
    assert await world.products() == ["Lamp 1", "Lamp 2"]
    assert [url for url in world.web.asked if "/product/" in url] == [f"{there}/product/1", f"{there}/product/2"]


async def test_reads_only_below_the_path_that_was_given() -> None:
    world = World(
        {
            "/a/": text("Shop A", "/a/product/1", "/b/product/2", "/"),
            "/a/product/1": product(1, more="<a href='/a/product/3'>Lamp 3</a>"),
            "/a/product/3": product(3),
            "/b/product/2": product(2),
        }
    )
    await world.crawl(f"{SHOP}/a/")
    assert await world.products() == ["Lamp 1", "Lamp 3"]
    assert world.finished().shop == "shop.example/a"


async def test_a_list_as_the_entry_brings_its_products_and_its_further_pages() -> None:
    world = World(small_shop())
    await world.crawl(f"{SHOP}/category/a")
    assert await world.products() == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert f"{SHOP}/category/b" not in world.web.asked


# ── What ends a crawl before it began ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/": page("nothing here", 404)}, "https://shop.example/ can't be read: there is no such page (404). Check"),
        ({"/": page(b"\x89PNG", content_type="image/png")}, "it is image/png; charset=utf-8, not a page"),
        ({"/": page("no", 403)}, "the shop refuses it (403)"),
        ({"/": page("broken", 500)}, "the shop answered 500, 4 times. Try again later. (temporary)"),
        (
            {"/robots.txt": page("User-agent: *\nDisallow: /", content_type="text/plain"), "/": text("Shop")},
            "The robots.txt of shop.example forbids MagicAI to read https://shop.example/. Ask the shop's owner",
        ),
        (
            {"/robots.txt": page("busy", 503), "/": text("Shop")},
            "robots.txt answers 503, and without it nothing may be read",
        ),
        (
            {"/robots.txt": Temporary("Nothing answers at shop.example:443 (refused).")},
            "Nothing answers at shop.example:443",
        ),
        ({"/robots.txt": Invalid("There is no host called shop.example.")}, "There is no host called shop.example."),
        (
            {
                "/robots.txt": Refused(
                    "127.0.0.1:80 is a loopback address.", way_out="Set MAGICAI_CRAWL_ALLOW_HOSTS=127.0.0.1:80."
                )
            },
            "MAGICAI_CRAWL_ALLOW_HOSTS=127.0.0.1:80",
        ),
        (
            {
                "/": page(
                    "<html><title>Sign in</title><body><h1>Sign in</h1><form action='/login'><input type='email'>"
                    "<input type='password' name='password'><button>Sign in</button></form></body></html>"
                )
            },
            "the shop asks to log in",
        ),
    ],
)
async def test_says_in_one_sentence_why_a_shop_cannot_be_read(pages: dict[str, Answer], said: str) -> None:
    world = World(pages)
    counts = await world.crawl()
    (problem,) = world.listener.problems
    assert said in problem
    assert counts.products_seen == 0
    closed = world.finished()
    assert (closed.complete, closed.coverage) == (False, 0.0)


async def test_a_refused_shop_is_asked_again_by_the_next_attempt() -> None:
    world = World({"/": InTurn(page("busy", 403), text("Shop", "/product/1")), "/product/1": product(1)})
    await world.crawl()
    counts = await world.crawl()
    assert counts.products_seen == 1


# ── Going on ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_goes_on_after_a_crash_without_asking_again_for_what_is_kept() -> None:
    world = World(small_shop())
    kill_at = 1

    def die(_batch: CrawlBatch) -> None:
        if world.crawls.commits >= kill_at:
            raise MemoryError("killed")

    world.crawls.before_commit = die
    with pytest.raises(MemoryError):
        await world.crawl()
    kept = {path for path, row in (await world.rows()).items() if row.state is UrlState.FETCHED}
    world.crawls.before_commit = lambda _batch: None
    world.web.asked.clear()
    await world.crawl()
    assert kept
    assert not {url.removeprefix(SHOP) for url in world.web.asked} & kept
    assert await world.products() == [f"Lamp {n}" for n in range(1, 7)]


async def test_cancelled_between_pages_keeps_everything_that_was_read() -> None:
    world = World({"/": listing(range(1, 200)), **{f"/product/{n}": product(n) for n in range(1, 200)}})
    world.listener.stop_after = 1
    with pytest.raises(Cancelled):
        await world.crawl(manners=Manners(delay_s=0.02))
    read = {path for path, row in (await world.rows()).items() if row.state is UrlState.FETCHED}
    assert 0 < len(read) < 199
    assert world.finished().finished_at is None
    world.listener.stop_after = 1_000_000
    world.web.asked.clear()
    counts = await world.crawl()
    assert counts.products_seen == 199
    assert not {url.removeprefix(SHOP) for url in world.web.asked} & read


async def test_the_budget_counts_what_earlier_attempts_used() -> None:
    world = World({"/": listing(range(1, 50)), **{f"/product/{n}": product(n) for n in range(1, 50)}})
    await world.crawl(limits=CrawlLimits(max_pages=10))
    asked = len(world.web.asked)
    counts = await world.crawl(limits=CrawlLimits(max_pages=12))
    assert counts.fetched == 12
    assert len(world.web.asked) == asked + 3  # robots.txt again, and two pages


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (CrawlLimits(max_seconds=0.4), "the limit of 0.4 seconds was reached"),
        (CrawlLimits(max_bytes=15_000), "the limit of 15,000 bytes was reached"),
    ],
)
async def test_ends_at_its_other_limits_too(limits: CrawlLimits, said: str) -> None:
    world = World({"/": listing(range(1, 100)), **{f"/product/{n}": product(n) for n in range(1, 100)}})
    counts = await world.crawl(limits=limits, manners=Manners(delay_s=0.02))
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


# ── The next crawl of the same shop ─────────────────────────────────────────────────────────────────────────────────


def fresh_unless(tag: str, fresh: Page) -> Callable[[PageRequest], Page]:
    """Answer 304 to who has the tag."""
    from dataclasses import replace

    return lambda request: page(status=304) if request.etag == tag else replace(fresh, etag=tag)


async def test_pages_that_did_not_change_are_not_sent_again_and_still_count() -> None:
    pages = small_shop()
    world = World(
        {
            path: fresh_unless(f'"{path}"', given)
            if isinstance(given, Page) and given.status == 200 and path != "/robots.txt"
            else given
            for path, given in pages.items()
        }
    )
    await world.crawl(run="run-1")
    first = await world.rows()
    counts = await world.crawl(run="run-2")
    second = await world.rows()
    assert counts.unchanged == 11
    assert counts.fetched == 0
    assert counts.products_seen == 6
    assert second["/product/1"].digest == first["/product/1"].digest
    assert await world.products() == [f"Lamp {n}" for n in range(1, 7)]
    assert world.finished().coverage == 1.0


async def test_an_unchanged_page_whose_body_is_gone_is_sent_again() -> None:
    world = World({"/": text("Shop", "/product/1"), "/product/1": fresh_unless('"1"', product(1))})
    await world.crawl(run="run-1")
    world.files.bodies.clear()
    counts = await world.crawl(run="run-2")
    assert (counts.unchanged, counts.products_seen) == (0, 1)


async def test_products_that_no_page_links_any_more_are_asked_for() -> None:
    world = World(small_shop())
    await world.crawl(run="run-1")
    world.web.pages[f"{SHOP}/category/b"] = listing([4, 5], title="More lamps")
    world.web.pages[f"{SHOP}/product/6"] = page("gone", 404)
    await world.crawl(run="run-2")
    row = (await world.rows())["/product/6"]
    assert (row.state, row.status) == (UrlState.FAILED, 404)


# ── Drawing pages ───────────────────────────────────────────────────────────────────────────────────────────────────


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
