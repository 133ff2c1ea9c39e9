"""What a page's JSON-LD says beside its product: whether it is about several, and what customers wrote of it.

A page may be about several products: a bundle's parts, a comparison, a shop of one page.

Kinds of one product share a maker, a heading and the beginning of their names, and what a page only recommends has an
address of its own. What claims the page beside these is another product.
"""

import re
from collections.abc import Iterator
from typing import Any, cast

from magicai.ports import FetchedPage
from magicai.runs.run import JSON
from magicai.shops.extraction.encoding import as_utf8
from magicai.shops.extraction.json_ld import json_ld_items
from magicai.shops.extraction.json_values import first_text
from magicai.shops.extraction.page import ParsedPage
from magicai.shops.extraction.parsing import parse
from magicai.shops.extraction.text import plain
from magicai.shops.product_keys import folded, url_key

_PRODUCT = re.compile(rb"""["'](?:https?://schema\.org/)?Product["']""")
_MOST = 20
_MOST_REVIEWS = 100
_LONGEST_REVIEW = 2_000


def products_named(page: FetchedPage) -> list[str]:
    """Names of the products that a page's structured data say it is about, one for all kinds of each."""
    if len(_PRODUCT.findall(page.body)) < 2:  # noqa: PLR2004 - one is the usual page
        return []
    read = _parsed(page)
    shown, headings = read.names, {folded(node.text(separator=" ")) for node in read.headings[:_MOST]}
    own: list[tuple[str, str]] = []
    for item in _top(json_ld_items(read)):
        url = first_text(item.get("url") or item.get("@id"))
        name, brand = first_text(item.get("name")), _brand(item)
        elsewhere = url.startswith("http") and url_key(url) not in read.own_keys
        if not name or elsewhere or not item.get("offers") or not _is_shown(name, shown):
            continue
        if not any(_same(name, brand, *other, headings) for other in own):
            own.append((name, brand))
    return [name for name, _ in own]


def reviews_in(page: FetchedPage) -> tuple[str, ...]:
    """Texts of customers that the page states of its product."""
    if b"reviewBody" not in page.body:
        return ()
    found: list[str] = []
    for item in _top(json_ld_items(_parsed(page))):
        given = item.get("review")
        for one in cast("list[Any]", given if isinstance(given, list) else [given])[:_MOST_REVIEWS]:
            text = (
                plain(first_text(cast("JSON", one).get("reviewBody")), _LONGEST_REVIEW) if isinstance(one, dict) else ""
            )
            if text:
                found.append(text)
    return tuple(dict.fromkeys(found))[:_MOST_REVIEWS]


def _parsed(page: FetchedPage) -> ParsedPage:
    markup = as_utf8(page.body, content_type=page.content_type, charset=page.charset)
    return parse(markup, url=page.final_url)


def _top(items: list[Any]) -> Iterator[dict[str, Any]]:
    for item in items[:_MOST]:
        if isinstance(item, dict):
            one = cast("dict[str, Any]", item)
            kinds = one.get("@type")
            if "Product" in (kinds if isinstance(kinds, list) else [kinds]):
                yield one


def _brand(item: dict[str, Any]) -> str:
    brand = item.get("brand")
    return folded(first_text(cast("dict[str, Any]", brand).get("name") if isinstance(brand, dict) else brand))


def _is_shown(name: str, shown: tuple[str, ...]) -> bool:
    """Whether the page's headings or title have the name."""
    own = folded(name)
    return any(own in other for other in shown)


def _same(name: str, brand: str, other: str, of: str, headings: set[str]) -> bool:
    first, second = folded(name), folded(other)
    if (brand and of and brand != of) or (first != second and {first, second} <= headings):
        return False
    stem = 0
    while stem < min(len(first), len(second)) and first[stem] == second[stem]:
        stem += 1
    return 2 * stem >= min(len(first), len(second))
