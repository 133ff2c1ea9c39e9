"""What a column of a product list is about, by its name: as shops, suppliers and their exports call it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from magicai.shops.column_names import BEFORE, BEHIND, NAMES, WHOLE
from magicai.shops.extraction.currencies import SIGNS, code_of
from magicai.values.currencies import CODES

_NOT_WORD = re.compile(r"[\W_]+")
_SEVERAL = re.compile(r"(?<!\d)\d+$")
_ASIDE = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,60})[)）\]】]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OR = re.compile(r"\s*(?:/|\||,|\bor\b|\boder\b|\bou\b)\s*", re.IGNORECASE)
# A longer text is no name of a column, and is not taken apart.
_LONGEST = 200
_REMEMBERED = 4_096
_BEFORE, _BEHIND = frozenset(BEFORE.split()), frozenset(BEHIND.split())
_PRICES = ("price", "sale_price", "list_price")
# One column of a list of addresses; any other list has at least two that are known.
_LEAST_KNOWN = 2
_TELLING = frozenset(("name", "url", "description"))
_OF_A_PRODUCT = frozenset(("name", "url", "sku", "group", "description"))


class Column(NamedTuple):
    """What a column is about.

    Attributes:
        field: "" where it is an attribute of its own.
        name: in lower case, with underscores; without the g: of feeds.
        currency: that its name states, as `price_eur` and `Preis (€)` do.
        rank: the lower, the surer what it is about.
    """

    field: str
    name: str
    currency: str = ""
    rank: int = 0


@lru_cache(_REMEMBERED)
def column_of(called: str) -> Column:
    """What a column of this name is about."""
    name = normal(called)
    if len(called) > _LONGEST:
        return Column("", name)
    plain = _ASIDE.sub(" ", called)
    known = _known(called) or _known(plain)
    if known is None:
        # `Custom label (SKU)`, `Product Code/SKU`: all of its names are about the same.
        parts = [_known(part) for part in (*_OR.split(plain), *_ASIDE.findall(called)) if part.strip()]
        same = len({part and part[0] for part in parts}) == 1
        known = parts[0] if same else None
    field, rank = known or ("", 0)
    return Column(field, name, _currency_of(called) if field in _PRICES else "", rank)


def is_header(cells: Sequence[str]) -> bool:
    """Whether the cells of a row are names of columns, rather than a title above them."""
    named = [cell for cell in cells if cell]
    known = {column_of(cell).field for cell in named} - {""}
    alone = len(named) == 1 and bool(known & {"url", "name"})
    return alone or (len(known) >= _LEAST_KNOWN and bool(known & _OF_A_PRODUCT))


def names_a_product(columns: Iterable[str]) -> bool:
    """Whether one of these columns has what a product, or the address of its page, is told by."""
    return any(column_of(called).field in _TELLING for called in columns)


def normal(called: str) -> str:
    """A column's name in lower case, with underscores; without the g: of feeds."""
    plain = called.strip().casefold().removeprefix("g:")
    return _NOT_WORD.sub("_", plain).strip("_")


def key_of(called: str) -> str:
    """A column's name as names are looked up: `normal`, with a word for each hump, and without accents."""
    parted = unicodedata.normalize("NFKD", normal(_HUMP.sub("_", called)))
    return unicodedata.normalize("NFC", "".join(sign for sign in parted if not _is_accent(sign)))


def _is_accent(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f"


_BY_NAME = {key_of(name): (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names.split())}


def _known(called: str) -> tuple[str, int] | None:
    """The field that a name is about, and its rank among the names of that."""
    if (field := WHOLE.get(normal(called))) is not None:
        return field, len(NAMES[field])
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
