"""Which addresses belong to the shop."""

import pytest

from magicai.shops.crawling.scope import Scope, shop_name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://shop.example/", "shop.example"),
        ("https://www.shop.example", "shop.example"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("https://shop.example/index.html", "shop.example"),
        ("https://shop.example/de/", "shop.example/de"),
        ("https://shop.example/de/index.php", "shop.example/de"),
        ("https://shop.example/collections/lamps", "shop.example/collections/lamps"),
    ],
)
def test_names_a_shop_by_its_host_and_path(url: str, name: str) -> None:
    assert shop_name(url) == name


def test_www_and_scheme_make_no_other_shop() -> None:
    scope = Scope("https://shop.example/")
    assert scope.home("http://www.shop.example/a?b") == "https://shop.example/a?b"
    assert scope.home("https://shop.example/a") == "https://shop.example/a"


@pytest.mark.parametrize(
    "url",
    ["https://other.example/", "https://blog.shop.example/", "https://shop.example:8443/", "https://notshop.example/"],
)
def test_other_hosts_and_ports_are_elsewhere(url: str) -> None:
    assert Scope("https://shop.example/").home(url) == ""


def test_a_path_limits_the_shop() -> None:
    scope = Scope("https://host.example/shop-a/")
    assert scope.holds("https://host.example/shop-a")
    assert scope.holds("https://host.example/shop-a/p/1")
    assert not scope.holds("https://host.example/shop-ab/p/1")
    assert not scope.holds("https://host.example/")


def test_takes_over_where_the_front_page_moved() -> None:
    scope = Scope("http://shop.example/")
    scope.adopt("https://www.shop-group.example/")
    assert scope.origin == "https://www.shop-group.example"
    assert scope.home("http://shop-group.example/a") == "https://www.shop-group.example/a"


def test_a_front_page_that_moves_to_a_language_still_means_the_whole_shop() -> None:
    scope = Scope("https://shop.example/")
    scope.adopt("https://shop.example/en/")
    assert scope.holds("https://shop.example/products/1")
