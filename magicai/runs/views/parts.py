"""A result in parts that a reader can take in: what is long is cut, and can be read on by its place.

A place is a dotted path in the result, such as `crawl_data.products` or `analysis.shops.0.brands`.
"""

import json
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote

from magicai.errors import NotFound
from magicai.paging import cursor_at, place_of
from magicai.runs.run import JSON

# Characters of JSON: about 10,000 tokens.
PART = 32_000
# Items of a list and characters of a text that a cut value keeps, tried until it is short enough.
_KEPT = ((20, 4000), (5, 1000), (1, 200), (0, 60))


@dataclass(frozen=True, slots=True)
class Cut:
    """What was cut, and where: how many items of a list or members of an object, or characters of a text, are there."""

    place: str
    size: int


def shortened(value: Any, place: str = "") -> tuple[Any, list[Cut]]:
    """The value in at most PART characters, and what was cut of it; nothing where it is short."""
    if _size(value) <= PART:
        return value, []
    short: Any = value
    cuts: list[Cut] = []
    for items, characters in _KEPT:
        cuts = []
        short = _cut(value, place, items, characters, cuts)
        if _size(short) <= PART:
            break
    return short, cuts


def part_of(result: JSON, place: str, cursor: str) -> tuple[Any, list[Cut], str | None]:
    """A part of a result: what it holds, what of that was cut in turn, and the cursor of what follows.

    Raises:
        NotFound: the result has no such place.
        Invalid: the cursor is none of it.
    """
    value = _at(result, place)
    (begin,) = place_of(cursor, int) or (0,)
    if isinstance(value, str):
        end = begin + PART
        return value[begin:end], [], cursor_at(end) if end < len(value) else None
    named: list[tuple[str, Any]]
    if isinstance(value, dict):
        named = list(cast("JSON", value).items())
    elif isinstance(value, list):
        named = [(str(number), one) for number, one in enumerate(cast("list[Any]", value))]
    else:
        return value, [], None
    shown, cuts = list[tuple[str, Any]](), list[Cut]()
    size = 0
    for name, inner in named[begin:]:
        one, its = shortened(inner, _below(place, name))
        size += _size([name, one])
        if shown and size > PART:
            break
        shown.append((name, one))
        cuts += its
    end = begin + len(shown)
    whole = dict(shown) if isinstance(value, dict) else [one for _, one in shown]
    return whole, cuts, cursor_at(end) if end < len(named) else None


def _cut(value: Any, place: str, items: int, characters: int, cuts: list[Cut]) -> Any:
    if isinstance(value, str) and len(value) > characters:
        cuts.append(Cut(place, len(value)))
        return f"{value[:characters]}…"
    if isinstance(value, list):
        whole = cast("list[Any]", value)
        if len(whole) > items:
            cuts.append(Cut(place, len(whole)))
        return [_cut(one, f"{place}.{n}", items, characters, cuts) for n, one in enumerate(whole[:items])]
    if isinstance(value, dict):
        members = list(cast("JSON", value).items())
        # Of an object its names say most: fields are kept, of a large map only some.
        most = max(3 * items, 30)
        if len(members) > most:
            cuts.append(Cut(place, len(members)))
        return {name: _cut(one, _below(place, name), items, characters, cuts) for name, one in members[:most]}
    return value


def _below(place: str, name: str) -> str:
    # A dot parts names; one of a name is written otherwise.
    name = name.replace("%", "%25").replace(".", "%2E")
    return f"{place}.{name}" if place else name


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _at(result: JSON, place: str) -> Any:
    value: Any = result
    for name in place.split("."):
        inner: dict[str, Any] = {}
        if isinstance(value, dict):
            inner = cast("JSON", value)
        elif isinstance(value, list):
            inner = {str(number): one for number, one in enumerate(cast("list[Any]", value))}
        if unquote(name) not in inner:
            raise NotFound("result_part_not_found", place=place[:200])
        value = inner[unquote(name)]
    return value
