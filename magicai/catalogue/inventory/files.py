"""Stock in CSV files: counts, changes, and the inventory as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from magicai.catalogue.inventory.sent import SentChange, SentLevel
from magicai.catalogue.inventory.stock import Change, Level, Stock
from magicai.errors import Invalid
from magicai.shops.columns import Mapped, by_field
from magicai.values.cells import harmless

# Of each value, the fields of columns that state it, the surest first; and what the inventory's own file calls it.
_FIELDS = {
    "item": ("sku",),
    "quantity": ("quantity",),
    "change": ("change",),
    "version": ("version",),
    "key": ("event", "id"),
}
_OWN = {"item": "item", "quantity": "available"}


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out, by its line in the file, and why."""

    line: int
    why: str


def read_stock(text: str, *, version: int, mapping: Mapped | None = None) -> Iterator[Level | Change | BadRow]:
    """What a file says, row by row: a row with a change is a change, others are counts.

    Args:
        text: CSV with a header; `item` or `sku`, and `quantity` or `change`.
        version: of counts without one of their own. A change without a key of its own has one of the whole file, so
            that the same file counts once.
        mapping: what somebody said of its columns.

    Raises:
        Invalid: the header lacks a column.
    """
    rows = _lines(text)
    _, header = next(rows, (0, list[str]()))
    columns = _columns(header, mapping or {})
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


def header_of(text: str) -> list[str]:
    """The names of a file's columns."""
    return next(_lines(text), (0, list[str]()))[1]


def rows_below(text: str) -> Iterator[dict[str, str]]:
    """The rows of a file by their columns."""
    rows = _lines(text)
    _, header = next(rows, (0, list[str]()))
    return (dict(zip(header, row, strict=False)) for _, row in rows if any(cell.strip() for cell in row))


def written(stocks: Iterable[Stock]) -> str:
    """The inventory as CSV, without formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("item", "on_hand", "reserved", "available", "source"))
    for stock in stocks:
        writer.writerow((harmless(stock.item), stock.on_hand, stock.reserved, stock.available, harmless(stock.source)))
    return out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows, each with the line that it ends with; one that is no CSV is empty cells, which are no count."""
    delimiter = max(",;\t", key=text[:20_000].partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            row = ["?"] * len(_FIELDS)
        if row is None:
            return
        yield reader.line_num, row


def _columns(header: list[str], mapping: Mapped) -> dict[str, int]:
    said = [cell.strip().casefold() for cell in header]
    known = by_field(header, mapping)
    columns: dict[str, int] = {}
    for name, fields in _FIELDS.items():
        column = next((known[field] for field in fields if field in known), None)
        if _OWN.get(name) in said and (column is None or column not in mapping):
            columns[name] = said.index(_OWN[name])
        elif column is not None:
            columns[name] = header.index(column)
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
