"""Adjacent rows that are one product: its kinds, and more of its images, as exports of shops write them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from magicai.shops.columns import column_of
from magicai.values.tables import Row

_MOST_ROWS = 2_000
_REMEMBERED = 64
# `Option1 Name` of Shopify, `Attribute 1 name` of WooCommerce, `Option Name 1` of Squarespace.
_PAIR = re.compile(r"(option|attribute)_?(\d{1,2})_(name|value|values|value_s)")
_PAIR_BEHIND = re.compile(r"(option|attribute)_(name|value)_(\d{1,2})")
_KINDS = (
    "variation_name",
    "color",
    "colour",
    "size",
    "material",
    "pattern",
    "farbe",
    "größe",
    "颜色",
    "尺码",
    "尺寸",
    "规格",
)
# What Shopify calls the one kind of a product that has no others.
_NO_KIND = "default title"


def families(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in their order, those of one product together."""
    family: list[Row] = []
    for row in rows:
        if family and not row.fault and len(family) < _MOST_ROWS and _belongs(row.cells, family[0].cells):
            family.append(row)
            continue
        if family:
            yield family
        family = [row]
    if family:
        yield family


def nested(cells: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kinds that a JSON object lists as its `variants`."""
    given = cells.get("variants")
    listed = cast("list[Any]", given) if isinstance(given, list) else []
    return [cast("dict[str, Any]", one) for one in listed[:_MOST_ROWS] if isinstance(one, dict)]


def is_child(cells: Mapping[str, Any]) -> bool:
    """Whether a row names the product that it is a kind of."""
    return bool(_value(cells, "parent"))


def kind_of(cells: Mapping[str, Any]) -> str:
    """What tells a kind from the others, such as `Blue / M`; "" where nothing does."""
    values = [value for _, value in pairs(cells)]
    if not values:
        values = [str(value).strip() for name, value in cells.items() if column_of(name).name in _KINDS and value]
    return " / ".join(value for value in values if value.casefold() != _NO_KIND)


def pairs(cells: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Properties whose name stands in one column, and its value in another; those without a name are `""`."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in cells.items():
        if value not in (None, "") and (pair := pair_of(name)):
            found.setdefault(pair[:2], {})[pair[2][:4]] = str(value).strip()
    return [(one.get("name", ""), one["valu"]) for one in found.values() if one.get("valu")]


@lru_cache(4_096)
def pair_of(column: str) -> tuple[str, str, str] | None:
    """What a column holds of such a property: its kind, number, and `name` or `value`."""
    name = column_of(column).name
    if found := _PAIR.fullmatch(name):
        return found[1], found[2], found[3]
    found = _PAIR_BEHIND.fullmatch(name)
    return (found[1], found[3], found[2]) if found else None


def _belongs(cells: Mapping[str, Any], head: Mapping[str, Any]) -> bool:
    group = _value(cells, "group")
    if group and group == _value(head, "group"):
        return True
    same = _value(cells, "id")
    if same and same == _value(head, "id") and not _value(cells, "name"):
        return True
    parent = _value(cells, "parent")
    return bool(parent) and parent.removeprefix("id:") in (_value(head, "sku"), _value(head, "id"))


def _value(cells: Mapping[str, Any], field: str) -> str:
    for name in _columns(tuple(cells), field):
        if cells[name] not in (None, ""):
            return str(cells[name]).strip()
    return ""


@lru_cache(_REMEMBERED)
def _columns(names: tuple[str, ...], field: str) -> tuple[str, ...]:
    return tuple(name for name in names if column_of(name).field == field)
