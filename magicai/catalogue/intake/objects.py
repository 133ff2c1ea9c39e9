"""Objects of JSON as the cells of a row: what schema.org and interfaces of shops nest is said as a table would."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from magicai.shops.columns import column_of

_AMOUNT, _CURRENCY = (
    ("amount", "value", "price", "gross"),
    ("currency", "currencyCode", "currency_code", "priceCurrency"),
)
_PRICES = ("price", "sale_price", "list_price")
_OFFERS = ("offers", "offer", "pricing")


def flat(cells: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cells with prices and offers that are objects taken apart; the same where none is one."""
    if not any(isinstance(value, dict | list) or name.startswith("@") for name, value in cells.items()):
        return cells
    return {name: value for called, given in cells.items() for name, value in _said(called, given)}


def _said(called: str, value: Any) -> Iterator[tuple[str, Any]]:
    one = _single(value)
    if called.startswith("@"):
        return  # types and identifiers of linked data, which say nothing of the product
    if called.casefold() in _OFFERS and one is not None:
        yield from flat({name: said for name, said in one.items() if name not in ("name", "url", "image")}).items()
    elif one is not None and column_of(called).field in _PRICES:
        yield called, next((one[name] for name in _AMOUNT if one.get(name) not in (None, "")), "")
        if code := next((one[name] for name in _CURRENCY if one.get(name)), ""):
            yield "currency", code
    else:
        yield called, value


def _single(value: Any) -> dict[str, Any] | None:
    """An object, or the first of a list of objects."""
    first = cast("list[Any]", value)[0] if isinstance(value, list) and value else cast("object", value)
    return cast("dict[str, Any]", first) if isinstance(first, dict) else None
