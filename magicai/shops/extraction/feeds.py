"""Product feeds: RSS and Atom with Google's g: elements, as shops write them for Merchant Center and its likes.

Read by lxml element by element, so that a feed of any length takes little memory. Document types are cut out before:
nothing is expanded, and nothing outside is fetched.

Source: Google Merchant Center, "Product data specification".
"""

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from itertools import islice
from time import monotonic
from typing import Any

from magicai.shops.addresses import absolute, without_tracking
from magicai.shops.extraction.amounts import EXPONENT, NUMBER, machine_amount, parse_amount
from magicai.shops.extraction.currencies import code_of
from magicai.shops.extraction.encoding import decode
from magicai.shops.extraction.identifiers import gtin, sku
from magicai.shops.extraction.offers import settle_price
from magicai.shops.extraction.reading import PageKind, Reading
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import DESCRIPTION_LIMIT, clean, plain
from magicai.shops.product import Observation, Source
from magicai.values.money import exponent
from magicai.values.times import to_us

etree: Any = import_module("lxml.etree")  # lxml brings no types
_log = logging.getLogger(__name__)

_ITEM_LIMIT = 50_000
_PIECE = 32_768
_LONGEST_S = 20.0
_FIELD_LIMIT = 200
_LONGEST_TAG, _LONGEST_ENTITY = 32_768, 12
_TEXT_LIMIT = 50_000
_IMAGE_LIMIT = 20
# A document has one type, before all else; what looks like the declaration of another goes piece by piece.
_DOCUMENT_TYPE = re.compile(
    r"(?:\s|<!--[^<>]{0,2000}-->){0,100}<!DOCTYPE[^\[<>]{0,2000}(?:\[[^\]]{0,200000}\])?[^<>]{0,200}>", re.IGNORECASE
)
_DECLARED = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|DOCTYPE)[^<>]{0,2000}>?", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
# What begins a tag that does not end before the next: libxml2 looks for the end of each through all that follows.
_STRAY = re.compile(r"<(?=[^<>!][^<>]*+(?:<|\Z)|<|\Z)")
_ITEMS = frozenset(("item", "entry", "product", "offer", "shopitem", "listing", "o"))
_PATH = re.compile(r"\s*>\s*")


@dataclass(slots=True)
class _Item:
    observation: Observation
    group: str
    kind: str


def read_feed(body: bytes, *, url: str, content_type: str = "", digest: str = "", at_us: int = 0) -> Reading:
    """Read a product feed.

    Items of one group are one product with variants; an item without a title or a link is nothing.

    Args:
        body: raw XML.
        url: from which it came.
        content_type: the header.
        digest: SHA-256 of the body.
        at_us: when it was fetched, in UTC microseconds.

    Returns:
        A listing; empty for what is no product feed.
    """
    reading = Reading(PageKind.LISTING)
    try:
        groups: dict[str, list[_Item]] = {}
        for place, fields in enumerate(_items(decode(body, content_type=content_type))):
            item = _item(fields, url, at_us)
            if item is not None:
                item.observation.page_url, item.observation.digest, item.observation.at_us = url, digest, at_us
                groups.setdefault(item.group or f"\0{place}", []).append(item)
        reading.observations = [_of_group(items) for items in groups.values()]
    except Exception:  # noqa: BLE001 - see read_page: a hostile feed costs the shop this feed and not the crawl
        _log.exception("%s can't be read", url)
        return Reading(PageKind.OTHER)
    if not reading.observations:
        reading.kind = PageKind.OTHER
    return reading


def feed_elements(
    pieces: Iterable[str], *, latest: float | None = None, besides: frozenset[str] = frozenset()
) -> Iterator[Any]:
    """The XML element of each item of a feed of any length, which is emptied behind it.

    Args:
        pieces: its text, in order, decoded; the first has its beginning.
        latest: when to stop, by the monotonic clock.
        besides: what else is wanted, outside of items: names of elements.
    """
    wanted = _ITEMS | besides
    for element in _elements(pieces, latest=latest):
        if local_name(element) not in wanted or any(local_name(one) in _ITEMS for one in element.iterancestors()):
            continue
        yield element
        element.clear()
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]


def _items(text: str) -> Iterator[dict[str, list[str]]]:
    """Fields of each item of a page's feed, up to a number and a time that none has."""
    text = _harmless(text, first=True)
    pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
    return islice(map(_fields, feed_elements(pieces, latest=monotonic() + _LONGEST_S)), _ITEM_LIMIT)


def _harmless(piece: str, *, first: bool) -> str:
    """A piece without declarations and entities, which would have to be looked up, and without begins of no tag."""
    if first:
        piece = _DECLARATION.sub("", piece)
        typed = _DOCUMENT_TYPE.match(piece)
        piece = piece[typed.end() :] if typed else piece
    return _STRAY.sub("&lt;", _ENTITY.sub("&amp;", _DECLARED.sub("", piece)))


def _fields(element: Any) -> dict[str, list[str]]:
    """Fields of an item by their local names in lower case."""
    fields: dict[str, list[str]] = {}
    children: list[Any] = list(element)
    for child in children[:_FIELD_LIMIT]:
        value: str = (child.text or child.get("href") or "").strip()[:_TEXT_LIMIT]
        if value:
            fields.setdefault(local_name(child), []).append(value)
    return fields


def _elements(pieces: Iterable[str], *, latest: float | None = None) -> Iterator[Any]:
    """The elements as they end; the clock is looked at before each piece, however the text is cut.

    Args:
        latest: when to stop, by the monotonic clock.
    """
    parser = etree.XMLPullParser(
        events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    rest, first = "", True
    for piece in (text[start : start + _PIECE] for text in pieces for start in range(0, len(text), _PIECE)):
        if latest is not None and monotonic() > latest:
            return
        whole = rest + piece
        end = _until_torn(whole)
        rest = whole[end:]
        if end:
            parser.feed(_harmless(whole[:end], first=first).encode("utf-8", "replace"))
            first = False
            for _, element in parser.read_events():
                yield element
    if rest:
        parser.feed(_harmless(rest, first=first).encode("utf-8", "replace"))
    with suppress(etree.XMLSyntaxError):  # no XML, or none that could be repaired: it has no more elements
        parser.close()
    for _, element in parser.read_events():
        yield element


def _until_torn(text: str) -> int:
    """Up to where a text can be read without tearing a tag, declaration or entity apart; none is endless."""
    tag = text.rfind("<")
    if tag >= 0 and len(text) - tag < _LONGEST_TAG and text.find(">", tag) < 0:
        return tag
    entity = text.rfind("&", max(0, len(text) - _LONGEST_ENTITY))
    return entity if entity >= 0 and text.find(";", entity) < 0 else len(text)


def local_name(element: Any) -> str:
    """What an element is called, in lower case and without its namespace; "" of a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _item(fields: dict[str, list[str]], base: str, at_us: int) -> _Item | None:
    name = plain(_first(fields, "title", "name", "productname"))
    address = without_tracking(absolute(_first(fields, "link", "url", "product_url"), base))
    if not name or not address or not (fields.keys() & {"price", "sale_price", "availability", "gtin", "price_vat"}):
        return None
    observation = Observation(url=address, name=name, source=Source.FEED)
    price, currency = money_in(_first(fields, "price", "price_vat"))
    sale, sale_currency = money_in(_first(fields, "sale_price"))
    on_sale = holds_at(_first(fields, "sale_price_effective_date"), at_us)
    if on_sale and sale is not None and sale_currency == currency and (price is None or sale < price):
        observation.price, observation.currency, observation.list_price = sale, currency, price
    elif price is not None:
        observation.price, observation.currency = price, currency
    availability = _first(fields, "availability")
    observation.availability = availability_term(availability) if availability else None
    observation.sku = sku(_first(fields, "sku", "id", "mpn"))
    observation.gtin = gtin(_first(fields, "gtin", "ean", "isbn", "upc"))
    observation.brand = clean(plain(_first(fields, "brand", "manufacturer"))) or None
    kinds = _PATH.split(plain(_first(fields, "product_type", "category", "google_product_category")))
    observation.category = tuple(kind for kind in kinds[:8] if kind and not kind.isdigit())
    pictures = [*fields.get("image_link", []), *fields.get("additional_image_link", []), *fields.get("image", [])]
    images = (absolute(picture, base) for picture in pictures[:_IMAGE_LIMIT])
    observation.images = tuple(dict.fromkeys(image for image in images if image))
    observation.description = plain(_first(fields, "description", "summary"), DESCRIPTION_LIMIT) or None
    kind = " / ".join(
        clean(value) for key in ("color", "size", "material", "pattern") for value in fields.get(key, [])[:1]
    )
    return _Item(observation, clean(_first(fields, "item_group_id")), kind)


def holds_at(span: str, at_us: int) -> bool:
    """Whether a span of two ISO 8601 times, or none, holds at a time; 0 is no time."""
    begin, slash, end = span.partition("/")
    if not slash or not at_us:
        return True
    try:
        return to_us(datetime.fromisoformat(begin.strip())) <= at_us <= to_us(datetime.fromisoformat(end.strip()))
    except ValueError:  # not two times, or without their zones
        return True


def _of_group(items: list[_Item]) -> Observation:
    """One product of the items of a group."""
    first = items[0].observation
    if len(items) == 1:
        return first
    first.variants = [item.observation.as_variant(item.kind) for item in items]
    settle_price(first, [item.observation for item in items])
    first.gtin = None
    first.sku = sku(items[0].group)
    return first


def money_in(text: str) -> tuple[Decimal | None, str | None]:
    """The amount and currency of "19.99 EUR"; None where it names none."""
    number = NUMBER.search(text[:60])
    if number is None or EXPONENT.match(text, number.end()):
        return None, None
    code = code_of(text[: number.start()]) or code_of(text[number.end() : 60])
    decimals = exponent(code) if code else None
    amount = machine_amount(number[0], exponent=decimals)
    amount = amount if amount is not None else parse_amount(number[0], exponent=decimals)
    return (amount, code) if amount else (None, None)


def _first(fields: dict[str, list[str]], *names: str) -> str:
    return next((fields[name][0] for name in names if name in fields), "")
