"""What a column of a file is about, by its name or by what somebody said: of products, of stock, of rows for texts.

Names are data: `column_names.toml`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from magicai.claims.units import unit
from magicai.shops.extraction.currencies import SIGNS, code_of
from magicai.values.currencies import CODES

_TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("column_names.toml").read_text("utf-8"))
_NAMES: dict[str, list[str]] = {field: names.split() for field, names in _TABLE["fields"].items()}
FIELDS = tuple(_NAMES)
ATTRIBUTE = "attribute"
"""What a mapping calls a column that is an attribute of its own, under its own name."""
Mapped = Mapping[str, str | None]
"""Fields by column, as somebody said: one of `FIELDS`, `ATTRIBUTE`, or None for a column that is not read."""
KINDS = frozenset(_TABLE["kinds"]["names"].split())
"""Names of columns that tell the kinds of one product apart, such as `color`."""

_NOT_WORD = re.compile(r"[\W_]+")
_SEVERAL = re.compile(r"(?<!\d)\d+$")
_ASIDE = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,200})[)）\]】]")
# eBay's first column: `*Action(SiteID=US|Country=US|Currency=USD|Version=1193)`.
_SETTINGS = re.compile(r"\([^()]*=[^()]*\)")
_CURRENCY_SETTING = re.compile(r"\bCurrency=([A-Z]{3})\b")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OR = re.compile(r"\s*(?:/|\||,|\bor\b|\boder\b|\bou\b)\s*", re.IGNORECASE)
# A longer text is no name of a column, and is not taken apart.
_LONGEST = 200
_REMEMBERED = 4_096
_BEFORE, _BEHIND = frozenset(_TABLE["before"].split()), frozenset(_TABLE["behind"].split())
_PRICES = ("price", "sale_price", "list_price")
# One column of a list of addresses; any other list has at least two that are known.
_LEAST_KNOWN = 2
_TELLING = frozenset(("name", "url", "description"))
_OF_A_PRODUCT = frozenset(("name", "url", "sku", "group", "description"))
_AS_ATTRIBUTE = "\0"  # before a name that a mapping calls an attribute, whatever it is called


class Column(NamedTuple):
    """What a column is about.

    Attributes:
        field: "" where it is an attribute of its own.
        name: in lower case, with underscores; without the g: of feeds and the unit.
        currency: that its name states, as `price_eur`, `Preis (€)` and eBay's `Currency=EUR` do.
        unit: of an attribute, as `Weight (kg)` names it.
        rank: the lower, the surer what it is about.
    """

    field: str
    name: str
    currency: str = ""
    unit: str = ""
    rank: int = 0


class Recognised(NamedTuple):
    """What a column was taken for, and by what; `field` is "" of one that is not read, or not understood."""

    column: str
    field: str
    by: Literal["name", "mapping", "nothing"]
    currency: str = ""
    unit: str = ""


def recognise(header: Iterable[str], mapping: Mapped | None = None) -> list[Recognised]:
    """What each column is taken for; what a mapping says of one overrides its name."""
    return [_recognised(called, mapping or {}) for called in header]


def _recognised(called: str, mapping: Mapped) -> Recognised:
    column = column_of(called)
    if called in mapping:
        field = mapping[called] or ""
        return Recognised(called, field, "mapping", _currency_of(called) if field in _PRICES else "", column.unit)
    field = column.field or (ATTRIBUTE if column.name in KINDS or pair_of(called) or column.unit else "")
    by = "name" if field or column.currency else "nothing"
    return Recognised(called, field, by, column.currency, column.unit)


def by_field(header: Iterable[str], mapping: Mapped | None = None) -> dict[str, str]:
    """The column of each field, of several the surest."""
    given = mapping or {}
    ranked = sorted(recognise(header, given), key=lambda one: (one.column not in given, column_of(one.column).rank))
    return {one.field: one.column for one in reversed(ranked) if one.field in FIELDS}


def renamed(cells: Mapping[str, Any], mapping: Mapped) -> dict[str, Any]:
    """The cells of a row with the columns of a mapping called after their fields, before all others."""
    made: dict[str, Any] = {}
    for called, field in mapping.items():
        if called in cells and field is not None:
            name = f"{_AS_ATTRIBUTE}{called}" if field == ATTRIBUTE else _named(field, called)
            made[_unused(name, made)] = cells[called]
    for called, value in cells.items():
        if called not in mapping:
            made[_unused(called, made)] = value
    return made


def _named(field: str, called: str) -> str:
    currency = _currency_of(called) if field in _PRICES else ""
    return f"{_NAMES[field][0]} ({currency})" if currency else _NAMES[field][0]


def _unused(name: str, made: Mapping[str, Any]) -> str:
    number = 1
    while (once := name if number == 1 else f"{name} {number}") in made:
        number += 1
    return once


@lru_cache(_REMEMBERED)
def column_of(called: str) -> Column:
    """What a column of this name is about."""
    if called.startswith(_AS_ATTRIBUTE):
        return Column("", normal(called))
    setting = _CURRENCY_SETTING.search(called)
    called = _SETTINGS.sub("", called)
    name = normal(called)
    if len(called) > _LONGEST:
        return Column("", name)
    if setting is not None:
        return Column("", name, setting[1] if setting[1] in CODES else "")
    plain = _ASIDE.sub(" ", called)
    known = _known(called) or _known(plain)
    if known is None:
        # `Custom label (SKU)`, `Product Code/SKU`: all of its names are about the same.
        parts = [_known(part) for part in (*_OR.split(plain), *_ASIDE.findall(called)) if part.strip()]
        same = len({part and part[0] for part in parts}) == 1
        known = parts[0] if same else None
    if known is None:
        aside = next((one for one in _ASIDE.findall(called) if unit(one.strip()) is not None), "").strip()
        return Column("", normal(plain) if aside else name, unit=aside)
    field, rank = known
    return Column(field, name, _currency_of(called) if field in _PRICES else "", rank=rank)


@lru_cache(_REMEMBERED)
def pair_of(called: str) -> tuple[str, Literal["name", "value"]] | None:
    """Of a property whose name stands in one column and its value in another: which of them, and which it is.

    `Option1 Name` is ("option 1", "name"); "Attribute 1 value(s)" the value of another property.
    """
    name = key_of(called)
    numbers = re.findall(r"\d+", name)
    if len(numbers) != 1:
        return None
    numbered = name.replace(numbers[0], "#")
    kind = "option" if "option" in numbered else "attribute"
    if numbered in _PAIRS["name"]:
        return f"{kind} {numbers[0]}", "name"
    return (f"{kind} {numbers[0]}", "value") if numbered in _PAIRS["value"] else None


def is_header(cells: Sequence[str], mapping: Mapped | None = None) -> bool:
    """Whether the cells of a row are names of columns, rather than a title above them."""
    named = [cell for cell in cells if cell]
    known = {one.field for one in recognise(named, mapping)} & {*FIELDS}
    alone = len(named) == 1 and bool(known & {"url", "name"})
    return alone or (len(known) >= _LEAST_KNOWN and bool(known & _OF_A_PRODUCT))


def names_a_product(columns: Iterable[str]) -> bool:
    """Whether one of these columns has what a product, or the address of its page, is told by."""
    return any(column_of(called).field in _TELLING for called in columns)


def normal(called: str) -> str:
    """A column's name in lower case, with underscores; without the g: of feeds and the C: of eBay."""
    plain = called.strip("\0 *\ufeff\t\r\n").casefold().removeprefix("g:").removeprefix("c:")
    return _NOT_WORD.sub("_", plain).strip("_")


def key_of(called: str) -> str:
    """A column's name as names are looked up: `normal`, with a word for each hump, and without accents."""
    parted = unicodedata.normalize("NFKD", normal(_HUMP.sub("_", called)))
    plain = "".join(sign for sign in parted if not _is_accent(sign))
    return unicodedata.normalize("NFC", plain).replace("æ", "ae").replace("ø", "o")


def _is_accent(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f"


_BY_NAME = {key_of(name): (field, rank) for field, names in _NAMES.items() for rank, name in enumerate(names)}
_PAIRS = {
    which: frozenset(key_of(name.replace("#", "7")).replace("7", "#") for name in names.split())
    for which, names in _TABLE["pairs"].items()
}


def _known(called: str) -> tuple[str, int] | None:
    """The field that a name is about, and its rank among the names of that."""
    if (field := _TABLE["whole"].get(normal(called))) is not None:
        return field, len(_NAMES[field])
    return next((_BY_NAME[key] for key in _keys(called) if key in _BY_NAME), None)


def _keys(called: str) -> Iterator[str]:
    """The name, and what is left of it without a number and without words that do not change what it is about."""
    key = key_of(called)
    yield key
    yield normal(called)
    yield key_of(called.replace(".", ""))
    key = _SEVERAL.sub("", key).strip("_")
    yield key
    words = key.split("_")
    while len(words) > 1 and (words[-1] in _BEHIND or words[-1] in SIGNS or code_of(words[-1]) is not None):
        words.pop()
        yield "_".join(words)
    while len(words) > 1 and words[0] in _BEFORE:
        words.pop(0)
        yield "_".join(words)


def _currency_of(called: str) -> str:
    """The currency that the name of a price states, as a code or by a sign that means one everywhere."""
    words = re.split(r"[\s_()（）\[\]【】/,.:]+", called)
    for word in words:
        if word.upper() in CODES and (word.isupper() or word == words[-1]):
            return word.upper()
        meaning = SIGNS.get(word)
        if isinstance(meaning, str):
            return meaning
    return ""
