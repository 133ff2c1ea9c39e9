"""One page has one address."""

import pytest

from magicai.shops.crawling import urls


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HTTPS://Shop.Example:443/a/../b#top", "https://shop.example/b"),
        ("https://shop.example", "https://shop.example/"),
        ("https://shop.example/a%7Eb%2fc", "https://shop.example/a~b%2Fc"),
        ("https://shop.example/ü?q=ü", "https://shop.example/%C3%BC?q=%C3%BC"),
        ("https://shop.example/p?utm_source=x&id=3&gclid=1", "https://shop.example/p?id=3"),
        ("https://shop.example/p;jsessionid=0A1B2C?id=3", "https://shop.example/p?id=3"),
        ("https://shop.example/p?PHPSESSID=0123456789abcdef&id=3", "https://shop.example/p?id=3"),
        ("https://shop.example/p?sid=0123456789abcdef0123", "https://shop.example/p"),
        ("https://shop.example/p?sid=12", "https://shop.example/p?sid=12"),
        ("https://shop.example/p?osCsid=abc&&", "https://shop.example/p"),
        ("https://shop.example/(S(3kq2x0aa))/p.aspx", "https://shop.example/p.aspx"),
        ("mailto:a@shop.example", ""),
        ("https://user@shop.example/", ""),
        ("not an address", ""),
        ("https://[bad/", ""),
    ],
)
def test_spells_an_address_in_one_way(written: str, normal: str) -> None:
    assert urls.normal(written) == normal
    assert urls.normal(normal) == normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://shop.example/a", "http://www.shop.example/a/"),
        ("https://shop.example/a?x=1&y=2", "https://shop.example/a?y=2&x=1"),
        ("https://shop.example/", "https://shop.example/index.html"),
        ("https://shop.example/c?page=1", "https://shop.example/c"),
        ("https://shop.example/c/page/1/", "https://shop.example/c/"),
        ("https://shop.example/collections/all/products/lamp", "https://shop.example/products/lamp"),
    ],
)
def test_the_spellings_of_one_page_have_one_key(one: str, other: str) -> None:
    assert urls.key(one) == urls.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://shop.example/a", "https://shop.example/b"),
        ("https://shop.example/a?x=1", "https://shop.example/a?x=2"),
        ("https://shop.example/c?page=2", "https://shop.example/c"),
        ("https://shop.example:8080/", "https://shop.example/"),
        ("https://shop.example/A", "https://shop.example/a"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert urls.key(one) != urls.key(other)


@pytest.mark.parametrize(
    ("url", "shape"),
    [
        ("https://shop.example/catalogue/a-light-in-the-attic_1000/index.html", "catalogue/*/index.html?"),
        ("https://shop.example/catalogue/category/books/travel_2/index.html", "catalogue/category/books/*/index.html?"),
        ("https://shop.example/product/lamp", "product/*?"),
        ("https://shop.example/view?id=7&lang=en", "view?id&lang"),
    ],
)
def test_addresses_of_one_kind_have_one_shape(url: str, shape: str) -> None:
    assert urls.shape(url) == shape


@pytest.mark.parametrize(
    ("url", "rest"),
    [
        ("https://shop.example/c/5?page=3", "https://shop.example/c/5?page=#"),
        ("https://shop.example/c/page/3/", "https://shop.example/c/page/#/"),
        ("https://shop.example/c/page-3.html", "https://shop.example/c/page-#.html"),
        ("https://shop.example/c?start=48", "https://shop.example/c?start=#"),
        ("https://shop.example/c/5", None),
        ("https://shop.example/c?id=5", None),
    ],
)
def test_pages_of_one_list_differ_in_their_number(url: str, rest: str | None) -> None:
    assert urls.list_of(url) == rest


@pytest.mark.parametrize(
    ("further", "first"),
    [
        ("https://shop.example/lamps?page=2", ["https://shop.example/lamps"]),
        ("https://shop.example/lamps?colour=red&page=2&size=4", ["https://shop.example/lamps?colour=red&size=4"]),
        ("https://shop.example/lamps?page=2&size=4", ["https://shop.example/lamps?size=4"]),
        ("https://shop.example/lamps/page/3/", ["https://shop.example/lamps/", "https://shop.example/lamps"]),
        ("https://shop.example/lamps/page-3", ["https://shop.example/lamps/", "https://shop.example/lamps"]),
        ("https://shop.example/lamps/page-3.html", []),
        ("https://shop.example/lamps", []),
    ],
)
def test_a_further_page_tells_where_its_first_may_be(further: str, first: list[str]) -> None:
    assert urls.first_pages(further) == first
