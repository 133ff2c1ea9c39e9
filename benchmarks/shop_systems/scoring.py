"""How well found products agree with expected ones."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks.shop_systems.system import Expected

Found = Mapping[str, Any]
# The fields that the goal is about, and those that are reported beside them.
FIELDS = ("name", "price", "availability", "list_price", "sku", "brand", "category")
# A value that no page states is wrong where it changes an analysis; elsewhere it may well be read between the lines.
STRICT = frozenset({"name", "price", "availability", "list_price"})


@dataclass(slots=True)
class Tally:
    """Counts of one field: values that are right, values that were found, values that were to be found."""

    right: int = 0
    found: int = 0
    expected: int = 0

    @property
    def precision(self) -> float | None:
        """Right of found; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Right of expected; None where nothing was to be found."""
        return self.right / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where nothing was found or to be found."""
        return 2 * self.right / (self.found + self.expected) if self.found + self.expected else None


@dataclass(slots=True)
class Score:
    """One shop's result.

    Attributes:
        invented: names of found products that are none of the shop's, second finds of a product included.
        missing: names of products that were not found.
        wrong: by field, up to a few examples as (product, found, expected).
        wrong_currency, no_currency: among matched products with a price.
    """

    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    matched: int = 0
    invented: list[str] = field(default_factory=list[str])
    missing: list[str] = field(default_factory=list[str])
    wrong: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=lambda: defaultdict(list))
    wrong_currency: int = 0
    no_currency: int = 0


def score(expected: Sequence[Expected], found: Sequence[Found]) -> Score:
    """Match found products to expected ones, each at most once, and count field by field.

    A product is matched by its URL, else by its name. What matches nothing, and what matches only a product that
    another find already has, is invented; the values of invented products count as found and never as right.
    """
    result = Score()
    pairs, left = match(expected, found)
    result.matched = len(pairs)
    result.invented = [str(product.get("name")) for product in left]
    matched = {id(wanted) for wanted, _ in pairs}
    result.missing = [wanted.name for wanted in expected if id(wanted) not in matched]
    for wanted in expected:
        for name in FIELDS:
            result.fields[name].expected += _stated(wanted, name)
    for product in left:
        for name in STRICT:
            result.fields[name].found += _value(product, name) is not None
    for wanted, product in pairs:
        for name in FIELDS:
            _count(result, name, wanted, product)
        _count_currency(result, wanted, product)
    return result


def match(expected: Sequence[Expected], found: Sequence[Found]) -> tuple[list[tuple[Expected, Found]], list[Found]]:
    """Pair products, by URL first and by name then, and return what is left of the found ones."""
    by_path: dict[str, list[Expected]] = defaultdict(list)
    by_name: dict[str, list[Expected]] = defaultdict(list)
    for wanted in expected:
        by_name[_folded(wanted.name)].append(wanted)
        by_path[_path(wanted.path)].append(wanted)
    pairs: list[tuple[Expected, Found]] = []
    taken: set[int] = set()

    def take(candidates: Sequence[Expected], product: Found) -> bool:
        wanted = next((wanted for wanted in candidates if id(wanted) not in taken), None)
        if wanted is not None:
            taken.add(id(wanted))
            pairs.append((wanted, product))
        return wanted is not None

    # Of several finds at one address the one with the right name is the product.
    rightly_named_first = sorted(found, key=lambda product: not _named_as_addressed(by_path, product))
    elsewhere = [product for product in rightly_named_first if not take(_at(by_path, product), product)]
    left = [product for product in elsewhere if not take(by_name[_folded(str(product.get("name")))], product)]
    return pairs, left


def same_text(one: Any, other: Any) -> bool:
    """Whether two texts differ at most in case, width of characters and white space."""
    return one is not None and other is not None and _folded(str(one)) == _folded(str(other))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/") or "/"


def _at(by_path: Mapping[str, list[Expected]], product: Found) -> list[Expected]:
    """The expected products at a found one's address: same path, and all that their own query asks for."""
    url = str(product.get("url") or "")
    asked = dict(parse_qsl(urlsplit(url).query))
    here = by_path.get(_path(url), ()) if url else ()
    return [wanted for wanted in here if dict(parse_qsl(urlsplit(wanted.path).query)).items() <= asked.items()]


def _named_as_addressed(by_path: Mapping[str, list[Expected]], product: Found) -> bool:
    return any(same_text(wanted.name, product.get("name")) for wanted in _at(by_path, product))


def _count(result: Score, name: str, wanted: Expected, product: Found) -> None:
    tally, value = result.fields[name], _value(product, name)
    if value is None:
        return
    if not _stated(wanted, name):
        allowed = name not in STRICT or (name == "availability" and value == wanted.implied)
        if not allowed:
            tally.found += 1
            result.wrong[name].append((wanted.name, value, None))
        return
    tally.found += 1
    target = getattr(wanted, name)
    if _agree(name, value, target):
        tally.right += 1
    else:
        result.wrong[name].append((wanted.name, value, target))


def _count_currency(result: Score, wanted: Expected, product: Found) -> None:
    if wanted.currency is None or product.get("price") is None:
        return
    found = product.get("currency")
    result.no_currency += found is None
    result.wrong_currency += found is not None and found != wanted.currency


def _stated(wanted: Expected, name: str) -> bool:
    return getattr(wanted, name) is not None


def _value(product: Found, name: str) -> Any:
    value = product.get(name)
    if value in (None, "", []) or (name == "availability" and value == "unknown"):
        return None
    return value


def _agree(name: str, value: Any, target: Any) -> bool:
    if name in ("price", "list_price"):
        return _amount(value) == target
    if name == "category":
        # An analysis goes by the outermost category.
        return isinstance(value, (list, tuple)) and same_text(value[0], target[0])
    if name == "availability":
        return value == target
    return same_text(value, target)


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
