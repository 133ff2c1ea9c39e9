"""The cells of a row by what they are about."""

import re
from collections.abc import Mapping
from typing import Any, cast

from magicai.catalogue.intake.families import nested
from magicai.catalogue.intake.objects import flat
from magicai.shops.columns import Column, column_of, pair_of

YES, NO = frozenset(("yes", "true", "1", "y", "是", "有")), frozenset(("no", "false", "0", "n", "否", "无"))
# What shop systems call the type of a row.
_ROW_TYPES = frozenset(
    (
        "simple", "variable", "variation", "configurable", "grouped", "bundle", "virtual", "downloadable", "external",
        "product", "variant", "physical", "digital", "service", "p", "d", "new", "used",
    )
)  # fmt: skip


def fields_of(cells: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What cells say by field, of several the surest that says anything; and all others by name."""
    fields: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    of_all_prices = ""
    more: dict[str, Any] = {}
    for called, value in flat(cells).items():
        column = column_of(called)
        field, is_empty = column.field, value in (None, "", [])
        of_all_prices = of_all_prices or ("" if field else column.currency)
        if is_empty:
            # An empty price is a fault, a row without such a column has none to state.
            fields.setdefault(field, value)
        elif not field:
            if column.name and pair_of(called) is None and not (called == "variants" and nested(cells)):
                more.setdefault(column.name, f"{value} {column.unit}" if is_number(value) and column.unit else value)
        elif field == "category" and (text_of(value).isdigit() or text_of(value).casefold() in _ROW_TYPES):
            more.setdefault(column.name, value)  # an id, or what kind of row it is
        elif field == "images" and fields.get("images"):
            fields["images"] = [fields["images"], value]
        elif not fields.get(field) or column.rank < columns[field].rank:
            fields[field], columns[field] = value, column
    named = next((columns[name].currency for name in ("price", "sale_price") if name in columns), "")
    if currency := named or fields.get("currency") or of_all_prices:
        fields["currency"] = currency
    if fields.get("list_price") and "sale_price" in fields and "price" not in fields:
        fields["price"] = fields.pop("list_price")  # the regular price, as some call it beside that of a sale
    return fields, more


def is_number(value: Any) -> bool:
    """Whether a cell is a number, without a unit."""
    return not isinstance(value, bool) and re.fullmatch(r"\d+(?:[.,]\d+)?", text_of(value)) is not None


def number_of(value: Any) -> str:
    """A cell that holds a number by which something is known, without what makes spreadsheets keep it as text."""
    text = text_of(value)
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text.removeprefix("'")


def text_of(value: Any) -> str:
    """A cell as text: of a list all of its parts, of an object its name, address or value."""
    if isinstance(value, list):
        return ",".join(map(text_of, cast("list[Any]", value)))
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        return text_of(next((known[name] for name in ("name", "title", "src", "url", "value") if known.get(name)), ""))
    return "" if value is None else str(value).strip()
