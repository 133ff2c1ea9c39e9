"""A shop's own interface or feed is read before its pages, and spares them."""

import json
from typing import Any

import pytest

from magicai.ports import FetchedPage, PageRequest
from magicai.shops.crawl import UrlKind, UrlState
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.scope import Scope
from magicai.shops.crawling.shop_apis import find_api, find_feeds
from tests.unit.shops.crawling.small_web import SHOP, Answer, World, listing, page, product, text


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "begun",
    [
        b"wc-block " + b"<link href='" * 80_000,
        b"wc-block " + b"<link rel='https://api.w.org/' " * 30_000,
        b"Shopify.shop " + b"Shopify.currency = {" * 50_000,
        b"Shopify.shop Shopify.currency" + b" " * 1_000_000,
    ],
)
def test_a_front_page_of_begins_is_looked_through_once(begun: bytes) -> None:
    scope = Scope(SHOP)
    find_api(begun, SHOP, scope)
    assert find_feeds(begun, SHOP, scope) == []


def shopify_front(*links: str, currency: str = "EUR") -> FetchedPage:
    anchors = "".join(f"<a href='{link}'>{link}</a>" for link in links)
    return page(
        f"<html><head><title>Shop</title><script>Shopify.shop = 'x.myshopify.com'; Shopify.currency = "
        f'{{"active":"{currency}","rate":"1.0"}};</script></head><body><h1>Shop</h1>{anchors}</body></html>'
    )


def shopify_products(*numbers: int, kind: str = "Lamps", price: str | None = "9.99") -> FetchedPage:
    products: list[dict[str, Any]] = [
        {
            "id": n,
            "title": f"Lamp {n}",
            "handle": f"lamp-{n}",
            "product_type": kind,
            "vendor": "Lux",
            "variants": [{"id": n, "title": "Default Title", "sku": f"L{n}", "price": price, "available": True}],
        }
        for n in numbers
    ]
    return page(json.dumps({"products": products}), content_type="application/json")


def shopify(**more: Answer) -> dict[str, Answer]:
    return {
        "/": shopify_front("/collections/all", "/collections/all/products/lamp-1", "/products/lamp-2", "/pages/about"),
        "/products.json?limit=250&page=1": shopify_products(1, 2, 3),
        "/products.json?limit=250&page=2": shopify_products(4),
        "/products.json?limit=250&page=3": shopify_products(),
        **more,
    }


async def test_shopify_products_come_from_its_interface_and_no_page_is_read_for_them() -> None:
    world = World(shopify())
    await world.crawl()
    assert await world.products() == ["Lamp 1", "Lamp 2", "Lamp 3", "Lamp 4"]
    stated = [observation async for observation in world.crawls.observations(world.crawl_id)]
    assert {(str(one.price), one.currency) for one in stated} == {("9.99", "EUR")}
    assert {url.removeprefix(SHOP) for url in world.web.asked} == {
        "/robots.txt",
        "/",
        *(f"/products.json?limit=250&page={n}" for n in (1, 2, 3)),
    }
    rows = await world.rows()
    spared = rows["/products/lamp-2"]
    assert (spared.state, spared.why.code) == (UrlState.SKIPPED, "page_not_needed")
    assert rows["/products.json?limit=250&page=1"].complete_listing
    assert (world.finished().complete, world.finished().coverage) == (True, 1.0)
    assert world.listener.problems == []


async def test_products_own_pages_are_read_where_they_are_wanted() -> None:
    world = World(shopify(**{f"/products/lamp-{number}": product(number) for number in range(1, 5)}))
    await world.crawl(limits=CrawlLimits(product_pages=True))
    assert {f"{SHOP}/products/lamp-{number}" for number in range(1, 5)} <= set(world.web.asked)


async def test_products_without_a_category_have_their_lists_read() -> None:
    world = World(
        shopify(
            **{
                "/products.json?limit=250&page=1": shopify_products(1, 2, 3, kind=""),
                "/products.json?limit=250&page=2": shopify_products(),
                "/collections/all": text("All"),
            }
        )
    )
    await world.crawl()
    assert f"{SHOP}/collections/all" in world.web.asked
    assert f"{SHOP}/products/lamp-2" not in world.web.asked


async def test_products_without_a_price_still_have_their_pages_read() -> None:
    world = World(
        shopify(
            **{
                "/products.json?limit=250&page=1": shopify_products(1, 2, price=None),
                "/products.json?limit=250&page=2": shopify_products(),
                "/products/lamp-2": product(2),
            }
        )
    )
    await world.crawl()
    assert f"{SHOP}/products/lamp-2" in world.web.asked


@pytest.mark.parametrize(
    "more",
    [
        {"/products.json?limit=250&page=1": page("no", 404)},
        {"/products.json?limit=250&page=1": page("<html><body>Locked</body></html>")},
        {"/products.json?limit=250&page=2": page("broken", 500)},
        {"/robots.txt": page("User-agent: *\nDisallow: /products.json", content_type="text/plain")},
    ],
)
async def test_where_the_interface_does_not_give_everything_pages_are_read(more: dict[str, Answer]) -> None:
    world = World(shopify(**{"/products/lamp-9": product(9), **more}))
    world.web.pages[f"{SHOP}/"] = shopify_front("/products/lamp-9")
    await world.crawl()
    assert "Lamp 9" in await world.products()


async def test_an_interface_that_repeats_itself_ends() -> None:
    def same(_request: PageRequest) -> FetchedPage:
        return shopify_products(1, 2)

    pages: dict[str, Answer] = {f"/products.json?limit=250&page={n}": same for n in range(1, 50)}
    world = World({"/": shopify_front(), **pages})
    await world.crawl()
    assert sum("products.json" in url for url in world.web.asked) == 2


async def test_woocommerce_products_come_from_its_store_interface() -> None:
    def products(*numbers: int) -> FetchedPage:
        given = [
            {
                "id": n,
                "name": f"Lamp {n}",
                "permalink": f"{SHOP}/product/lamp-{n}/",
                "sku": f"L{n}",
                "is_in_stock": True,
                "prices": {"price": "999", "regular_price": "999", "currency_code": "EUR", "currency_minor_unit": 2},
                "categories": [{"id": 1, "name": "Lamps", "link": f"{SHOP}/product-category/lamps/"}],
            }
            for n in numbers
        ]
        return page(json.dumps(given), content_type="application/json")

    front = page(
        "<html><head><link rel='https://api.w.org/' href='https://shop.example/wp-json/' />"
        "<link rel='stylesheet' href='/wp-content/plugins/woocommerce/assets/css/woocommerce.css'></head>"
        "<body><a href='/product/lamp-1/'>Lamp</a></body></html>"
    )
    api = "/wp-json/wc/store/v1/products?per_page=100&page="
    world = World({"/": front, f"{api}1": products(1, 2), f"{api}2": products(3), f"{api}3": products()})
    await world.crawl()
    assert await world.products() == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert f"{SHOP}/product/lamp-1/" not in world.web.asked


async def test_a_feed_spares_the_pages_of_its_products_and_no_others() -> None:
    items = "".join(
        f"<item><title>Lamp {n}</title><link>{SHOP}/product/{n}</link><g:id>L{n}</g:id><g:price>9.99 EUR</g:price>"
        f"<g:availability>in_stock</g:availability></item>"
        for n in (1, 2)
    )
    feed = f'<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>{items}</channel></rss>'
    front = listing([1, 2, 3], more="<link rel='alternate' type='application/rss+xml' href='/feed.xml'>")
    world = World(
        {
            "/": front,
            "/feed.xml": page(feed, content_type="application/rss+xml"),
            **{f"/product/{n}": product(n) for n in (1, 2, 3)},
        }
    )
    await world.crawl()
    rows = await world.rows()
    assert rows["/feed.xml"].kind is UrlKind.FEED
    assert [url for url in world.web.asked if "/product/" in url] == [f"{SHOP}/product/3"]
    assert world.finished().coverage == 1.0


def test_a_collection_of_shopify_has_a_list_of_its_own() -> None:
    url = f"{SHOP}/collections/lamps"
    api = find_api(shopify_front().body, url, Scope(url))
    assert api is not None
    assert api.page(2) == f"{SHOP}/collections/lamps/products.json?limit=250&page=2"


def test_a_part_of_a_woocommerce_shop_has_no_list_of_its_own() -> None:
    url = f"{SHOP}/product-category/lamps/"
    front = b"<script src='/wp-content/plugins/woocommerce/x.js'></script>"
    assert find_api(front, url, Scope(url)) is None
    assert find_api(b"<html>nothing special</html>", f"{SHOP}/", Scope(SHOP)) is None


async def test_an_interface_is_not_read_again_by_the_next_attempt() -> None:
    world = World(shopify())
    await world.crawl()
    world.web.asked.clear()
    await world.crawl()
    assert world.web.asked == [f"{SHOP}/robots.txt"]
