"""What a crawl finds, and what it finds to be gone, does not depend on which of several answers comes first."""

import asyncio
from random import Random

import pytest

from magicai.ports import FetchedPage, PageRequest
from magicai.shops.crawling.coverage import Fates
from magicai.shops.merging import merge
from magicai.shops.product import Product
from tests.unit.shops.crawling.small_web import SHOP, Answer, Web, World, listing, page, product, text

# A menu on every page, a landing page that is a list by its looks, and a sitemap that names some of it; among that a
# list of two products, which looks like no list by itself, and which is linked where it may have been read already.
MENU = "<nav><a href='/lamps/'>Lamps</a> <a href='/category/tables/'>Tables</a> <a href='/gifts/'>Gifts</a></nav>"
RARE = "<nav><a href='/rare/'>Rare things</a></nav>"
# The same, as a page shows it that has a visitor's session in its links: to a crawl they look new.
SESSION = MENU.replace("/'", "/?PHPSESSID=3f2a9c11d7e84b60'")
MAPPED = ("/gifts/", "/rare/", "/category/tables/", "/about", "/story", "/lamps/", "/product/1", "/product/7")
FURTHER = "/category/tables/?page=2"
ORDERS = range(24)


class Shuffled(Web):
    """A web whose answers overtake each other."""

    def __init__(self, web: Web, seed: int) -> None:
        super().__init__(web.pages, web.asked, web.requests)
        self._order = Random(seed)

    async def fetch(self, request: PageRequest) -> FetchedPage:
        for _ in range(int(self._order.paretovariate(0.7)) % 200):
            await asyncio.sleep(0)
        return await super().fetch(request)


def shop(*, day: int) -> dict[str, Answer]:
    """Day 2 has neither products 4, 6, 9, 13 and 14, nor pages of theirs that say so; one list has become shorter."""
    left = {4, 6, 9, 13, 14} if day == 2 else set[int]()

    def cards(*numbers: int) -> list[int]:
        return [number for number in numbers if number not in left]

    mapped = MAPPED if day == 2 else (FURTHER, *MAPPED)
    pages = "".join(f"<url><loc>{SHOP}{path}</loc></url>" for path in mapped)
    further = {FURTHER: listing([14, 15, 16, 17], more=MENU)} if day == 1 else {}
    return {
        "/": page(text("Shop").body.decode().replace("</body>", f"{MENU}</body>")),
        "/sitemap.xml": page(f"<urlset>{pages}</urlset>", content_type="application/xml"),
        "/about": page(text("About us").body.decode().replace("</body>", f"{SESSION}{RARE}</body>")),
        "/story": page(text("Our story").body.decode().replace("</body>", f"{MENU}{RARE}</body>")),
        "/lamps/": listing([1, 2, 3], more=f"<a href='/lamps/spare.html'>Spare parts</a>{MENU}"),
        "/lamps/spare.html": listing(cards(4, 5, 10, 11), more=MENU),
        "/category/tables/": listing(
            cards(6, 7, 8, 12, *([15, 16, 17] if day == 2 else [])), following=FURTHER if day == 1 else "", more=MENU
        ),
        **further,
        "/rare/": listing([1, 2] if day == 2 else [13, 2], more=MENU),
        "/gifts/": listing(cards(1, 9, 7, 8), more=MENU),
        **{f"/product/{n}": product(n, more=SESSION if n % 2 else MENU) for n in range(1, 18) if n not in left},
        **{f"/product/{n}": page("", 302, location=f"{SHOP}/") for n in left},
    }


async def read(world: World, day: int, seed: int) -> dict[str, Product]:
    world.web = Shuffled(World(shop(day=day)).web, seed)
    await world.crawl(run=f"run-{day}", concurrency=Random(seed).choice((1, 2, 4, 8)))
    stated = [observation async for observation in world.crawls.observations(world.crawl_id)]
    return {one.name: one.model_copy(update={"id": one.name}) for one in merge(stated, "shop.example")}


@pytest.mark.parametrize("seed", ORDERS)
async def test_the_same_products_are_gone_in_whatever_order_pages_are_answered(seed: int) -> None:
    world = World()
    first = await read(world, 1, seed)
    previous = world.finished()
    second = await read(world, 2, seed + 1000)
    assert set(first) == {f"Lamp {n}" for n in range(1, 18)}
    missing = [one for name, one in first.items() if name not in second]
    told = await Fates(world.crawls, world.finished(), previous).seen_states(missing)
    assert told == dict.fromkeys(("Lamp 4", "Lamp 6", "Lamp 9", "Lamp 13", "Lamp 14"), "gone")
