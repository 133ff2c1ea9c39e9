"""Where the product lives that an object of a script's state describes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from magicai.shops.addresses import path_of
from magicai.shops.extraction.json_values import is_object, scalar
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.states import keys
from magicai.shops.extraction.text import folded
from magicai.shops.product_keys import url_key

_LONG_NUMBER = 4
_COMPARED = 500  # products and links; those of one list
_LEAST_ALIKE = 2
_MARKS = frozenset("/-_=.?&#")  # what stands between the parts of an address


class Links:
    """Which address of the page a slug or an id belongs to; gathered when first asked for."""

    def __init__(self, page: ParsedPage) -> None:
        self._page = page
        self._by_end: dict[str, str] = {}
        self._by_number: dict[str, str] = {}
        self._route: tuple[str, str, str] | None = None

    def learn_route(self, products: Iterable[tuple[dict[str, Any], str]]) -> None:
        """Learn how the page's links name products, where those of two of them differ by one key's values alone.

        Args:
            products: objects with folded keys, and their names, which their links hold.
        """
        named = [(thing, folded(name)) for thing, name in products if name][:_COMPARED]
        held = [(anchor.url, folded(anchor.node.text(separator=" "))) for anchor in self._page.anchors[:_COMPARED]]
        seen: dict[tuple[str, str, str], set[str]] = {}
        for thing, name in named:
            urls = [url for url, text in held if name in text]
            for key in (*keys.SLUGS, *keys.IDENTITIES, *keys.SKUS):
                value = quote(scalar(thing.get(key)), safe="")
                for url in urls if value else ():
                    before, found, after = url.rpartition(value)
                    if found and before[-1:] in _MARKS and (not after or after[0] in _MARKS):
                        seen.setdefault((key, before, after), set()).add(value)
        route = max(seen, key=lambda one: len(seen[one]), default=None)
        self._route = route if route is not None and len(seen[route]) >= _LEAST_ALIKE else None

    def _gather(self) -> None:
        for anchor in self._page.anchors:
            path = path_of(anchor.url).rstrip("/")
            end = path.rpartition("/")[2].lower()
            self._by_end.setdefault(end, anchor.url)
            self._by_end.setdefault(end.rpartition(".")[0] or end, anchor.url)
            for number in re.findall(r"\d{4,20}", anchor.url):
                self._by_number.setdefault(number, anchor.url)

    def of(self, thing: dict[str, Any]) -> str:
        """The address that ends in one of an object's slugs, else one that holds its id; else by the page's route.

        "" where there is none.
        """
        if not self._by_end:
            self._gather()
        for slug in _slugs(thing):
            if slug in self._by_end:
                return self._by_end[slug]
        for key in keys.IDENTITIES:
            number = scalar(thing.get(key)).rpartition("/")[2]
            if len(number) >= _LONG_NUMBER and number in self._by_number:
                return self._by_number[number]
        if self._route is not None:
            key, before, after = self._route
            value = quote(scalar(thing.get(key)), safe="")
            return before + value + after if value else ""
        return ""


def _slugs(thing: dict[str, Any]) -> Iterator[str]:
    """Last segments of an object's addresses, in lower case; of a translated one, in every language."""
    for key in keys.SLUGS:
        value = thing.get(key)
        for text in value.values() if is_object(value) else (value,):
            slug = scalar(text).strip("/").rpartition("/")[2].lower()
            if slug:
                yield slug


def address_of(thing: dict[str, Any], name: str, page: ParsedPage, links: Links) -> tuple[str, bool]:
    """The address of a product and whether it is this page's; "" where the page does not tell."""
    ends = {path_of(url).rstrip("/").rpartition("/")[2].lower() for url in (page.url, page.own_url)}
    for key in keys.ADDRESSES:
        text = scalar(thing.get(key))
        if not text or " " in text or not ("/" in text or "?" in text or text.endswith((".html", ".htm"))):
            continue
        url = page.resolve(text)
        if url and page.in_shop(url) and path_of(url) != "/":
            return (page.own_url, True) if url_key(url) in page.own_keys else (url, False)
    if any(slug in ends or any(end.rpartition(".")[0] == slug for end in ends) for slug in _slugs(thing)):
        return page.own_url, True
    if folded(name) in page.names:
        return page.own_url, True
    for key in keys.IDENTITIES:
        number = scalar(thing.get(key)).rpartition("/")[2]
        if len(number) >= _LONG_NUMBER and re.search(rf"(?<!\w){re.escape(number)}(?!\w)", page.url):
            return page.own_url, True
    return links.of(thing), False
