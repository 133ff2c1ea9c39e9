import pytest
from hypothesis import given
from hypothesis import strategies as st

from magicai.shops.addresses import absolute, site_of, without_tracking
from magicai.shops.crawl import UrlKind
from magicai.shops.crawling import urls
from magicai.shops.extraction.address_kinds import leads_elsewhere, page_number, promise_of
from magicai.shops.product_keys import url_key

BASE = "http://127.0.0.1:8000/dir/page?x=1"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a/b.html", "http://127.0.0.1:8000/a/b.html"),
        ("../x", "http://127.0.0.1:8000/x"),
        ("p/1#f", "http://127.0.0.1:8000/dir/p/1"),
        ("?page=2", "http://127.0.0.1:8000/dir/page?page=2"),
        ("//cdn.test/y", "http://cdn.test/y"),
        ("HTTP://EX.test:80/a b", "http://ex.test/a%20b"),
        ("/a/../b", "http://127.0.0.1:8000/b"),
        ("/中文?q=é", "http://127.0.0.1:8000/%E4%B8%AD%E6%96%87?q=%C3%A9"),
        ("http://münchen.test/", "http://xn--mnchen-3ya.test/"),
        (" \n/a\t", "http://127.0.0.1:8000/a"),
        ("#x", ""),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@b.test", ""),
        ("ftp://a.test/", ""),
        ("http://user:secret@a.test/", ""),
        ("http://[::1", ""),
        ("/" + "a" * 3_000, ""),
    ],
)
def test_an_href_becomes_a_web_address_or_nothing(href: str, url: str) -> None:
    assert absolute(href, BASE) == url


@given(st.text(max_size=60))
def test_any_href_gives_http_or_nothing(href: str) -> None:
    url = absolute(href, BASE)
    assert url == "" or url.startswith(("http://", "https://"))
    url.encode()


def test_parameters_that_follow_visitors_go() -> None:
    assert without_tracking("http://a.test/p?utm_source=x&b=1&_pos=3&gclid=z") == "http://a.test/p?b=1"
    assert without_tracking("http://a.test/p?utm_source=x") == "http://a.test/p"


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("item.shop.com", "shop.com"),
        ("shop.com", "shop.com"),
        ("a.shop.co.uk", "shop.co.uk"),
        ("a.myshopify.com", "a.myshopify.com"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("10.0.0.1", "10.0.0.1"),
        ("localhost:80", "localhost:80"),
    ],
)
def test_a_site_is_what_one_owner_has(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/products/blue-mug", UrlKind.PRODUCT),
        ("/collections/mugs/products/blue-mug", UrlKind.PRODUCT),
        ("/product/beanie/", UrlKind.PRODUCT),
        ("/en/men/12-mug.html", UrlKind.PRODUCT),
        ("/dp/B0001", UrlKind.PRODUCT),
        ("/item.htm?id=600123", UrlKind.PRODUCT),
        ("/index.php?route=product/product&product_id=40", UrlKind.PRODUCT),
        ("/collections/mugs", UrlKind.LISTING),
        ("/product-category/mugs/", UrlKind.LISTING),
        ("/shop", UrlKind.LISTING),
        ("/shop/page/2/", UrlKind.LISTING),
        ("/mugs?page=3", UrlKind.LISTING),
        ("/3-clothes", UrlKind.LISTING),
        ("/", UrlKind.FRONT),
        ("/blogs/news/mug-care", UrlKind.OTHER),
        ("/cart", UrlKind.OTHER),
        ("/policies/shipping-policy", UrlKind.OTHER),
        ("/mug.jpg", UrlKind.OTHER),
        ("/something", UrlKind.OTHER),
    ],
)
def test_an_address_promises_a_kind(path: str, kind: UrlKind) -> None:
    assert promise_of(f"https://s.test{path}") is kind


def test_an_action_is_no_page() -> None:
    assert leads_elsewhere("https://s.test/shop?add-to-cart=5")


def test_a_page_number_is_found_in_query_and_path() -> None:
    assert page_number("https://s.test/c?page=3") == 3
    assert page_number("https://s.test/c/page/4/") == 4
    assert page_number("https://s.test/c") is None


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("#/product/3", "https://shop.example/all#/product/3"),
        ("/#!product/3", "https://shop.example/#!product/3"),
        ("https://shop.example/#/p?id=3", "https://shop.example/#/p?id=3"),
        ("#reviews", ""),
        ("#!", ""),
        ("#/", ""),
        ("/pot#reviews", "https://shop.example/pot"),
    ],
)
def test_a_route_of_scripts_is_part_of_an_address_and_any_other_fragment_is_not(href: str, url: str) -> None:
    assert absolute(href, "https://shop.example/all#/cups") == url
    assert urls.normal(url) == url
    assert not url or "#" not in url or url_key(url) != url_key(url.partition("#")[0])
