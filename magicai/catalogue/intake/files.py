"""What a file states, whatever its kind: a table, JSON Lines, a Merchant feed, a sitemap, or a list of addresses.

It is read a piece at a time, so that one of a million rows takes no more memory than a small one.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from magicai.catalogue.intake.columns import is_header
from magicai.catalogue.intake.families import families
from magicai.catalogue.intake.rows import Address, Fault, Reader
from magicai.catalogue.pages.reading import of_product
from magicai.catalogue.product import OriginKind, Stated
from magicai.errors import Invalid
from magicai.shops.addresses import absolute, host_of, without_tracking
from magicai.shops.extraction import feed_items
from magicai.shops.extraction.encoding import encoding_of
from magicai.shops.merging import join
from magicai.shops.product import Availability
from magicai.values import tables

SUFFIXES = (*tables.SUFFIXES, ".xml", ".rss", ".atom", ".txt")
_SAMPLE = 1_000_000
_PIECE = 65_536
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LONGEST_LINE = 10_000
_SITEMAP = re.compile(r"<(?:\w++:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
# Nothing is given back: spaces between two tags are read once.
_LOC = re.compile(
    r"<(?:\w++:)?loc>\s*+(?:<!\[CDATA\[)?\s*+([^<\]\s]++)\s*+(?:\]\]>)?\s*+</(?:\w++:)?loc>", re.IGNORECASE
)
_NOT_FOR_SALE = (Availability.OUT_OF_STOCK, Availability.PREORDER)

Entry = Stated | Address | Fault


@dataclass(frozen=True, slots=True)
class Opened:
    """A file, and what was found out about it.

    Attributes:
        called: how messages call it.
        source: by which its next version replaces what this one states.
        url: from which it came; "" of an upload.
        encoding: of its text; "" where it is none.
        note: what a person should know about its encoding; "" where nothing.
    """

    file: BinaryIO
    called: str
    source: str
    url: str = ""
    encoding: str = "utf-8"
    note: str = ""


def opened(file: BinaryIO, called: str, *, source: str, url: str = "") -> Opened:
    """Look at a file's encoding: UTF-8 where all of it is, else what most of it looks like."""
    start = file.read(8)
    file.seek(0)
    if start.startswith((b"PK", b"PAR1")):
        return Opened(file, called, source, url, encoding="")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_SAMPLE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
        file.seek(0)
        return Opened(file, called, source, url)
    except UnicodeDecodeError:
        broken = max(file.tell() - _SAMPLE, 0)
    # What is not UTF-8 tells what it is, where the beginning may be plain ASCII.
    file.seek(broken)
    found = encoding_of(file.read(_SAMPLE))
    file.seek(0)
    note = (
        ""
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        else (f"{called} is not in UTF-8, and was read as {found}.")
    )
    return Opened(file, called, source, url, encoding=found, note=note)


def entries(one: Opened, *, currency: str, at: int) -> Iterator[Entry]:
    """What a file states, in its order.

    Raises:
        Invalid: it is of no kind that is known, or broken as a whole.
        Missing: what reads Excel files is not installed.
    """
    head = _head(one)
    if _SITEMAP.search(head):
        yield from _sitemap(one)
    elif head.lstrip("\ufeff \t\r\n").startswith("<"):
        yield from _feed(one, currency, at)
    elif _ADDRESS.match(head.lstrip("\ufeff \t\r\n")):
        yield from _addresses(one)
    else:
        yield from _rows(one, currency, at)


def _head(one: Opened) -> str:
    if not one.encoding:
        return ""
    head = one.file.read(_PIECE)
    one.file.seek(0)
    return codecs.getincrementaldecoder(one.encoding)("replace").decode(head)


def _pieces(one: Opened) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(one.encoding)("replace")
    while piece := one.file.read(_PIECE):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _sitemap(one: Opened) -> Iterator[Entry]:
    rest, number = "", 0
    for piece in _pieces(one):
        whole = rest + piece
        end = 0
        for found in _LOC.finditer(whole):
            end, number = found.end(), number + 1
            yield _address(found[1].replace("&amp;", "&"), f"{one.called}, address {number}")
        rest = whole[end:][-_LONGEST_LINE:]


def _addresses(one: Opened) -> Iterator[Entry]:
    rest, number = "", 0
    for piece in _pieces(one):
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            number += 1
            if line.strip():
                yield _address(line, f"{one.called}, line {number}")
        rest = rest[:_LONGEST_LINE]
    if rest.strip():
        yield _address(rest, f"{one.called}, line {number + 1}")


def _address(text: str, place: str) -> Entry:
    word = text.strip("\ufeff \t\r,;\"'")
    url = without_tracking(absolute(word, "")) if _ADDRESS.fullmatch(word) else ""
    if not url:
        return Fault(place, f"{place}: {word[:100]!r} is not an address.", "Give one address a line.")
    return Address(place, url)


def _feed(one: Opened, currency: str, at: int) -> Iterator[Entry]:
    found = False
    for number, observation in feed_items(_pieces(one), url=one.url, at_us=at):
        found, place = True, f"{one.called}, item {number}"
        if observation is None:
            yield Fault(place, f"{place} has no title, link or price.", "Give each item title, link and price.")
            continue
        observation.page_url, observation.at_us = one.url, at
        if observation.price is not None and observation.currency is None:
            observation.currency = currency or None
        product = join([observation], host_of(observation.url))
        if product.price is None and product.availability not in _NOT_FOR_SALE:
            yield Fault(place, f"{place}: “{product.name}” has no price, or a price of 0.", "Write it like 12.50 EUR.")
            continue
        if product.price is not None and product.currency is None:
            yield Fault(place, f"{place}: “{product.name}” has no currency.", "Say which: --currency EUR")
            continue
        stated = of_product(product, at_us=at, kind=OriginKind.FEED)
        origin = stated.origin.model_copy(update={"source": one.source, "place": place})
        yield stated.model_copy(update={"origin": origin})
    if not found:
        raise Invalid(
            f"{one.called} is not a product feed.", way_out="A Merchant feed has items with title, link and price."
        )


def _rows(one: Opened, currency: str, at: int) -> Iterator[Entry]:
    reader = Reader(one.source, currency, at)
    encoding = one.encoding or "utf-8"
    rows = tables.rows_in(one.file, one.called, encoding=encoding, errors="replace", is_header=is_header)
    for row, *others in families(rows):
        place = f"{one.called}, row {row.number}"
        if row.fault:
            yield Fault(place, f"{place} {row.fault}.", "Correct the row.")
        else:
            yield reader.read(row.cells, place, [other.cells for other in others])
