"""Rows that are one product, wherever they stand in their file: its kinds, and more of its images."""

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from magicai.shops.columns import KINDS, column_of, pair_of
from magicai.values.tables import Row

_MOST_ROWS = 2_000
_REMEMBERED = 64
# What Shopify calls the one kind of a product that has no others.
_NO_KIND = "default title"
# Of a file without a name, SQLite keeps in memory what fits its cache.
_TABLES = """
    PRAGMA cache_size = -4000;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE waiting (place INTEGER PRIMARY KEY, family INTEGER, parent TEXT, row BLOB);
    CREATE TABLE known (key TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID;
    CREATE INDEX of_parent ON waiting (parent) WHERE parent IS NOT NULL;
"""


def families(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows, those of one product together, its own first; what belongs to nothing comes before all that may.

    Rows that name a group or a parent wait in a file of their own until all are read, so that they need not be
    adjacent, and memory stays flat.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        database.executescript(_TABLES)
        family: list[Row] = []
        for place, row in enumerate(rows):
            if not row.fault and _may_have_relatives(row.cells):
                _keep(database, place, row)
                continue
            if family and not row.fault and len(family) < _MOST_ROWS and _continues(row.cells, family[0].cells):
                family.append(row)
                continue
            if family:
                yield family
            family = [row]
        if family:
            yield family
        yield from _gathered(database)


def _may_have_relatives(cells: Mapping[str, Any]) -> bool:
    names = tuple(cells)
    return bool(_value(cells, "group") or _columns(names, "parent") or _columns(names, "variations"))


def _keep(database: sqlite3.Connection, place: int, row: Row) -> None:
    group, parent = _value(row.cells, "group"), parent_of(row.cells)
    family = place
    if group and not parent:
        database.execute("INSERT OR IGNORE INTO known VALUES (?, ?)", (_storable(f"group {group}"), place))
        family = _place(database, f"group {group}")
    if not parent and _columns(tuple(row.cells), "parent"):
        names = {_value(row.cells, field) for field in ("sku", "id")} - {""}
        keys = [(_storable(f"own {name}"), place) for name in names]
        database.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", keys)
    named = _storable(f"own {parent}") if parent else None
    if listed := variations(row.cells):
        keys = [(_storable(f"child {number}"), place) for number in listed]
        database.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", keys)
    elif named is None and _columns(tuple(row.cells), "variations"):
        named = _storable(f"child {_value(row.cells, 'sku')}")
    database.execute("INSERT INTO waiting VALUES (?, ?, ?, ?)", (place, family, named, pickle.dumps(row)))


def _place(database: sqlite3.Connection, key: str) -> int:
    return database.execute("SELECT place FROM known WHERE key = ?", (_storable(key),)).fetchone()[0]


def _gathered(database: sqlite3.Connection) -> Iterator[list[Row]]:
    database.execute(
        "UPDATE waiting SET family = coalesce((SELECT place FROM known WHERE key = parent),"
        " (SELECT min(place) FROM waiting AS sibling WHERE sibling.parent = waiting.parent))"
        " WHERE parent IS NOT NULL"
    )
    rows = database.execute("SELECT family, row FROM waiting ORDER BY family, place != family, place")
    for _, together in groupby(rows, key=itemgetter(0)):
        family: list[Row] = []
        for _, row in together:
            family.append(pickle.loads(row))  # noqa: S301 - written above, and nobody else can open it
            if len(family) == _MOST_ROWS:
                yield family
                family = []
        if family:
            yield family


def _storable(text: str) -> str:
    """A text without half surrogate pairs, which SQLite refuses."""
    return text.encode("utf-8", "replace").decode()


def nested(cells: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kinds that a JSON object lists as its `variants`."""
    given = cells.get("variants")
    listed = cast("list[Any]", given) if isinstance(given, list) else []
    return [cast("dict[str, Any]", one) for one in listed[:_MOST_ROWS] if isinstance(one, dict)]


def variations(cells: Mapping[str, Any]) -> dict[str, str]:
    """Of a product whose kinds have rows of their own, as Magento lists them: what tells each from others, by SKU."""
    listed: dict[str, str] = {}
    for one in _value(cells, "variations").split("|"):
        first, *others = one.split(",")
        name, _, number = first.partition("=")
        if name.strip() == "sku" and number:
            listed[number.strip()] = " / ".join(other.partition("=")[2].strip() for other in others)
    return listed


def parent_of(cells: Mapping[str, Any]) -> str:
    """The number of the product that a row is a kind of; "" of one that is none."""
    parent = _value(cells, "parent").removeprefix("id:")
    return "" if parent == "0" else parent


def kind_of(cells: Mapping[str, Any]) -> str:
    """What tells a kind from the others, such as `Blue / M`; "" where nothing does."""
    values = [value for _, value in pairs(cells)]
    if not values:
        values = [str(value).strip() for name, value in cells.items() if column_of(name).name in KINDS and value]
    return " / ".join(value for value in values if value.casefold() != _NO_KIND)


def pairs(cells: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Properties whose name stands in one column, and its value in another; those without a name are `""`."""
    found: dict[str, dict[str, str]] = {}
    for name, value in cells.items():
        if value not in (None, "") and (pair := pair_of(name)):
            found.setdefault(pair[0], {})[pair[1]] = str(value).strip()
    return [(one.get("name", ""), one["value"]) for one in found.values() if one.get("value")]


def _continues(cells: Mapping[str, Any], head: Mapping[str, Any]) -> bool:
    """Whether a row says more of the product of the row above: another image of the same id."""
    same = _value(cells, "id")
    return bool(same) and same == _value(head, "id") and not _value(cells, "name")


def _value(cells: Mapping[str, Any], field: str) -> str:
    for name in _columns(tuple(cells), field):
        if cells[name] not in (None, ""):
            return str(cells[name]).strip()
    return ""


@lru_cache(_REMEMBERED)
def _columns(names: tuple[str, ...], field: str) -> tuple[str, ...]:
    return tuple(name for name in names if column_of(name).field == field)
