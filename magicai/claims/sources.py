"""What a text may say: variables of any depth and passages, each a text with its path."""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

_LONGEST_LITERAL = 20_000  # characters that are tried as JSON or as a Python literal
_DEEPEST = 40
_LITERAL = re.compile(r"\s*(?:[\[{(]|u?['\"])")
_NAMELESS = {"none": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Source:
    """A variable or a passage.

    Attributes:
        name: the variable's path, such as `price` or `hours.Monday`; what a passage is called.
        text: as a reader sees it; `true` and `false` of a boolean, empty where the value is unknown.
        path: the keys and indexes that lead to it.
    """

    name: str
    text: str
    path: tuple[str | int, ...] = ()


def sources_of(variables: Any) -> tuple[Source, ...]:
    """Every value of a JSON document with its path; strings that hold JSON or a Python literal are opened too."""
    if isinstance(variables, str):
        opened = _opened(variables)
        if isinstance(opened, str) or opened is None:
            return (Source(name="text", text=variables),)
        return tuple(_leaves(opened, ()))
    return tuple(_leaves(variables, ()))


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[Source]:
    if isinstance(value, str):
        value = _opened(value) if len(path) <= _DEEPEST else value
    if isinstance(value, Mapping) and len(path) <= _DEEPEST:
        for key, part in cast("Mapping[Any, Any]", value).items():
            yield from _leaves(part, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and len(path) <= _DEEPEST:
        for index, part in enumerate(cast("Sequence[Any]", value)):
            yield from _leaves(part, (*path, index))
    else:
        yield Source(name=".".join(map(str, path)), text=_text(value), path=path)


def _opened(text: str) -> Any:
    """What a string holds where it is JSON or a Python literal, else itself."""
    plain = text.strip()
    if plain.lower() in _NAMELESS:
        return _NAMELESS[plain.lower()]
    if len(text) > _LONGEST_LITERAL or not _LITERAL.match(text):
        return text
    for reader in (json.loads, ast.literal_eval):
        try:
            opened = reader(plain)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        return cast("Any", opened) if isinstance(opened, (dict, list, tuple, str)) else text
    return text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
