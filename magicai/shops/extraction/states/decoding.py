"""The states that shops' own scripts start from, as plain JSON values.

JSON scripts (Next's `__NEXT_DATA__`, Nuxt's `__NUXT_DATA__`, Shopify's themes), objects that a script assigns or hands
to `dataLayer.push` and its likes, React's server components, and attributes (Inertia, Astro); each if it speaks of
prices.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from magicai.shops.extraction.json_values import is_array, is_object
from magicai.shops.extraction.lenient_json import ParseBudget, read_all, read_value
from magicai.shops.extraction.page import ParsedPage, Script

_STATE_LIMIT = 60
_SCRIPT_LENGTH = 4_000_000
_ASSIGNED_LIMIT = 40
_JSON_KINDS = frozenset(("application/json", "text/json", "application/x-json", "application/vnd.api+json"))
_CODE_KINDS = frozenset(("", "text/javascript", "module", "application/javascript", "text/x-magento-init"))
_PRICE_WORDS = ("price", "amount", "preis", "prix")
# Where a value begins: an assignment, or an argument of a call by which scripts hand data on.
_BEGINS = re.compile(
    r"=\s{0,5}(?=[{\[]|JSON\.parse\()"
    r"|(?:push|gtag|fbq|track|dispatch|hydrate\w{0,20})\s{0,3}\(\s{0,5}"
    r"(?:[\"'][\w.:/ -]{0,60}[\"']\s{0,3},\s{0,5}){0,3}(?=[{\[])",
    re.IGNORECASE,
)
_FLIGHT = re.compile(r"__next_f\.push\(\s{0,5}(?=\[)")
_FLIGHT_ROW = re.compile(r"^[0-9a-f]{1,6}:(?:[A-Z]{1,2})?(?=[\[{])", re.MULTILINE)
# Attributes that hold a state.
HOLDERS = ("data-product", "data-product-json", "data-page", "data-props", "data-state")
_HOLDERS = ",".join((*(f"[{name}]" for name in HOLDERS), "astro-island[props]"))
_HOLDER = re.compile("|".join(HOLDERS).encode())
_HOLDER_LIMIT = 200
_SMALLEST_FLAT = 3  # a header, an object, a value
_HOLDING = ("data-", "props")


def states(page: ParsedPage) -> Iterator[Any]:
    """Every state of a page that speaks of prices, in its order, spelt out as plain JSON values."""
    found = 0
    flight: list[str] = []
    budget = ParseBudget()
    for script in page.scripts:
        if found >= _STATE_LIMIT:
            break
        text = script.text() if _may_hold_a_state(script) else ""
        if not text or len(text) > _SCRIPT_LENGTH:
            continue
        if "__next_f" in text:
            flight += _flight_pieces(text, budget)
        elif _speaks_of_prices(text):
            is_json = _is_json(script) and text.lstrip()[:1] in ("{", "[")
            for value in read_all(text, budget) if is_json else _assigned(text, budget):
                found += 1
                yield _unflattened(value)
    if flight:
        yield from _flight_values("".join(flight), budget)
    for value in _held_by_attributes(page):
        yield from read_all(value, budget)


def _held_by_attributes(page: ParsedPage) -> Iterator[str]:
    if not _HOLDER.search(page.lower) and b"astro-island" not in page.lower:
        return
    for node in page.tree.css(_HOLDERS)[:_HOLDER_LIMIT]:
        for key, value in node.attributes.items():
            if key.startswith(_HOLDING) and value and value.lstrip()[:1] in ("{", "[") and _speaks_of_prices(value):
                yield value


def _speaks_of_prices(text: str) -> bool:
    # Python finds words in a script of any length in a tenth of the time that a pattern without regard to case takes.
    lower = text.lower()
    return any(word in lower for word in _PRICE_WORDS)


def _is_json(script: Script) -> bool:
    return script.kind in _JSON_KINDS or script.name.startswith("__")


def _may_hold_a_state(script: Script) -> bool:
    return script.kind != "application/ld+json" and (_is_json(script) or script.kind in _CODE_KINDS)


def _assigned(text: str, budget: ParseBudget) -> list[Any]:
    """Objects and arrays that a script assigns or passes on, the outermost ones."""
    values: list[Any] = []
    end = 0
    for begin in _BEGINS.finditer(text):
        if begin.end() < end or len(values) >= _ASSIGNED_LIMIT:
            continue
        value, after = read_value(text, begin.end(), budget)
        end = max(end, after)
        if value and isinstance(value, (dict, list)) and _speaks_of_prices(text[begin.end() : after]):
            values.append(value)
    return values


def _flight_pieces(text: str, budget: ParseBudget) -> list[str]:
    """Strings of `self.__next_f.push([1,"..."])`: React's server components in rows."""
    pieces: list[str] = []
    for begin in _FLIGHT.finditer(text):
        value, _ = read_value(text, begin.end(), budget)
        if is_array(value) and len(value) > 1 and isinstance(value[1], str):
            pieces.append(value[1])
    return pieces


def _flight_values(rows: str, budget: ParseBudget) -> Iterator[Any]:
    for row in list(_FLIGHT_ROW.finditer(rows))[:2_000]:
        line_end = rows.find("\n", row.end())
        line = rows[row.end() : line_end if line_end >= 0 else len(rows)]
        if _speaks_of_prices(line):
            yield read_value(line, 0, budget)[0]


def _unflattened(value: Any) -> Any:
    """Nuxt 3 and others write an array in which objects hold the places of their values (devalue): spell it out.

    Shared and circular references stay shared; only what is reached from the first value is built.
    """
    if not (is_array(value) and len(value) >= _SMALLEST_FLAT and _is_header(value[0])):
        return value
    built: dict[int, Any] = {}
    pending = [0]
    while pending:
        place = pending.pop()
        if place in built or not 0 <= place < len(value):
            continue
        member = value[place]
        built[place] = {} if is_object(member) else [] if is_array(member) else member
        pending += _places(member)
    for place, target in built.items():
        member = value[place]
        if is_object(member):
            target.update({key: built.get(part) for key, part in member.items() if _is_place(part)})
        elif is_array(member):
            target += [built.get(part) for part in _places(member)]
    return built.get(0)


def _is_header(first: Any) -> bool:
    """Whether the first value holds nothing but places of others."""
    if is_array(first):  # ["Reactive", 1]: a wrapper with the place of what it wraps
        return bool(_places(first)) and all(_is_place(part) or isinstance(part, str) for part in first)
    return is_object(first) and bool(first) and all(map(_is_place, first.values()))


def _places(member: Any) -> list[int]:
    parts: list[Any] = list(member.values()) if is_object(member) else member if is_array(member) else []
    return [part for part in parts if _is_place(part)]


def _is_place(part: Any) -> TypeGuard[int]:
    return isinstance(part, int) and not isinstance(part, bool)
