"""Rows of a table in a file, read one after the other: CSV, JSON, JSON Lines, Excel or Parquet.

A row that can't be read is named by its number, and the rows behind it are read all the same.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, BinaryIO, cast

from magicai.errors import Invalid
from magicai.values.workbooks import excel, parquet

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson", ".json")
_PARQUET, _ZIP = b"PAR1", b"PK"
_DELIMITERS = ",;\t|"
# Lines and characters that one row may have. Beyond them, a quotation mark is taken for one that was never closed.
_MOST_LINES = 500
_MOST_CHARACTERS = 200_000
# Rows above the header, such as a title and the date of an export.
_MOST_ABOVE = 20
# Excel's own first line, which names the delimiter.
_SEPARATOR = re.compile(r"\ufeff?sep=(.)\s*$", re.IGNORECASE)
# A JSON document is read as a whole, unlike JSON Lines.
_LARGEST_DOCUMENT = 20_000_000
_LISTS = ("products", "items", "rows", "data", "results")

_IN_QUOTES = "Put text that holds the delimiter into double quotes."

IsHeader = Callable[[Sequence[str]], bool]
"""Whether the cells of a row are the names of columns."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: of its first line, or of its row in a sheet; the first of a file is 1.
        cells: by column; empty where `fault` says why it can't be read.
        way_out: what to do about the fault.
    """

    number: int
    cells: dict[str, Any]
    fault: str = ""
    way_out: str = "Correct it."


def rows_in(
    file: BinaryIO, called: str, *, encoding: str = "utf-8", errors: str = "strict", is_header: IsHeader | None = None
) -> Iterator[Row]:
    """Rows of a file, by its first bytes. Of columns with one name, later ones get a number: `image`, `image 2`.

    Args:
        file: at its beginning.
        called: how messages call it.
        encoding, errors: of text.
        is_header: finds the row with the names among the first 20; without it, or if none is, the first row has them.

    Raises:
        Invalid: it is none of these, or has no header.
        Missing: what reads Excel files is not installed.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith(_PARQUET):
        yield from (Row(number, cells) for number, cells in parquet(file, called))
    elif start.startswith(_ZIP):
        yield from _sheet(excel(file, called), is_header)
    else:
        text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
        first = "".join(start.decode(encoding, "replace").split()).removeprefix("\ufeff")
        try:
            if first.startswith("{"):
                yield from _lines(text, called)
            elif first.startswith(("[{", "[]")):
                yield from _document(text, called)
            else:
                yield from _csv(text, called, is_header)
        except UnicodeDecodeError as exc:
            raise Invalid("file_not_utf8", file=called, reason=exc.reason) from exc
        finally:
            text.detach()


def _lines(text: io.TextIOWrapper, called: str) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if not (plain := line.strip().removeprefix("\ufeff")):
            continue
        if number == 1 and plain == "{":
            text.seek(0)
            yield from _document(text, called)
            return
        try:
            row: object = json.loads(plain)
        except (ValueError, RecursionError) as exc:
            yield Row(number, {}, f"is not JSON: {exc!s:.100}")
            continue
        if not isinstance(row, dict):
            yield Row(number, {}, "is not an object")
        elif number == 1 and (several := _several(cast("dict[str, Any]", row))):
            yield from _objects(several)
        else:
            yield Row(number, cast("dict[str, Any]", row))


def _document(text: io.TextIOWrapper, called: str) -> Iterator[Row]:
    body = text.read(_LARGEST_DOCUMENT + 1).removeprefix("\ufeff")
    if len(body) > _LARGEST_DOCUMENT:
        raise Invalid("json_file_too_large", file=called)
    try:
        made: object = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Invalid("json_file_invalid", file=called, reason=f"{exc!s:.100}") from exc
    if isinstance(made, dict):
        one = cast("dict[str, Any]", made)
        yield from _objects(_several(one) or [one])
    else:
        yield from _objects(cast("list[Any]", made))


def _several(document: dict[str, Any]) -> list[Any]:
    """The rows of a document that holds a list of them, such as an answer of a shop's API."""
    found = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    return cast("list[Any]", found or []) if not {"name", "title"} & document.keys() else []


def _objects(listed: list[Any]) -> Iterator[Row]:
    for number, row in enumerate(listed, start=1):
        yield Row(number, cast("dict[str, Any]", row)) if isinstance(row, dict) else Row(number, {}, "is not an object")


def _sheet(rows: Iterator[tuple[int, tuple[Any, ...]]], is_header: IsHeader | None) -> Iterator[Row]:
    above: list[tuple[int, tuple[Any, ...]]] = []
    for row in rows:
        above.append(row)
        if is_header is None or len(above) > _MOST_ABOVE or is_header(_texts(row[1])):
            break
    if not above:
        return
    found = len(above) - 1 if is_header is None or is_header(_texts(above[-1][1])) else 0
    names = _named(_texts(above[found][1]))
    for number, cells in (*above[found + 1 :], *rows):
        yield Row(number, dict(zip(names, cells, strict=False)))


def _texts(cells: Sequence[Any]) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in cells]


def _named(names: Sequence[str]) -> list[str]:
    """The names of columns, each once: the second `a` is `a 2`."""
    seen: set[str] = set()
    latest: dict[str, int] = {}
    made: list[str] = []
    for name in names:
        once = name
        while once and once in seen:
            latest[name] = latest.get(name, 1) + 1
            once = f"{name} {latest[name]}"
        seen.add(once)
        made.append(once)
    return made


def _csv(text: io.TextIOWrapper, called: str, is_header: IsHeader | None) -> Iterator[Row]:
    lines = _Lines(text)
    delimiter, names = _header(lines, called, is_header)
    while (record := lines.record()) is not None:
        number, parts = record
        if _is_cut(parts[0]):
            yield Row(number, {}, f"has more than {_MOST_CHARACTERS:,} characters")
            lines.back(parts[1:], number + 1)
            continue
        try:
            cells = _cells(parts, delimiter)
        except csv.Error as exc:
            yield Row(number, {}, f"can't be read: {exc}")
            lines.back(parts[1:], number + 1)
            continue
        if not any(cells):
            continue
        if len(cells) > len(names) and not any(cells[len(names) :]):
            cells = cells[: len(names)]  # a delimiter at the end of each line
        if len(cells) > len(names) or (len(parts) > 1 and len(cells) < len(names)):
            more = "more" if len(cells) > len(names) else "fewer"
            yield Row(number, {}, f"has {more} cells than the first line has names", _IN_QUOTES)
            # A quotation mark that was never closed has taken the rows behind it along.
            lines.back(parts[1:], number + 1)
            continue
        # A row that ends early says nothing of the columns behind its end.
        yield Row(number, dict(zip_longest(names, cells, fillvalue="")))


def _header(lines: "_Lines", called: str, is_header: IsHeader | None) -> tuple[str, list[str]]:
    """The delimiter, and the names of the columns; rows above them are taken."""
    named, first = "", None
    passed: list[str] = []
    for _ in range(_MOST_ABOVE):
        record = lines.record()
        if record is None:
            break
        number, parts = record
        separator = _SEPARATOR.match(parts[0]) if first is None else None
        if separator:
            named = separator[1]
        elif "".join(parts).strip("\ufeff \r\n"):
            delimiter = named or max(_DELIMITERS, key=parts[0].count)
            try:
                names = [name.strip() for name in _cells(parts, delimiter)]
            except csv.Error:
                names = parts[0].strip().split(delimiter)
            names[0] = names[0].removeprefix("\ufeff").strip().strip('"')
            if is_header is None or is_header(names):
                return delimiter, _named(names)
            first = first or (delimiter, names, number, len(parts))
        if first is not None:
            passed += parts
    if first is None:
        raise Invalid("table_header_missing", file=called)
    delimiter, names, number, many = first
    lines.back(passed[many:], number + many)
    return delimiter, _named(names)


def _cells(parts: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(parts, delimiter=delimiter, strict=True, skipinitialspace=True), list[str]())


def _is_cut(line: str) -> bool:
    """Whether a line is longer than what is kept of it."""
    return len(line) == _MOST_CHARACTERS and not line.endswith(("\r", "\n"))


class _Lines:
    """Physical lines, and the records that they make."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._number = text, 0
        self._returned: list[str] = []

    def back(self, lines: list[str], number: int) -> None:
        """Take lines again, of which the first has that number."""
        self._returned = [*lines, *self._returned]
        self._number = number - 1

    def _next(self) -> str:
        self._number += 1
        if self._returned:
            return self._returned.pop(0)
        line = rest = self._text.readline(_MOST_CHARACTERS)
        while _is_cut(rest):  # the rest of it is no line of its own
            rest = self._text.readline(_MOST_CHARACTERS)
        return line

    def record(self) -> tuple[int, list[str]] | None:
        """The next record: the number of its first line, and its lines; None at the end."""
        line = self._next()
        if not line:
            return None
        number, parts = self._number, [line]
        quotes, size = line.count('"'), len(line)
        while quotes % 2 and len(parts) < _MOST_LINES and size < _MOST_CHARACTERS and (line := self._next()):
            parts.append(line)
            quotes, size = quotes + line.count('"'), size + len(line)
        return number, parts
