"""What a file states, whatever its kind: a table, JSON Lines, an XML feed, or a list of addresses.

It is read a piece at a time, so that one of a million rows takes no more memory than a small one.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from magicai.catalogue.intake.families import families
from magicai.catalogue.intake.markup import rows_of_feed
from magicai.catalogue.intake.notes import Notes
from magicai.catalogue.intake.prices import Currencies
from magicai.catalogue.intake.rows import Address, Fault, Reader
from magicai.catalogue.product import OriginKind, SourceStatement
from magicai.errors import Invalid
from magicai.messages import say
from magicai.shops.addresses import absolute, host_of, without_tracking
from magicai.shops.columns import Mapped, is_header, names_a_product, renamed
from magicai.shops.extraction.currencies import CurrencyEvidence
from magicai.shops.extraction.encoding import encoding_of
from magicai.values import tables
from magicai.values.tables import Row

SUFFIXES = (*tables.SUFFIXES, ".xml", ".rss", ".atom", ".txt", ".gz")
_SAMPLE = 1_000_000
_PIECE = 65_536
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Lines above a list of addresses that say what it is.
_COMMENTS = re.compile(r"(?:\s*+#[^\n]*+\n\s*+)*+")
_BLANK = "\ufeff \t\r\n"
_LONGEST_LINE = 10_000

Entry = SourceStatement | Address | Fault


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


def entries(
    one: Opened,
    *,
    currency: str,
    at: int,
    mapping: Mapped | None = None,
    notes: Notes | None = None,
    most: int | None = None,
) -> Iterator[Entry]:
    """What a file states, row by row; rows that may belong together come behind all others.

    Args:
        currency: of prices that name none; "" where nobody said.
        at: UTC microseconds.
        mapping: what somebody said of its columns.
        notes: gathers what people should know of the file.
        most: rows to read; all where None.

    Raises:
        Invalid: it is of no kind that is known, or broken as a whole.
        Missing: what reads Excel files is not installed.
    """
    head = _head(one)
    evidence = CurrencyEvidence(read_text=lambda: head)
    kind = OriginKind.FEED if head.lstrip(_BLANK).startswith("<") else OriginKind.FILE
    notes = notes or Notes(one.called, mapping or {})
    reader = Reader(one.source, Currencies(currency, evidence), at, notes, one.url, kind)
    if kind is OriginKind.FEED:
        yield from _feed(one, reader, _mapped(rows_of_feed(_pieces(one), notes.properties), notes, mapping, most))
    elif _ADDRESS.match(_COMMENTS.sub("", head.lstrip(_BLANK))):
        yield from islice(_addresses(one), most)
    else:
        headed: list[bool] = []
        rows = _table(one, mapping, headed)
        yield from _rows(one, reader, _mapped(rows, notes, mapping, most), headed)


def first_rows(one: Opened, mapping: Mapped, most: int) -> list[Row]:
    """The first rows of a table or a feed as they stand; none of a list of addresses."""
    head = _head(one)
    if head.lstrip(_BLANK).startswith("<"):
        rows = rows_of_feed(_pieces(one), set())
    elif _ADDRESS.match(_COMMENTS.sub("", head.lstrip(_BLANK))):
        return []
    else:
        rows = _table(one, mapping, [])
    found = list(islice(rows, most))
    one.file.seek(0)
    return found


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


def _addresses(one: Opened) -> Iterator[Entry]:
    rest, number = "", 0
    for piece in _pieces(one):
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            number += 1
            if line.strip() and not line.lstrip(_BLANK).startswith("#"):
                yield address(line, f"{one.called}, line {number}")
        rest = rest[:_LONGEST_LINE]
    if rest.strip():
        yield address(rest, f"{one.called}, line {number + 1}")


def address(text: str, place: str) -> Address | Fault:
    """The address that a text is, with or without its https://."""
    word = text.strip("\ufeff \t\r,;\"'")
    full = word if "://" in word else f"https://{word}"
    url = without_tracking(absolute(full, "")) if _ADDRESS.fullmatch(full) else ""
    if not url or (full != word and "." not in host_of(url)):
        return Fault(place, say("entry_address_invalid", address=word[:200]))
    return Address(place, url)


def _mapped(rows: Iterable[Row], notes: Notes, mapping: Mapped | None, most: int | None) -> Iterator[Row]:
    for row in islice(rows, most):
        notes.look_at(row.cells)
        yield replace(row, cells=renamed(row.cells, mapping)) if mapping else row


def _feed(one: Opened, reader: Reader, items: Iterable[Row]) -> Iterator[Entry]:
    found = False
    for item, *others in families(items):
        found, place = True, f"{one.called}, item {item.number}"
        yield reader.read(item.cells, place, [other.cells for other in others])
    if not found:
        raise Invalid("feed_not_readable", file=one.called)


def _table(one: Opened, mapping: Mapped | None, headed: list[bool]) -> Iterator[Row]:
    """The rows of a table; of those above them, `headed` gets whether they are the names of columns."""

    def is_headed(cells: Sequence[str]) -> bool:
        headed.append(is_header(cells, mapping))
        return headed[-1]

    return tables.rows_in(one.file, one.called, encoding=one.encoding or "utf-8", errors="replace", is_header=is_headed)


def _rows(one: Opened, reader: Reader, rows: Iterable[Row], headed: Sequence[bool]) -> Iterator[Entry]:
    for row, *others in families(rows):
        place = f"{one.called}, row {row.number}"
        if headed and not any(headed) and not names_a_product(row.cells):
            first = ", ".join(map(repr, [name for name in row.cells if name][:5]))
            raise Invalid("product_column_missing", file=one.called, row=first)
        if row.fault:
            yield Fault(place, say("entry_row_invalid", reason=row.fault))
        else:
            read = reader.read(row.cells, place, [other.cells for other in others])
            if not (isinstance(read, Fault) and is_header(_texts(row.cells))):
                yield read  # rather than the names again, as in files that were put together


def _texts(cells: Mapping[str, object]) -> list[str]:
    return [value for value in cells.values() if isinstance(value, str)]
