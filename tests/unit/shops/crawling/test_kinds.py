"""What addresses promise, and what is learnt from addresses like them."""

import tracemalloc

import pytest

from magicai.shops.crawl import UrlKind
from magicai.shops.crawling.kinds import Shapes, priority, promised, promised_by_sitemap

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/products/lamp", UrlKind.PRODUCT),
        ("/collections/all/products/lamp", UrlKind.PRODUCT),
        ("/en/produkt/lampe-7", UrlKind.PRODUCT),
        ("/dp/B00X", UrlKind.PRODUCT),
        ("/products", UrlKind.LISTING),
        ("/product-category/lamps", UrlKind.LISTING),
        ("/c/lamps", UrlKind.LISTING),
        ("/collections/lamps", UrlKind.LISTING),
        ("/blog/products/why-we-like-lamps", UrlKind.OTHER),
        ("/about-us", UrlKind.OTHER),
        ("/blue-lamp.html", UrlKind.OTHER),
    ],
)
def test_words_of_an_address_promise_what_it_is(path: str, kind: UrlKind) -> None:
    assert promised(SHOP + path) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/sitemap.xml", None),
        ("/site_map_index.xml", None),
        ("/sitemap_products_1.xml", UrlKind.PRODUCT),
        ("/product-sitemap.xml", UrlKind.PRODUCT),
        ("/sitemap-items.xml.gz", UrlKind.PRODUCT),
        ("/product_cat-sitemap.xml", UrlKind.LISTING),
        ("/sitemap_collections_1.xml", UrlKind.LISTING),
        ("/post-sitemap.xml", UrlKind.OTHER),
        ("/sitemap_pages_1.xml", UrlKind.OTHER),
    ],
)
def test_names_of_sitemaps_promise_what_they_list(path: str, kind: UrlKind | None) -> None:
    assert promised_by_sitemap(SHOP + path) is kind


def test_learns_what_addresses_of_a_shape_are() -> None:
    shapes = Shapes()
    shapes.learn(f"{SHOP}/things/blue-lamp-1", UrlKind.PRODUCT)
    assert shapes.kind(f"{SHOP}/things/red-lamp-2") is None
    shapes.learn(f"{SHOP}/things/green-lamp-3", UrlKind.PRODUCT)
    assert shapes.kind(f"{SHOP}/things/red-lamp-2") is UrlKind.PRODUCT
    assert shapes.kind(f"{SHOP}/stories/red-lamp-2") is None
    shapes.learn(f"{SHOP}/things/about-lamps-4", UrlKind.OTHER)
    assert shapes.kind(f"{SHOP}/things/red-lamp-2") is None


def test_interfaces_then_products_then_lists_then_the_rest() -> None:
    order = [UrlKind.FRONT, UrlKind.API, UrlKind.FEED, UrlKind.PRODUCT, UrlKind.SITEMAP, UrlKind.LISTING, UrlKind.OTHER]
    assert sorted(order, key=lambda kind: -priority(kind, 5)) == order
    assert priority(UrlKind.PRODUCT, 1) > priority(UrlKind.PRODUCT, 2)
    assert priority(UrlKind.PRODUCT, 12) > priority(UrlKind.LISTING, 0)


def test_shapes_that_each_product_has_for_itself_do_not_pile_up() -> None:
    shapes = Shapes()
    names = [f"{chr(97 + a)}{chr(97 + b)}{chr(97 + c)}" for a in range(26) for b in range(26) for c in range(26)]
    tracemalloc.start()
    for name in names:
        shapes.learn(f"https://s.example/{name}", UrlKind.PRODUCT)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_500_000, "of 6 MB"
