"""Stock in CSV files: counts, changes, and the inventory as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from magicai.catalogue.inventory.sent import SentChange, SentLevel
from magicai.catalogue.inventory.stock import Change, Level, Stock
from magicai.errors import Invalid
from magicai.shops.columns import column_of
from magicai.values.cells import harmless

_NAMES: Mapping[str, tuple[str, ...]] = {
    "item": ("item",),
    "quantity": ("available",),
    "change": ("change", "delta", "adjustment", "变动"),
    "version": ("version", "版本"),
    "key": ("key", "event", "event_id", "id"),
}
# Of which columns of a product list state the same, by whatever name.
_FIELDS = {"item": "sku", "quantity": "quantity"}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out, by its line in the file, and why."""

    line: int
    why: str


def read_stock(text: str, *, version: int) -> Iterator[Level | Change | BadRow]:
    """What a file says, row by row: a row with a change is a change, others are counts.

    Args:
        text: CSV with a header; `item` or `sku`, and `quantity` or `change`.
        version: of counts without one of their own. A change without a key of its own has one of the whole file, so
            that the same file counts once.

    Raises:
        Invalid: the header lacks a column.
    """
    sample = text[:20_000]
    delimiter = max(",;\t", key=sample.partition("\n")[0].count)
    rows = _rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True))
    _, header = next(rows, (0, list[str]()))
    columns = _columns(header)
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        given = {name: row[place].strip() for name, place in columns.items() if place < len(row)}
        try:
            yield _value(given, version=version, key=f"{digest}-{line}")
        except ValueError:
            shown = ", ".join(f"{name} {value[:40]!r}" for name, value in given.items())
            yield BadRow(line, f"{shown}: this is not a count or a change of an item.")


def written(stocks: Iterable[Stock]) -> str:
    """The inventory as CSV, without formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("item", "on_hand", "reserved", "available", "source"))
    for stock in stocks:
        writer.writerow((harmless(stock.item), stock.on_hand, stock.reserved, stock.available, harmless(stock.source)))
    return out.getvalue()


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows, each with the line that it ends with; one that is no CSV is empty cells, which are no count."""
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            row = ["?"] * len(_NAMES)
        if row is None:
            return
        yield reader.line_num, row


def _columns(header: list[str]) -> dict[str, int]:
    said = [cell.strip().casefold() for cell in header]
    known = [column_of(cell) for cell in header]
    columns: dict[str, int] = {}
    for name, spellings in _NAMES.items():
        exact = [said.index(spelling) for spelling in spellings if spelling in said]
        alike = [place for place, column in enumerate(known) if column.field == _FIELDS.get(name)]
        if places := exact or sorted(alike, key=lambda place: known[place].rank):
            columns[name] = places[0]
    if "item" not in columns or not {"quantity", "change"} & set(columns):
        raise Invalid(
            "required_columns_missing", way_out="name_stock_columns", columns=", ".join(header)[:200] or "missing"
        )
    return columns


def _value(given: Mapping[str, str], *, version: int, key: str) -> Level | Change:
    item, change = given.get("item", ""), given.get("change", "")
    if change:
        said = {"type": "change", "item": item, "quantity": int(change), "key": given.get("key") or key}
        return SentChange.model_validate(said | {"version": int(given.get("version") or 0)}).value
    said = {"type": "level", "item": item, "quantity": int(given.get("quantity", ""))}
    return SentLevel.model_validate(said | {"version": int(given.get("version") or version)}).value
