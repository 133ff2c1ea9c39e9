"""JSON as pages really hold it, and JavaScript literals: one tolerant reader for both.

Tolerated: trailing and missing commas, comments, single quotes and back-quotes, bare keys, raw control characters,
quotes inside strings that nobody escaped, HTML entities, comment and CDATA fences, several values one after the other,
a cut end, `undefined`, `!0`, `void 0`, `JSON.parse("...")`. The strict reader of the standard library is tried first;
it is twenty times faster. No recursion, every token is looked at once, and size, depth and tokens are bounded.
"""

import base64
import binascii
import html
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

STRICT_LIMIT = 8_000_000  # characters
_TOLERANT_LIMIT = 600_000
_TOKEN_LIMIT = 150_000
_DEPTH_LIMIT = 100
_QUOTE_SEARCH = 2_000
_REPAIR_LIMIT = 100

_STRICT = json.JSONDecoder(strict=False)
_FENCES = re.compile(r"<!--|-->|//\s*<!\[CDATA\[|<!\[CDATA\[|//\s*\]\]>|\]\]>")
_BLANK = re.compile(r"(?:[\s\ufeff;]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|$))*")
_TOKEN = re.compile(
    r"""(?P<string>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|`[^`\\]*(?:\\.[^`\\]*)*`)"""
    r"""|(?P<number>[+-]?(?:0[xX][0-9a-fA-F]{1,15}|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)(?![\w$]))"""
    r"""|(?P<mark>[{}\[\],:])|(?P<word>![01](?!\d)|void 0|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|-?Infinity)"""
    r"""|(?P<bare>\d[\w$]*)""",
    re.DOTALL,
)
_CLOSED = re.compile(r"\s*(?:[,:}\]]|$)|\s+[\"'][\w@:.-]{1,60}[\"']\s*:")
_CONSTRUCTED = re.compile(r"\s*[A-Za-z_$][\w$.]*\s*\([^()]{0,200}\)")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": "", "\r\n": ""}
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "!0": True, "!1": False}
_CALL = re.compile(r"\s*\(\s*")
_CALLS = frozenset(
    ("JSON.parse", "decodeURIComponent", "decodeURI", "unescape", "atob", "window.atob", "Object.freeze")
)


@dataclass(slots=True)
class ParseBudget:
    """How much slow reading a page may still cost; one is shared by all that is read of it.

    Attributes:
        tokens: that the tolerant reader may look at.
        failures: beginnings of values that may turn out to be none.
    """

    tokens: int = _TOKEN_LIMIT
    failures: int = 60


class Unreadable(ValueError):  # noqa: N818 - it is what the text is
    """The text holds no value that can be told from noise."""


def read_all(text: str, budget: ParseBudget | None = None) -> list[Any]:
    """Every JSON value of a script, one after the other; empty where nothing can be read."""
    if len(text) > STRICT_LIMIT:
        return []
    budget = budget or ParseBudget()
    values = _strictly(text)
    if values:
        return values
    text = _FENCES.sub(" ", text)
    for attempt in (text, html.unescape(text) if "&" in text else ""):
        start = _BLANK.match(attempt)
        position = start.end() if start else 0
        if attempt[position : position + 1] not in ("{", "["):
            continue
        try:
            return [read_literal(attempt, position, budget=budget)[0]]
        except Unreadable:
            continue
    return []


def _strictly(text: str) -> list[Any]:
    values: list[Any] = []
    position = _after_blank(text, 0)
    while position < len(text):
        try:
            value, end = _STRICT.raw_decode(text, position)
        except (ValueError, RecursionError):
            return []
        values.append(value)
        position = _after_blank(text, end)
    return values


def _after_blank(text: str, position: int) -> int:
    while position < len(text) and (text[position].isspace() or text[position] in "\ufeff;,"):
        position += 1
    return position


def read_value(text: str, position: int, budget: ParseBudget) -> tuple[Any, int]:
    """Read the JSON value or JavaScript literal that begins at a position, whatever follows it.

    Returns:
        The value and the position after it; None and the same position where none begins there.
    """
    if len(text) - position > STRICT_LIMIT or budget.failures <= 0:
        return None, position
    try:
        return _STRICT.raw_decode(text, position)
    except (ValueError, RecursionError):
        pass
    try:
        return read_literal(text, position, budget=budget)
    except Unreadable:
        budget.failures -= 1
        return None, position


def read_literal(
    text: str, position: int, names: Mapping[str, Any] | None = None, *, budget: ParseBudget
) -> tuple[Any, int]:
    """Read one value tolerantly.

    Args:
        text: what holds it.
        position: of its first character.
        names: what bare words stand for, beside JavaScript's own; unknown ones are None.
        budget: of the page, which this uses up.

    Returns:
        The value, and the position after it.

    Raises:
        Unreadable: it ends in something else, is too deep, or the budget is used up.
    """
    if len(text) - position > _TOLERANT_LIMIT:
        text = text[: position + _TOLERANT_LIMIT]
    return _Reader(text, position, names or {}, budget).read()


class _Reader:
    """One pass over tokens with a stack of open containers."""

    def __init__(self, text: str, position: int, names: Mapping[str, Any], budget: ParseBudget) -> None:
        self.text = text
        self.position = position
        self.names = names
        self.budget = budget
        self.open: list[dict[str, Any] | list[Any]] = []
        self.keys: list[str | None] = []  # of each open container, the key that waits for its value
        self.repairs_left = _REPAIR_LIMIT

    def read(self) -> tuple[Any, int]:
        while self.budget.tokens > 0:
            self.budget.tokens -= 1
            blank = _BLANK.match(self.text, self.position)
            self.position = blank.end() if blank else self.position
            token = _TOKEN.match(self.text, self.position)
            if token is None:
                return self._end()
            self.position = token.end()
            if token.lastgroup == "mark":
                done = self._mark(token[0])
                if done is not None:
                    return done, self.position
                continue
            if token.end() == len(self.text) and token.lastgroup != "string" and self.open:
                return self._end()  # a cut number is another number
            value = self._scalar(token)
            if not self.open:
                return value, self.position
            self._put(value, as_key=True, raw=token[0])
        raise Unreadable

    def _mark(self, mark: str) -> dict[str, Any] | list[Any] | None:
        if mark in "{[":
            if len(self.open) >= _DEPTH_LIMIT:
                raise Unreadable
            self.open.append({} if mark == "{" else [])
            self.keys.append(None)
        elif mark in "}]":
            if not self.open:
                raise Unreadable
            return self._close()
        return None

    def _close(self) -> dict[str, Any] | list[Any] | None:
        done = self.open.pop()
        self.keys.pop()
        if not self.open:
            return done
        self._put(done, as_key=False)
        return None

    def _put(self, value: Any, *, as_key: bool, raw: str = "") -> None:
        container = self.open[-1]
        if isinstance(container, list):
            container.append(value)
            return
        key = self.keys[-1]
        if key is not None:
            container[key] = value
            self.keys[-1] = None
        elif as_key:
            self.keys[-1] = value if isinstance(value, str) else raw
        else:
            raise Unreadable  # a value where a key belongs

    def _end(self) -> tuple[Any, int]:
        """The text ended, or continues with no literal: what is complete stands if only its end was cut."""
        if self.position < len(self.text.rstrip()) - 1 and self.text[self.position] not in "\"'`":
            raise Unreadable
        if not self.open:
            raise Unreadable
        while True:
            done = self._close()
            if done is not None:
                return done, len(self.text)

    def _scalar(self, token: re.Match[str]) -> Any:
        raw = token[0]
        if token.lastgroup == "string":
            return self._string(raw)
        if token.lastgroup == "number":
            return _number(raw)
        is_key = bool(self.open) and isinstance(self.open[-1], dict) and self.keys[-1] is None
        return raw if token.lastgroup == "bare" or is_key else self._word(raw)

    def _word(self, raw: str) -> Any:
        if raw in _WORDS:
            return _WORDS[raw]
        if raw in _CALLS:
            return self._call(raw)
        if raw == "new" and (call := _CONSTRUCTED.match(self.text, self.position)) is not None:
            self.position = call.end()  # a Date, a Set: no text of a page
            return None
        return self.names.get(raw)

    def _string(self, raw: str) -> str:
        if raw[0] == '"' and self.repairs_left and not _CLOSED.match(self.text, self.position):
            self.repairs_left -= 1
            raw = self._longer(raw)
        body = raw[1:-1]
        return _ESCAPE.sub(_unescaped, body) if "\\" in body else body

    def _longer(self, raw: str) -> str:
        """A quote that nobody escaped, as in 15" laptop: the string continues to one that ends it."""
        start = self.position - len(raw)
        end = self.position
        while end - self.position < _QUOTE_SEARCH:
            end = self.text.find('"', end) + 1
            if end == 0:
                break
            if _CLOSED.match(self.text, end):
                self.position = end
                return self.text[start:end]
        return raw

    def _call(self, function: str) -> Any:
        """JSON.parse and its usual wrappings, around a string literal."""
        wrapped = [function]
        position = self.position
        while (call := _CALL.match(self.text, position)) is not None:
            token = _TOKEN.match(self.text, call.end())
            if token is None:
                return None
            position = token.end()
            if token.lastgroup == "word" and token[0] in _CALLS:
                wrapped.append(token[0])
                continue
            if token.lastgroup != "string":
                return None
            body = token[0][1:-1]
            self.position = self.text.find(")", position)
            while self.text[self.position : self.position + 1] == ")":
                self.position += 1
            return _unwrapped(_ESCAPE.sub(_unescaped, body) if "\\" in body else body, wrapped)
        return None


def _unwrapped(text: str, wrapped: list[str]) -> Any:
    for function in reversed(wrapped):
        if function.endswith("atob"):
            try:
                text = base64.b64decode(text, validate=False).decode("utf-8", "replace")
            except binascii.Error:
                return None
        elif function == "JSON.parse":
            values = _strictly(text)
            return values[0] if values else None
        else:
            text = unquote(text)
    return text


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return _ESCAPES.get(escape[4], escape[4])
    number = int(code, 16)
    return chr(number) if number <= sys.maxunicode else ""


def _number(raw: str) -> Any:
    try:
        if raw.lower().lstrip("+-").startswith("0x"):
            return int(raw, 16)
        return float(raw) if any(mark in raw for mark in ".eE") else int(raw)
    except ValueError:
        return None
