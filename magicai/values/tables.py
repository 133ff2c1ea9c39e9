"""Rows of a table in a file, read one after the other: CSV, JSON Lines, Excel or Parquet.

A row that can't be read is named by its number, and the rows behind it are read all the same.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from magicai.errors import Invalid
from magicai.values.workbooks import excel, parquet

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")
_PARQUET, _ZIP = b"PAR1", b"PK"
_DELIMITERS = ",;\t|"
# Lines and characters that one row may have. Beyond them, a quotation mark is taken for one that was never closed.
_MOST_LINES = 500
_MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: of its first line, or of its row in a sheet; the first of a file is 1.
        cells: by column; empty where `fault` says why it can't be read.
    """

    number: int
    cells: dict[str, Any]
    fault: str = ""


def rows_in(file: BinaryIO, called: str, *, encoding: str = "utf-8", errors: str = "strict") -> Iterator[Row]:
    """Rows of a file, by its first bytes.

    Args:
        file: at its beginning.
        called: how messages call it.
        encoding, errors: of text.

    Raises:
        Invalid: it is none of these, or has no header.
        Missing: what reads Excel files is not installed.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith(_PARQUET):
        yield from (Row(number, cells) for number, cells in parquet(file, called))
    elif start.startswith(_ZIP):
        yield from (Row(number, cells) for number, cells in excel(file, called))
    else:
        text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
        first = start.removeprefix(codecs.BOM_UTF8).lstrip()
        try:
            yield from _lines(text) if first[:1] == b"{" else _csv(text, called)
        except UnicodeDecodeError as exc:
            raise Invalid(f"{called} is not text in UTF-8: {exc.reason}.", way_out="Save it as CSV in UTF-8.") from exc
        finally:
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if not (plain := line.strip().removeprefix("\ufeff")):
            continue
        try:
            row: object = json.loads(plain)
        except (ValueError, RecursionError) as exc:
            yield Row(number, {}, f"is not JSON: {exc!s:.100}")
            continue
        if isinstance(row, dict):
            yield Row(number, cast("dict[str, Any]", row))
        else:
            yield Row(number, {}, "is not an object")


def _csv(text: io.TextIOWrapper, called: str) -> Iterator[Row]:
    lines = _Lines(text)
    names: list[str] = []
    delimiter = ","
    while (record := lines.record()) is not None:
        number, parts = record
        if not names:
            if not "".join(parts).strip("\ufeff \r\n"):
                continue
            delimiter = max(_DELIMITERS, key=parts[0].count)
            try:
                names = [name.strip() for name in _cells(parts, delimiter)]
            except csv.Error as exc:
                way_out = "Give a first line with the names of the columns."
                raise Invalid(f"The header of {called} can't be read: {exc}.", way_out=way_out) from exc
            names[0] = names[0].removeprefix("\ufeff").strip().strip('"')
            continue
        try:
            cells = _cells(parts, delimiter)
        except csv.Error as exc:
            yield Row(number, {}, f"can't be read: {exc}")
            lines.back(parts[1:], number + 1)
            continue
        if not any(cells):
            continue
        if len(cells) > len(names) or (len(parts) > 1 and len(cells) < len(names)):
            more = "more" if len(cells) > len(names) else "fewer"
            yield Row(number, {}, f"has {more} cells than the first line has names")
            # A quotation mark that was never closed has taken the rows behind it along.
            lines.back(parts[1:], number + 1)
            continue
        yield Row(number, dict(zip(names, cells, strict=False)))
    if not names:
        raise Invalid(f"{called} has no header.", way_out="Give a first line with the names of the columns.")


def _cells(parts: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(parts, delimiter=delimiter, strict=True), list[str]())


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
        return self._returned.pop(0) if self._returned else self._text.readline(_MOST_CHARACTERS)

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
