"""What a page brings is told by the products that it shows, whether it states them or only links them."""

from collections.abc import Iterable

import pytest

from magicai.messages import say
from magicai.shops.crawl import FrontierUrl, UrlKind
from magicai.shops.crawling import urls
from magicai.shops.crawling.discovery import Discovery
from magicai.shops.crawling.frontier import Frontier
from magicai.shops.crawling.limits import CrawlLimits
from magicai.shops.crawling.scope import Scope
from magicai.shops.extraction.reading import Link, PageKind, Reading
from magicai.shops.product import Observation, Source
from tests.unit.shops.crawling.small_web import SHOP, MemoryCrawls, MemoryFiles

LIST = f"{SHOP}/c/mugs"


def discovery() -> Discovery:
    files = MemoryFiles()
    frontier = Frontier("c", MemoryCrawls(files), files)
    return Discovery(frontier, Scope(SHOP), CrawlLimits())


def row(url: str) -> FrontierUrl:
    return FrontierUrl(url, UrlKind.LISTING, 1.0, 1, "")


def linking(numbers: Iterable[int], *following: str) -> list[Link]:
    products = [Link(f"{SHOP}/products/{number}", UrlKind.PRODUCT) for number in numbers]
    return products + [Link(url, UrlKind.LISTING, next_page=True) for url in following]


def stating(numbers: Iterable[int], url: str = "") -> list[Observation]:
    return [
        Observation(url or f"{SHOP}/products/{number}", f"Mug {number}", source=Source.JSON_LD) for number in numbers
    ]


def filters_read(found: Discovery, pages: Iterable[Reading]) -> int:
    """After how many filters of the list further ones are left alone; 0 where they never are."""
    for number, reading in enumerate(pages, 1):
        found.page(row(f"{LIST}?color={number}"), reading)
        if found.closed(row(f"{LIST}?color=waiting")):
            return number
    return 0


def test_filters_that_link_what_their_list_stated_bring_nothing() -> None:
    found = discovery()
    found.page(row(LIST), Reading(PageKind.LISTING, observations=stating(range(24)), links=linking(range(24))))
    assert filters_read(found, [Reading(PageKind.LISTING, links=linking([n])) for n in range(24)]) == 8


def test_filters_that_state_what_their_list_linked_bring_nothing() -> None:
    found = discovery()
    found.page(row(LIST), Reading(PageKind.LISTING, links=linking(range(24))))
    assert filters_read(found, [Reading(PageKind.LISTING, observations=stating([n])) for n in range(24)]) == 8


def test_products_of_one_address_are_told_apart_by_their_names() -> None:
    found = discovery()
    pages = [Reading(PageKind.LISTING, observations=stating(range(at, at + 5), SHOP)) for at in range(0, 100, 5)]
    found.page(row(LIST), pages[0])
    assert filters_read(found, pages[1:]) == 0
    assert filters_read(found, pages * 9) > 0


def test_a_list_that_goes_on_with_what_it_stated_ends() -> None:
    found = discovery()
    first = Reading(PageKind.LISTING, observations=stating(range(9)), links=linking(range(9), f"{LIST}?page=2"))
    found.page(row(f"{LIST}?page=1"), first)
    for at in (2, 3):
        assert found.closed(row(f"{LIST}?page={at}")) is None
        again = Reading(PageKind.LISTING, links=linking([at], f"{LIST}?page={at + 1}"))
        found.page(row(f"{LIST}?page={at}"), again)
    assert found.closed(row(f"{LIST}?page=4")) == say("list_without_news")


def test_a_link_that_pages_repeat_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    usual = urls.normal

    def normal(url: str) -> str:
        looked.append(url)
        return usual(url)

    found = discovery()
    monkeypatch.setattr(urls, "normal", normal)
    for number in range(3):
        links = [Link(f"{SHOP}/c/{place}", UrlKind.LISTING) for place in range(500)]
        found.page(row(f"{LIST}/{number}"), Reading(PageKind.OTHER, links=links))
    assert len(looked) < 900, "of 1,500"
