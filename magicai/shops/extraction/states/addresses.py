"""Where the product lives that an object of a script's state describes."""

import re
from collections.abc import Iterator
from typing import Any

from magicai.shops.addresses import path_of
from magicai.shops.extraction.json_values import is_object, scalar
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.states import keys
from magicai.shops.extraction.text import folded
from magicai.shops.product_keys import url_key

_LONG_NUMBER = 4


class Links:
    """Which address of the page a slug or an id belongs to; gathered when first asked for."""

    def __init__(self, page: ParsedPage) -> None:
        self._page = page
        self._by_end: dict[str, str] = {}
        self._by_number: dict[str, str] = {}

    def _gather(self) -> None:
        for anchor in self._page.anchors:
            path = path_of(anchor.url).rstrip("/")
            end = path.rpartition("/")[2].lower()
            self._by_end.setdefault(end, anchor.url)
            self._by_end.setdefault(end.rpartition(".")[0] or end, anchor.url)
            for number in re.findall(r"\d{4,20}", anchor.url):
                self._by_number.setdefault(number, anchor.url)

    def of(self, thing: dict[str, Any]) -> str:
        """The address that ends in one of an object's slugs, else one that holds its id; "" where there is none."""
        if not self._by_end:
            self._gather()
        for slug in _slugs(thing):
            if slug in self._by_end:
                return self._by_end[slug]
        for key in keys.IDENTITIES:
            number = scalar(thing.get(key)).rpartition("/")[2]
            if len(number) >= _LONG_NUMBER and number in self._by_number:
                return self._by_number[number]
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
