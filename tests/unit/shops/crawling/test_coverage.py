"""What was not looked at is not reported as gone."""

import pytest

from magicai.shops.crawl import FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.answers import WALLS
from magicai.shops.crawling.coverage import NOT_NEEDED, Fates, Survey, last_whole, seen_state
from magicai.shops.extraction.reading import PageKind
from magicai.shops.product import Product, Provenance, Seen, Source
from tests.unit.shops.crawling.small_web import SHOP, World, listing, page, product, text


def row(path: str, kind: UrlKind, state: UrlState = UrlState.FETCHED, *, depth: int = 1, on: str = "/") -> FrontierUrl:
    return FrontierUrl(SHOP + path, kind, 1.0, depth, SHOP + on, state=state, status=200)


def surveyed(*rows: FrontierUrl) -> Survey:
    survey = Survey()
    for each in rows:
        survey.add(each)
    return survey


def test_coverage_is_read_products_by_known_ones() -> None:
    skipped = row("/product/4", UrlKind.PRODUCT, UrlState.SKIPPED)
    covered = row("/product/5", UrlKind.PRODUCT, UrlState.SKIPPED)
    covered.end(UrlState.SKIPPED, NOT_NEEDED)
    survey = surveyed(
        row("/product/1", UrlKind.PRODUCT),
        row("/product/2", UrlKind.PRODUCT, UrlState.UNCHANGED),
        row("/product/3", UrlKind.PRODUCT, UrlState.PENDING),
        skipped,
        covered,
        row("/about", UrlKind.OTHER, UrlState.PENDING),
    )
    assert survey.coverage == pytest.approx(3 / 4)
    assert survey.pending == 2


def test_a_shop_that_is_nothing_but_lists_is_covered() -> None:
    assert surveyed(row("/a", UrlKind.LISTING)).coverage == 1.0


def test_a_list_behind_a_wall_lowers_coverage_and_a_log_in_page_does_not() -> None:
    walled = row("/a", UrlKind.LISTING)
    walled.end(UrlState.REFUSED, WALLS[PageKind.CAPTCHA])
    account = row("/account", UrlKind.OTHER)
    account.end(UrlState.REFUSED, WALLS[PageKind.LOGIN])
    product = row("/product/1", UrlKind.PRODUCT)
    assert surveyed(walled).coverage == 0.0
    assert surveyed(product, walled).coverage == pytest.approx(1 / 2)
    assert surveyed(product, account).coverage == 1.0


def test_a_list_is_complete_when_each_of_its_pages_was_read() -> None:
    first = row("/a", UrlKind.LISTING)
    second = row("/a?page=2", UrlKind.LISTING, on="/a")
    third = row("/a?page=3", UrlKind.LISTING, on="/a?page=2")
    below = row("/a/sub", UrlKind.LISTING, UrlState.FAILED, depth=2, on="/a")
    assert surveyed(first, second, third, below).complete_lists() == [first.url]
    third.state = UrlState.PENDING
    assert surveyed(first, second, third, below).complete_lists() == []


def test_a_front_page_shows_a_choice_unless_it_goes_on() -> None:
    front = FrontierUrl(f"{SHOP}/", UrlKind.FRONT, 1.0, 0, state=UrlState.FETCHED)
    second = row("/page/2", UrlKind.LISTING, depth=0)
    assert surveyed(front).complete_lists() == []
    assert surveyed(front, second).complete_lists() == [front.url]


@pytest.mark.parametrize(
    ("status", "state", "lists", "seen"),
    [
        (404, UrlState.FAILED, [], Seen.GONE),
        (410, UrlState.FAILED, [False], Seen.GONE),
        (500, UrlState.FAILED, [True], Seen.NOT_VISITED),
        (None, UrlState.PENDING, [True], Seen.NOT_VISITED),
        (None, UrlState.SKIPPED, [True], Seen.NOT_VISITED),
        (200, UrlState.FETCHED, [True], Seen.GONE),
        (200, UrlState.FETCHED, [], Seen.NOT_VISITED),
        (302, UrlState.SKIPPED, [True], Seen.GONE),
        (302, UrlState.SKIPPED, [True, False], Seen.NOT_VISITED),
    ],
)
def test_only_what_was_looked_at_is_gone(status: int | None, state: UrlState, lists: list[bool], seen: Seen) -> None:
    now = row("/product/1", UrlKind.PRODUCT, state)
    now.status = status
    assert seen_state(now, lists) is seen


def test_a_product_without_an_address_of_its_own_is_gone_with_its_lists() -> None:
    assert seen_state(None, [True]) is Seen.GONE
    assert seen_state(None, [True, False]) is Seen.NOT_VISITED
    assert seen_state(None, []) is Seen.NOT_VISITED


def known(number: int, *pages: str) -> Product:
    sources = {
        f"field{at}": Provenance(url=SHOP + path, source=Source.CARDS, digest="", at="")
        for at, path in enumerate(pages)
    }
    return Product(id=str(number), url=f"{SHOP}/product/{number}", name=f"Lamp {number}", provenance=sources)


async def test_tells_the_fate_of_products_between_two_crawls() -> None:
    world = World(
        {
            "/": text("Shop", "/category/a", "/category/b"),
            "/category/a": listing([1, 2, 3], following="/category/a?page=2"),
            "/category/a?page=2": listing([4]),
            "/category/b": listing([5]),
            **{f"/product/{n}": product(n) for n in range(1, 6)},
        }
    )
    await world.crawl(run="run-1")
    previous = world.finished()
    world.web.pages[f"{SHOP}/category/a"] = listing([1])
    world.web.pages[f"{SHOP}/category/b"] = page("broken", 500)
    world.web.pages[f"{SHOP}/product/2"] = page("gone", 404)
    world.web.pages[f"{SHOP}/product/3"] = page("moved", 302, location=f"{SHOP}/")
    world.web.pages[f"{SHOP}/product/4"] = page("broken", 500)
    world.web.pages[f"{SHOP}/product/5"] = page("broken", 500)
    await world.crawl(run="run-2")
    told = await Fates(world.crawls, world.finished(), previous).seen_states(
        [known(2, "/category/a"), known(3, "/category/a"), known(4, "/category/a?page=2"), known(5, "/category/b")],
    )
    assert told == {"2": Seen.GONE, "3": Seen.GONE, "4": Seen.NOT_VISITED, "5": Seen.NOT_VISITED}


async def test_a_row_of_a_price_list_is_gone_with_its_list_wherever_that_was_found() -> None:
    sitemap = f"<urlset><url><loc>{SHOP}/category/a</loc></url></urlset>"
    world = World(
        {
            "/": text("Shop", "/about"),
            "/about": text("About us"),
            "/sitemap.xml": page(sitemap, content_type="application/xml"),
            "/category/a": listing([1, 2]),
            **{f"/product/{n}": product(n) for n in (1, 2)},
        }
    )
    await world.crawl(run="run-1")
    previous = world.finished()
    found_on = await world.crawls.row(previous.crawl_id, f"{SHOP}/category/a")
    assert found_on is not None
    assert found_on.found_on == f"{SHOP}/sitemap.xml"
    world.web.pages[f"{SHOP}/category/a"] = listing([1])
    del world.web.pages[f"{SHOP}/sitemap.xml"]
    world.web.pages[f"{SHOP}/"] = text("Shop", "/category/a")
    await world.crawl(run="run-2")
    in_list = known(2, "/category/a").model_copy(update={"url": f"{SHOP}/category/a"})
    assert await Fates(world.crawls, world.finished(), previous).seen_states([in_list]) == {"2": Seen.GONE}


async def test_a_list_that_turns_out_to_be_one_after_it_was_read_is_read_once_and_keeps_its_place() -> None:
    pages = "".join(f"<url><loc>{SHOP}{path}</loc></url>" for path in ("/lamps/", "/house"))
    menu = text("Our house").body.decode().replace("<p>", "<nav><a href='/lamps/'>Lamps</a></nav><p>")
    world = World(
        {
            "/": text("Shop"),
            "/sitemap.xml": page(f"<urlset>{pages}</urlset>", content_type="application/xml"),
            "/lamps/": listing([1, 3, 5], more="<a href='/lamps/spare/'>Spare parts</a>"),
            "/lamps/spare/": listing([2, 4, 6]),
            "/house": page(menu),
            **{f"/product/{n}": product(n) for n in range(1, 7)},
        }
    )
    await world.crawl(concurrency=1)
    assert world.web.asked.count(f"{SHOP}/lamps/") == 1
    rows = await world.rows()
    assert rows["/lamps/spare/"].depth == rows["/lamps/"].depth + 1
    assert rows["/lamps/spare/"].complete_listing


async def test_a_list_is_followed_once_however_many_of_its_products_are_absent() -> None:
    pages = 40
    chain = {
        f"/category/a?page={n}": listing([n], following=f"/category/a?page={n + 1}" if n < pages else "")
        for n in range(2, pages + 1)
    }
    goods = {f"/product/{n}": product(n) for n in range(1, pages + 1)}
    first = listing([1], following="/category/a?page=2")
    world = World({"/": text("Shop", "/category/a"), "/category/a": first, **chain, **goods})
    await world.crawl(run="run-1")
    previous = world.finished()
    world.web.pages = {f"{SHOP}/": text("Shop")}
    await world.crawl(run="run-2")
    asked = 0
    row = world.crawls.row

    async def counted(crawl_id: str, url: str) -> FrontierUrl | None:
        nonlocal asked
        asked += 1
        return await row(crawl_id, url)

    world.crawls.row = counted
    missing = [known(n, f"/category/a?page={n}") for n in range(2, pages + 1)]
    told = await Fates(world.crawls, world.finished(), previous).seen_states(missing)
    assert len(told) == len(missing)
    assert asked <= 5 * pages


async def test_a_short_crawl_does_not_hide_what_is_gone() -> None:
    goods = {f"/product/{n}": product(n) for n in range(1, 5)}
    world = World({"/": text("Shop", "/category/a"), "/category/a": listing([1, 2, 3, 4]), **goods})
    await world.crawl(run="run-1")
    await world.crawl(run="run-2", limits=CrawlLimits(max_pages=1))
    short = world.finished()
    assert not short.complete
    world.web.pages[f"{SHOP}/category/a"] = listing([1, 2, 3])
    await world.crawl(run="run-3")
    whole = await last_whole(world.crawls, short)
    assert whole is not None
    assert whole.complete
    fates = Fates(world.crawls, world.finished(), short, whole)
    assert await fates.seen_states([known(4, "/category/a")]) == {"4": Seen.GONE}
