"""Addresses that lead nowhere are left alone; those of products and lists are not."""

import pytest

from magicai.messages import say
from magicai.shops.crawl import UrlKind
from magicai.shops.crawling.mazes import Mazes
from magicai.shops.crawling.traps import is_asset, trap

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/2031/05",
        "/events/list/2026-11",
        "/2026/11/",
        "/shop?month=2026-11",
        "/lamps?sort=price",
        "/lamps?orderby=price&page=2",
        "/lamps?product_list_dir=desc",
        "/lamps?view=grid",
        "/lamps?limit=96",
        "/lamps?colour=red&size=m&brand=x&style=y&room=z",
        "/a/b/a/b/a/b",
        "/a/a/a/",
        "/x/a/y/a/z/a/w/a",
        "/" + "/".join("abcdefghijklmnop"),
        "/lamps?q=" + "x" * 1000,
        "/cart",
        "/checkout/onepage",
        "/customer/account/login",
        "/lamp?add-to-cart=7",
        "/index.php?action=addtocart&id=7",
        "/lamp?currency=USD",
        "/lamp?replytocom=3",
    ],
)
def test_leaves_traps_alone(path: str) -> None:
    assert trap(SHOP + path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/lamps?page=7",
        "/lamps/page/7/",
        "/product.php?id=7",
        "/index.php?route=product/product&path=20&product_id=43",
        "/index.php?action=product&id=7",
        "/catalogue/travel_2/index.html",
        "/lamps?colour=red",
        "/p/2026-calendar",
        "/wine?year=red",
        "/products/compare-lamp",
        "/灯/台灯-1.html",
        "/bag/leather",
        "/home/home-decor",
    ],
)
def test_reads_what_is_none(path: str) -> None:
    assert trap(SHOP + path) is None


def test_reads_the_next_page_of_a_list_in_whatever_order() -> None:
    assert trap(f"{SHOP}/lamps?sort=default&limit=24&page=2", next_page=True) is None


@pytest.mark.parametrize("path", ["/a.jpg", "/a/b.PDF", "/s.css?v=1", "/app.js", "/f.woff2", "/list.csv", "/a.tar.gz"])
def test_knows_what_is_no_page(path: str) -> None:
    assert is_asset(SHOP + path)
    assert not is_asset(f"{SHOP}/a.html")
    assert not is_asset(f"{SHOP}/a.jpg/view")


def test_filters_wait_until_some_of_them_brought_something() -> None:
    mazes = Mazes()
    addresses = [f"{SHOP}/lamps?colour={n}" for n in range(100)]
    taken = [url for url in addresses if not mazes.refuses(url, UrlKind.LISTING, same_list=False)]
    assert len(taken) == 20


def test_filters_that_bring_nothing_new_are_closed() -> None:
    mazes = Mazes()
    for n in range(8):
        mazes.refuses(f"{SHOP}/lamps?colour={n}", UrlKind.LISTING, same_list=False)
        mazes.learn(f"{SHOP}/lamps?colour={n}", news=False)
    assert mazes.closed(f"{SHOP}/lamps?colour=9", same_list=False) == say("similar_pages_without_news", count=8)
    assert mazes.closed(f"{SHOP}/chairs?colour=9", same_list=False) is None


def test_products_told_apart_by_a_parameter_are_all_read() -> None:
    mazes = Mazes()
    for n in range(500):
        assert mazes.refuses(f"{SHOP}/product.php?id={n}", UrlKind.PRODUCT, same_list=False) is None
        mazes.learn(f"{SHOP}/product.php?id={n}", news=True)


def test_a_maze_of_pages_without_products_is_closed() -> None:
    mazes = Mazes()
    for n in range(40):
        mazes.learn(f"{SHOP}/maze/room-{n}", news=False)
    assert mazes.closed(f"{SHOP}/maze/room-41", same_list=False)


def test_a_list_that_shows_nothing_new_is_over() -> None:
    mazes = Mazes()
    mazes.learn_list(f"{SHOP}/lamps?page=1", {1, 2})
    mazes.learn_list(f"{SHOP}/lamps?page=2", {3, 4})
    assert mazes.closed(f"{SHOP}/lamps?page=3", same_list=True) is None
    mazes.learn_list(f"{SHOP}/lamps?page=3", {3, 4})
    mazes.learn_list(f"{SHOP}/lamps?page=4", {3, 4})
    assert mazes.closed(f"{SHOP}/lamps?page=5", same_list=True)
    assert mazes.closed(f"{SHOP}/chairs?page=5", same_list=True) is None
