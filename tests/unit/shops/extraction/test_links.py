import pytest

from magicai.shops.crawl import UrlKind
from magicai.shops.extraction import read_page
from magicai.shops.extraction.links import MAY_NAME_MORE, NAMES_MORE
from magicai.shops.extraction.reading import Link

URL = "https://s.test/c/mugs?page=2"
CARDS = "".join(
    f'<li class="card"><a href="/mug-{number}"><img src="/i.jpg"><h3>Mug {number}</h3></a><b>€{number}.00</b></li>'
    for number in range(1, 4)
)


def links(body: str, url: str = URL) -> dict[str, tuple[UrlKind, bool]]:
    page = f"<html><head><title>Mugs</title></head><body>{body}</body></html>".encode()
    return {link.url: (link.kind, link.next_page) for link in read_page(page, url=url).links}


def test_what_cards_lead_to_are_products() -> None:
    assert links(f"<ul>{CARDS}</ul>") == {
        f"https://s.test/mug-{number}": (UrlKind.PRODUCT, False) for number in range(1, 4)
    }


def test_menus_lead_to_listings_and_the_rest_elsewhere() -> None:
    found = links(
        '<nav><a href="/kitchen">Kitchen</a><a href="/cart">Cart</a></nav><p><a href="/story">Our story</a></p>'
    )
    assert found == {
        "https://s.test/kitchen": (UrlKind.LISTING, False),
        "https://s.test/cart": (UrlKind.OTHER, False),
        "https://s.test/story": (UrlKind.OTHER, False),
    }


def test_headings_lead_to_products_even_without_a_price() -> None:
    assert links('<div><h3><a href="/mug-x">Mug X</a></h3></div>')["https://s.test/mug-x"] == (UrlKind.PRODUCT, False)


def test_the_next_page_is_found_by_relation_word_or_number() -> None:
    following = ("https://s.test/c/mugs?page=3", (UrlKind.LISTING, True))
    for pagination in (
        '<a rel="next" href="?page=3">more</a>',
        '<a href="?page=3">Next</a>',
        '<a href="?page=3">»</a>',
        '<a href="?page=3">下一页</a>',
        '<a href="?page=3" aria-label="Nächste Seite">x</a>',
        '<ul class="pagination"><li><a href="?page=1">1</a><li><a href="?page=3">3</a><li><a href="?page=4">4</a></ul>',
    ):
        found = links(pagination)
        assert [(url, promise) for url, promise in found.items() if promise[1]] == [following], pagination


def test_a_link_element_in_the_head_leads_on() -> None:
    page = b'<html><head><link rel="next" href="/c/mugs?page=3"></head><body></body></html>'
    assert read_page(page, url=URL).links == [Link("https://s.test/c/mugs?page=3", UrlKind.LISTING, next_page=True)]


def test_buttons_that_load_more_lead_on() -> None:
    for button in (
        '<button class="load-more" data-url="/c/mugs?page=3">Show more</button>',
        '<div data-next-url="/c/mugs?page=3"></div>',
        '<a class="more" hx-get="/c/mugs?page=3">Load more</a>',
        '<DIV DATA-NEXT-PAGE="/c/mugs?page=3"></DIV>',
        '<A CLASS="more" HX-GET="/c/mugs?page=3">Load more</A>',
    ):
        assert links(button)["https://s.test/c/mugs?page=3"] == (UrlKind.LISTING, True)


@pytest.mark.parametrize("name", NAMES_MORE)
def test_what_can_only_name_more_of_a_list_leads_on(name: str) -> None:
    assert links(f'<div {name}="/c/mugs?page=3"></div>') == {"https://s.test/c/mugs?page=3": (UrlKind.LISTING, True)}


@pytest.mark.parametrize("name", MAY_NAME_MORE)
def test_what_may_name_anything_leads_on_where_more_is_promised(name: str) -> None:
    following = {"https://s.test/c/mugs?page=3": (UrlKind.LISTING, True)}
    assert links(f'<button {name}="/c/mugs?page=3">Show more</button>') == following
    assert links(f'<button class="load-more" {name}="/c/mugs?page=3">+</button>') == following
    assert links(f'<button {name}="/c/mugs?page=3">Compare</button>') == {}


def test_a_link_that_asks_not_to_be_followed_promises_nothing() -> None:
    assert links('<nav><a rel="nofollow" href="/c/sorted">Sort</a></nav>')["https://s.test/c/sorted"] == (
        UrlKind.OTHER,
        False,
    )


def test_links_out_of_the_shop_or_the_web_are_left_out() -> None:
    hrefs = ("https://elsewhere.test/", "mailto:a@s.test", "javascript:x", "#top", "tel:1")
    assert links("".join(f'<a href="{href}">x</a>' for href in hrefs)) == {}


def test_each_address_comes_once_with_the_best_promise() -> None:
    found = links(f'<p><a href="/mug-1#top">mug</a></p><ul>{CARDS}</ul>')
    assert list(found) == [f"https://s.test/mug-{number}" for number in range(1, 4)]
    assert found["https://s.test/mug-1"] == (UrlKind.PRODUCT, False)


def test_relative_links_follow_the_base() -> None:
    page = b'<html><head><base href="/shop/"></head><body><a href="product/mug-1">x</a></body></html>'
    assert read_page(page, url=URL).links == [Link("https://s.test/shop/product/mug-1", UrlKind.PRODUCT)]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="paginat">{}</div>', '<div class="Pagination">{}</div>', '<div class="my-pager">{}</div>',
        '<div class="paging">{}</div>', '<ul class="pages">{}</ul>', '<div class="toolbar-pages">{}</div>',
        '<div class="pagenavi">{}</div>', '<div aria-label="Pagination">{}</div>',
    ],
)  # fmt: skip
def test_what_a_pagination_leads_to_goes_on_with_the_list(around: str) -> None:
    link = '<a href="/story">Our story</a>'
    assert links(around.format(link))["https://s.test/story"] == (UrlKind.LISTING, False)
    assert links(f"<p>{link}</p>")["https://s.test/story"] == (UrlKind.OTHER, False)


def test_a_link_that_is_called_a_page_number_goes_on_with_the_list() -> None:
    found = links('<a class="page-numbers" href="/story">Our story</a>')
    assert found["https://s.test/story"] == (UrlKind.LISTING, False)
