"""The state that a shop's own scripts start from: Next, Nuxt, Gatsby, Remix, Apollo, Redux, Inertia, Shopify, dataLayer ...

Frameworks change names more often than shapes, so nothing here asks which one wrote a page: every JSON script, every
object that a script assigns or passes on, and every attribute that holds JSON is a state, if it speaks of prices.
"""

import re
from collections.abc import Iterator
from typing import Any

from magicai.extraction.json_values import is_array, is_object
from magicai.extraction.lenient_json import Patience, Unreadable, read_all, read_literal, read_value
from magicai.extraction.page import Page

_STATE_LIMIT = 60
_SCRIPT_LENGTH = 4_000_000
_ASSIGNED_LIMIT = 40
_JSON_KINDS = frozenset(("application/json", "text/json", "application/x-json", "application/vnd.api+json"))
_CODE_KINDS = frozenset(("", "text/javascript", "module", "application/javascript", "text/x-magento-init"))
_PRICE = re.compile(r"price|amount|preis|prix", re.IGNORECASE)
# Where a value begins: an assignment, or an argument of a call by which scripts hand data on.
_BEGINS = re.compile(
    r"=\s{0,5}(?=[{\[]|JSON\.parse\()|(?:push|gtag|fbq|track|dispatch|init\w{0,20}|set\w{0,20}|create\w{0,20}"
    r"|register\w{0,20}"
    r"|product\w{0,20}|update|add\w{0,20}|hydrate\w{0,20}"
    r"|render\w{0,20})\s{0,3}\(\s{0,5}(?:[\"'][\w.:/ -]{0,60}[\"']\s{0,3},\s{0,5}){0,3}(?=[{\[])",
    re.IGNORECASE,
)
_FLIGHT = re.compile(r"__next_f\.push\(\s{0,5}(?=\[)")
_FLIGHT_ROW = re.compile(r"^[0-9a-f]{1,6}:(?:[A-Z]{1,2})?(?=[\[{])", re.MULTILINE)
_CLOSURE = re.compile(r"\(\s{0,3}function\s{0,3}\(([\w$,\s]{0,4000})\)\s{0,3}\{[^{}\"']{0,2000}?return\s{0,3}(?=[{\[])")
_HOLDERS = (
    "[data-product],[data-product-json],[data-product-info],[data-page],[data-props],[data-state],[data-json]"
    ",[data-item],"
    "[data-variants],[data-product-variants],[data-gtm-product],[data-ga-product],[data-analytics],[data-model]"
    ",astro-island[props]"
)
_HOLDING = ("data-", "props")


def states(page: Page) -> Iterator[Any]:
    """Every state of a page that speaks of prices, in its order, spelt out as plain JSON values."""
    found = 0
    flight = list[str]()
    patience = Patience()
    for script in page.scripts:
        if found >= _STATE_LIMIT or script.kind == "application/ld+json":
            continue
        is_json = script.kind in _JSON_KINDS or script.name.startswith("__")
        if not is_json and script.kind not in _CODE_KINDS:
            continue
        text = script.text()
        if len(text) > _SCRIPT_LENGTH:
            continue
        if "__next_f" in text:
            flight += _flight_pieces(text, patience)
            continue
        if not _PRICE.search(text):
            continue
        if is_json and text.lstrip()[:1] in ("{", "["):
            values = read_all(text, patience)
        else:
            values = _assigned(text, patience)
        for value in values:
            found += 1
            yield _unflattened(value)
    if flight:
        yield from _flight_values("".join(flight), patience)
    for node in page.tree.css(_HOLDERS)[:200]:
        for key, value in node.attributes.items():
            if key.startswith(_HOLDING) and value and value.lstrip()[:1] in ("{", "[") and _PRICE.search(value):
                yield from read_all(value, patience)


def _assigned(text: str, patience: Patience) -> list[Any]:
    """Objects and arrays that a script assigns or passes on, the outermost ones."""
    closure = _CLOSURE.search(text)
    if closure is not None:
        called = _called_closure(text, closure, patience)
        if called is not None:
            return [called]
    values = list[Any]()
    end = 0
    for begin in _BEGINS.finditer(text):
        if begin.end() < end or len(values) >= _ASSIGNED_LIMIT:
            continue
        value, after = read_value(text, begin.end(), patience)
        end = max(end, after)
        if value and isinstance(value, (dict, list)) and _PRICE.search(text, begin.end(), after):
            values.append(value)
    return values


def _called_closure(text: str, closure: re.Match[str], patience: Patience) -> Any:
    """What `(function(a,b){return {...}}(1,"x"))` gives: Nuxt 2 writes repeated values once, as arguments."""
    begin, end = text.rfind("}("), text.rfind("))")
    if not closure.end() < begin < end:
        return None
    try:
        arguments, _ = read_literal(f"[{text[begin + 2 : end]}]", 0, patience=patience)
        names = [name.strip() for name in closure[1].split(",")]
        value, _ = read_literal(text, closure.end(), dict(zip(names, arguments, strict=False)), patience=patience)
    except Unreadable:
        return None
    return value


def _flight_pieces(text: str, patience: Patience) -> list[str]:
    """Strings of `self.__next_f.push([1,"..."])`: React's server components in rows."""
    pieces = list[str]()
    for begin in _FLIGHT.finditer(text):
        value, _ = read_value(text, begin.end(), patience)
        if is_array(value) and len(value) > 1 and isinstance(value[1], str):
            pieces.append(value[1])
    return pieces


def _flight_values(rows: str, patience: Patience) -> Iterator[Any]:
    for row in list(_FLIGHT_ROW.finditer(rows))[:2_000]:
        line_end = rows.find("\n", row.end())
        line = rows[row.end() : line_end if line_end >= 0 else len(rows)]
        if _PRICE.search(line):
            yield read_value(line, 0, patience)[0]


def _unflattened(value: Any) -> Any:
    """Nuxt 3 and others write an array in which objects hold the places of their values (devalue): spell it out.

    Shared and circular references stay shared; only what is reached from the first value is built.
    """
    if (
        not is_array(value)
        or len(value) < 3
        or not all(isinstance(member, (dict, list, str, int, float, bool, type(None))) for member in value)
    ):  # noqa: PLR2004
        return value
    flat = value
    first = flat[0]
    if not (is_array(first) and all(isinstance(part, (int, str)) for part in first)) and not (
        is_object(first)
        and first
        and all(isinstance(part, int) and not isinstance(part, bool) for part in first.values())
    ):
        return value
    built = dict[int, Any]()
    pending = [0]
    while pending:
        place = pending.pop()
        if place in built or not 0 <= place < len(flat):
            continue
        member = flat[place]
        if is_object(member):
            built[place] = {}
            pending += [part for part in member.values() if isinstance(part, int)]
        elif is_array(member):
            built[place] = []
            pending += [part for part in member if isinstance(part, int)]
        else:
            built[place] = member
    for place, target in built.items():
        member = flat[place]
        if is_object(member):
            target.update({key: built.get(part) for key, part in member.items() if isinstance(part, int)})
        elif is_array(member):
            # ["Reactive", 5], ["Date", "..."]: a wrapper with the place of what it wraps.
            parts = member[1:] if member and isinstance(member[0], str) else member
            target += [built.get(part) for part in parts if isinstance(part, int)]
    return built.get(0)
