"""The next crawl of a shop is sent what has changed, and asks for what nobody links any more."""

from collections.abc import Callable
from dataclasses import replace

from magicai.ports import FetchedPage, PageRequest
from magicai.shops.crawl import UrlState
from tests.unit.shops.crawling.small_web import SHOP, World, listing, page, product, small_shop, text


def fresh_unless(tag: str, fresh: FetchedPage) -> Callable[[PageRequest], FetchedPage]:
    """Answer 304 to who has the tag."""
    return lambda request: page(status=304) if request.etag == tag else replace(fresh, etag=tag)


async def test_pages_that_did_not_change_are_not_sent_again_and_still_count() -> None:
    pages = small_shop()
    world = World(
        {
            path: fresh_unless(f'"{path}"', given)
            if isinstance(given, FetchedPage) and given.status == 200 and path != "/robots.txt"
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
