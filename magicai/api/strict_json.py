"""JSON as strangers send it, read once and in linear time; what readers differ on is refused."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

from magicai.messages.validation import InvalidValue

MOST_DEEP = 32
MOST_PARTS = 20_000  # objects and lists in a text, and keys of an object; a request for 10,000 texts has one for each
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # as it is written: no path, header or database takes it
_MOST_EXACT = 2**53  # of a float: larger ones have no last digit, and 1e300 as an integer would have 300


class Unreadable(InvalidValue):
    """A text that is no JSON, or past a limit."""


class Unstorable(Unreadable):
    """JSON with a text that no path, header or database takes."""


def checked(text: bytes) -> bytes:
    """The same value as JSON in which nothing is left to the reader; 5.0 is 5, an integer by JSON Schema.

    Raises:
        Unreadable: it is no JSON in UTF-8, nested too deep, of too many parts, has a key twice, a number that is too
            large, or half of a surrogate pair.
        Unstorable: it has a NUL character.
    """
    try:
        value = json.loads(text.decode(), object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)
        _measure(value)
        # Half a surrogate pair is no text: it can't be encoded.
        return _without_nul(json.dumps(value, ensure_ascii=False).encode())
    except Unreadable:
        raise
    except RecursionError as exc:  # Python's own reader goes deeper than we do, and ends, too
        raise _too_deep() from exc
    except UnicodeError as exc:
        raise Unreadable("body_not_text") from exc
    except ValueError as exc:
        raise Unreadable("body_not_json", reason=str(exc).rstrip(".")[:200]) from exc


def _without_nul(text: bytes) -> bytes:
    if _NUL.search(text):
        raise Unstorable("body_with_nul")
    return text


def _measure(value: Any) -> None:
    """Look at how deep a value is, and of how many parts, a level at a time."""
    level, parts = _containers([value]), 0
    for _ in range(MOST_DEEP):
        parts += len(level)
        if parts > MOST_PARTS:
            raise Unreadable("body_too_complex", limit=MOST_PARTS)
        level = [inner for one in level for inner in _containers(one.values() if isinstance(one, dict) else one)]
    if level:
        raise _too_deep()


def _containers(values: Iterable[Any]) -> list[dict[str, Any] | list[Any]]:
    return [value for value in values if isinstance(value, dict | list)]


def _too_deep() -> Unreadable:
    return Unreadable("body_too_deep", limit=MOST_DEEP)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_PARTS:
        raise Unreadable("body_object_too_large", count=len(pairs), limit=MOST_PARTS)
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Unreadable("body_key_repeated", key=name[:100])
            seen.add(name)
    return made


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable("body_number_too_large", number=text[:40])
    return int(number) if abs(number) <= _MOST_EXACT and number.is_integer() else number


def _constant(text: str) -> Any:
    raise Unreadable("body_number_invalid", value=text)
