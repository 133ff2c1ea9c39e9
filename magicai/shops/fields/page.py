"""A product's page as fields are read from it: its elements and text, what its structured data say, its template."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from magicai.shops.extraction import traits
from magicai.shops.extraction.cards import find_cards
from magicai.shops.extraction.elements import Element
from magicai.shops.extraction.encoding import as_utf8
from magicai.shops.extraction.json_ld import json_ld_items
from magicai.shops.extraction.json_values import each, is_object
from magicai.shops.extraction.marked_items import MICRODATA, RDFA, marked_items
from magicai.shops.extraction.outline import Outline
from magicai.shops.extraction.parsing import MARKUP_LIMIT, parse
from magicai.shops.extraction.product_page import mark_related, page_heading
from magicai.shops.extraction.schema_org import types_of
from magicai.shops.extraction.shown_prices import money_in
from magicai.shops.extraction.text import clean, folded
from magicai.values.digest import digest_of

# Parts of a page that speak of other things than its product.
_FOREIGN = (
    traits.RELATED | traits.CART | traits.REVIEWS | traits.NAVIGATION | traits.FOOTER | traits.FILTER
    | traits.BREADCRUMB | traits.PAGINATION
)  # fmt: skip
_LONGEST_TEXT = 30_000


def normal(text: str) -> str:
    """A text for comparing: compatible forms, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


class FieldPage:
    """One product's page.

    Args:
        body: raw, uncompressed.
        content_type: the header.
    """

    def __init__(self, body: bytes, *, url: str, content_type: str = "") -> None:
        self.page = parse(as_utf8(body[:MARKUP_LIMIT], content_type=content_type, charset=""), url=url)
        self.outline = Outline(self.page.tree.body)
        self._heading = page_heading(self.outline, self.page)
        mark_related(self.outline, self._heading)
        for card in find_cards(self.outline, self.page, money_in(self.outline, self.page), self._heading):
            self.outline.mark_zone(card.element, traits.RELATED)
        self.own = [one for one in self.outline.elements if not one.zones & _FOREIGN]

    @cached_property
    def text(self) -> str:
        """What the page shows of its product, line by line."""
        return "\n".join(line for line, _ in self.lines())[:_LONGEST_TEXT]

    def lines(self) -> Iterator[tuple[str, Element]]:
        """The lines of its own part, cleaned, and the element in which each begins."""
        at = 0
        for line in self.outline.text.split("\n"):
            if line.strip():
                element = self.outline.at(at + len(line) - len(line.lstrip()))
                if not element.zones & _FOREIGN and (shown := clean(line, 2_000)):
                    yield shown, element
            at += len(line) + 1

    def text_of(self, element: Element) -> str:
        """What an element shows, on one line."""
        return clean(self.outline.text_of(element), 2_000)

    def shows(self, text: str) -> bool:
        """Whether a text stands on the page."""
        return bool(text.strip()) and normal(text) in self._normal

    @cached_property
    def _normal(self) -> str:
        return normal(self.text)

    @cached_property
    def named(self) -> dict[str, list[Element]]:
        """The elements of its own part inside the body, by name."""
        found: dict[str, list[Element]] = {}
        for element in self.own:
            if element.parent >= 0:
                found.setdefault(name_of(element), []).append(element)
        return found

    @cached_property
    def template(self) -> str:
        """The same for pages of one kind: the shape of their address, and the way to their heading."""
        parts = urlsplit(self.page.url)
        shape = [len(parts.path.strip("/").split("/")), *sorted(re.findall(r"(?:^|&)(\w+)=", parts.query))]
        around = self.outline.around(self._heading) if self._heading else ()
        way = [name_of(one) for one in around if one.parent >= 0]  # what the body is called changes with the product
        return digest_of([parts.netloc, shape, way])[:16]

    @cached_property
    def product(self) -> dict[str, Any]:
        """What structured data state of this page's product, in JSON-LD's shape; empty where none is surely its own."""
        items = [*json_ld_items(self.page), *marked_items(self.page, MICRODATA)]
        if b"typeof=" in self.page.markup:
            items += marked_items(self.page, RDFA)
        found = [one for item in items for one in _products(item)]
        named = [one for one in found if folded(str(one.get("name", ""))) in self.page.names]
        merged: dict[str, Any] = {}
        for one in named or (found if len(found) == 1 else []):
            merged = {**one, **merged}
        return merged


def name_of(element: Element) -> str:
    """An element's tag with its id and classes, without those that hold a digit: they are made for one page."""
    attributes = element.attributes
    identity, classes = attributes.get("id") or "", (attributes.get("class") or "").split()
    stable = sorted(one for one in set(classes) if not any(map(str.isdigit, one)))
    known = f"#{identity}" if identity and not any(map(str.isdigit, identity)) else ""
    return element.tag + known + "".join(f".{one}" for one in stable)


def _products(item: Any) -> Iterator[dict[str, Any]]:
    for one in each(item):
        if is_object(one):
            yield from (inner for inner in each(one.get("@graph")) if is_object(inner) and _is_product(inner))
            main = one.get("mainEntity")
            if _is_product(one):
                yield one
            elif is_object(main) and _is_product(main):
                yield main


def _is_product(item: dict[str, Any]) -> bool:
    return not {"product", "productgroup", "individualproduct", "productmodel"}.isdisjoint(types_of(item))
