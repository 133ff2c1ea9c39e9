"""The cells of a row by what they are about."""

from collections.abc import Mapping
from typing import Any, cast

from magicai.catalogue.intake.families import nested, pair_of
from magicai.catalogue.intake.objects import flat
from magicai.shops.columns import column_of

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
    ranks: dict[str, int] = {}
    more: dict[str, Any] = {}
    for called, value in flat(cells).items():
        if value in (None, "", []):
            # An empty price is a fault, a row without such a column has none to state.
            fields.setdefault(column_of(called).field, value)
            continue
        column = column_of(called)
        field = column.field
        if column.currency and not fields.get("currency"):
            fields["currency"] = column.currency
        if not field:
            if column.name and pair_of(called) is None and not (called == "variants" and nested(cells)):
                more.setdefault(column.name, value)
        elif field == "category" and text_of(value).casefold() in _ROW_TYPES:
            continue
        elif field == "images" and fields.get("images"):
            fields["images"] = [fields["images"], value]
        elif not fields.get(field) or column.rank < ranks.get(field, 0):
            fields[field], ranks[field] = value, column.rank
    return fields, more


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
