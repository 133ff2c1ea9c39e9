"""JSON as pages really hold it, and JavaScript literals: what the standard reader refuses is rewritten for it.

Tolerated: comments, trailing commas, single quotes and back-quotes, bare keys, raw control characters, quotes inside
strings that nobody escaped, HTML entities, comment and CDATA fences, several values one after the other, `undefined`,
`!0`, `JSON.parse("...")`. Every token is looked at once, and their number is bounded.
"""

import html
import json
import re
from dataclasses import dataclass
from typing import Any

_STRICT_LIMIT = 8_000_000  # characters
_TOLERANT_LIMIT = 600_000
_TOKEN_LIMIT = 150_000

_STRICT = json.JSONDecoder(strict=False)
_FENCES = re.compile(r"<!--|-->|//\s*<!\[CDATA\[|<!\[CDATA\[|//\s*\]\]>|\]\]>")
_BLANK = re.compile(r"(?:[\s\ufeff;,]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|$))*+")
# A string ends at a quote behind which a value can end. No group stands in a possessive repeat: re of Python 3.11 loses
# its span.
_INSIDE = r"(?!\s*+(?:[,:}\])]|$))"
_STRING = "|".join(rf"{quote}(?:[^{quote}\\]++|\\.|{quote}{_INSIDE})*+{quote}" for quote in "\"'`")
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<open>[{{\[])|(?P<close>[}}\]])|(?P<mark>[,:])"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$.]))"
    r"|(?P<word>![01](?!\d)|void 0|[\w$]+(?:\.[\w$]+)*)",
    re.DOTALL,
)
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*+")
_KEYED = re.compile(r"\s*:")
_PARSED = re.compile(rf"JSON\.parse\(\s*({_STRING})\s*\)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|(\r\n|.))|\"", re.DOTALL)
_OF_JSON = frozenset('"\\/bfnrtu')
_WORDS = {"true": "true", "false": "false", "!0": "true", "!1": "false"}


@dataclass(slots=True)
class ParseBudget:
    """How much slow reading a page may still cost; one is shared by all that is read of it.

    Attributes:
        tokens: that may be rewritten.
        failures: beginnings of values that may turn out to be none.
    """

    tokens: int = _TOKEN_LIMIT
    failures: int = 60


class Unreadable(ValueError):  # noqa: N818 - it is what the text is
    """The text holds no value that can be told from noise."""


def read_all(text: str, budget: ParseBudget | None = None) -> list[Any]:
    """Every JSON value of a script, one after the other; empty where nothing can be read."""
    if len(text) > _STRICT_LIMIT:
        return []
    budget = budget or ParseBudget()
    try:
        return _strictly(text)
    except ValueError:
        pass
    text = _FENCES.sub(" ", text)
    for attempt in (text, html.unescape(text) if "&" in text else ""):
        start = _BLANK.match(attempt)
        position = start.end() if start else 0
        if attempt[position : position + 1] in ("{", "["):
            try:
                return [_read_literal(attempt, position, budget)[0]]
            except Unreadable:
                continue
    return []


def read_value(text: str, position: int, budget: ParseBudget) -> tuple[Any, int]:
    """Read the JSON value or JavaScript literal that begins at a position, whatever follows it.

    Returns:
        The value and the position after it; None and the same position where none begins there.
    """
    if len(text) - position > _STRICT_LIMIT or budget.failures <= 0:
        return None, position
    try:
        if parsed := _PARSED.match(text, position):
            return _decoded(_decoded(_as_json(parsed[1]), 0)[0], 0)[0], parsed.end()
        return _decoded(text, position)
    except Unreadable:
        pass
    try:
        return _read_literal(text, position, budget)
    except Unreadable:
        budget.failures -= 1
        return None, position


def _strictly(text: str) -> list[Any]:
    values: list[Any] = []
    position = _after_blank(text, 0)
    while position < len(text):
        value, end = _decoded(text, position)
        values.append(value)
        position = _after_blank(text, end)
    return values


def _after_blank(text: str, position: int) -> int:
    while position < len(text) and (text[position].isspace() or text[position] in "\ufeff;,"):
        position += 1
    return position


def _decoded(text: str, position: int) -> tuple[Any, int]:
    try:
        return _STRICT.raw_decode(text, position)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def _read_literal(text: str, position: int, budget: ParseBudget) -> tuple[Any, int]:
    """Read one value as JSON, after rewriting it token by token.

    Raises:
        Unreadable: it ends in something else, or the budget is used up.
    """
    end = min(len(text), position + _TOLERANT_LIMIT)
    pieces: list[str] = []
    depth = 0
    while budget.tokens > 0:
        budget.tokens -= 1
        blank = _SPACE.match(text, position, end)
        token = _TOKEN.match(text, blank.end() if blank else position, end)
        if token is None:
            break
        position = token.end()
        match token.lastgroup:
            case "open":
                depth += 1
                pieces.append(token[0])
            case "close":
                depth -= 1
                if pieces and pieces[-1] == ",":
                    pieces.pop()
                pieces.append(token[0])
            case "string":
                pieces.append(_as_json(token[0]))
            case "word":
                is_key = _KEYED.match(text, position, end) is not None
                pieces.append(f'"{token[0]}"' if is_key else _WORDS.get(token[0], "null"))
            case _:
                is_key = token.lastgroup == "number" and _KEYED.match(text, position, end) is not None
                pieces.append(f'"{token[0]}"' if is_key else token[0])
        if depth <= 0:
            return _decoded("".join(pieces), 0)[0], position
    raise Unreadable


def _as_json(string: str) -> str:
    """A string literal as JSON writes it."""
    return f'"{_ESCAPE.sub(_escaped, string[1:-1])}"'


def _escaped(found: re.Match[str]) -> str:
    if found[0] == '"':
        return '\\"'
    if found[1]:
        return f"\\u00{found[1]}"
    return found[0] if found[2] in _OF_JSON else found[2].strip("\r\n")
