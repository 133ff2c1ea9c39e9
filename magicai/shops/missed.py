"""Which products an earlier crawl may only have missed: they stand on what it knew of and could not read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from magicai.shops.product import Product

# Pages of a list, each found on the one before it.
_MOST_PARENTS = 10_000


class FrontierPage(NamedTuple):
    """A row of a crawl's frontier.

    Attributes:
        found_on: the page that links it; "" for a seed.
        read: it was fetched, or is unchanged.
        undrawn: its scripts would have drawn what it states, and no browser read it.
    """

    found_on: str
    read: bool
    undrawn: bool


# By address, those that a crawl knows of.
Pages = Callable[[str, Sequence[str]], Mapping[str, FrontierPage]]


def places_of(product: Product) -> frozenset[str]:
    """Where a product stands: its own page, and those that state it."""
    return frozenset({product.url, *(source.url for source in product.provenance.values())} - {""})


class Missed:
    """What an earlier crawl would not have seen, had it been there.

    A page that the earlier crawl did not know hung on one that it knew, or on nothing that it could read. What is known
    of a page stays in memory, so that a list is followed once, whatever stands on it.
    """

    def __init__(self, pages: Pages, *, crawl_id: str, previous_id: str) -> None:
        self._pages, self._crawl_id, self._previous_id = pages, crawl_id, previous_id
        self._unread: dict[str, bool] = {}

    def among(self, places: Mapping[str, Iterable[str]]) -> set[str]:
        """Ids of products of which some place was not read then; `places` by product id."""
        self._follow({url for urls in places.values() for url in urls})
        return {one for one, urls in places.items() if any(self._unread[url] for url in urls)}

    def _follow(self, urls: set[str]) -> None:
        followed: dict[str, str] = {}  # a page that was not known then: the page on which it was found now
        asked = urls - self._unread.keys()
        for _ in range(_MOST_PARENTS):
            if not asked:
                break
            wanted = sorted(asked)
            now, before = self._pages(self._crawl_id, wanted), self._pages(self._previous_id, wanted)
            for url in wanted:
                here, then = now.get(url), before.get(url)
                if then is not None:
                    # What no browser has drawn this time either was read no worse then.
                    drawn_since = then.undrawn and not (here is not None and here.undrawn)
                    self._unread[url] = not then.read or drawn_since
                elif here is None or not here.found_on:
                    self._unread[url] = False
                else:
                    followed[url] = here.found_on
            asked = {parent for parent in followed.values() if parent not in self._unread and parent not in followed}
        for url in followed:
            self._settle(url, followed)

    def _settle(self, url: str, followed: Mapping[str, str]) -> None:
        way: dict[str, None] = {}
        while url in followed and url not in self._unread and url not in way:
            way[url] = None
            url = followed[url]
        self._unread.update(dict.fromkeys(way, self._unread.get(url, False)))
