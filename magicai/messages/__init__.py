"""What is said to people: a code, its parameters, and one table per subject with the words for both.

A table is JSON: `{code: {"en": ..., "zh": ..., "way_out": CODE}}`. Words hold parameters as `{name}`. Words that depend
on a number are `{"one": ..., "other": ...}`, by the parameter `n`, which is shown as `1,200`. A way out may read
otherwise where it is taken elsewhere: `"api"`, `"page"` and `"assistant"`, in English; `"operator": true` marks one for
whoever runs the installation. What only a terminal says needs no `"zh"`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any, cast

from magicai.values.units import so_many

TABLES = Path(__file__).parent
# What has no code: rows of earlier versions, and what other programs say.
PLAIN = "text"
_PLACE = re.compile(r"\{(\w+)\}")
_PLACE_AND_STOP = re.compile(r"\{(\w+)\}([.。]?)")
_ENDS = (".", "!", "?", "。", "！", "？")


class Surface(StrEnum):
    """Where something is said: to programs, by the page, to assistants, by the command line."""

    API = "api"
    PAGE = "page"
    ASSISTANT = "assistant"
    CLI = "cli"


@dataclass(frozen=True)
class Message:
    """A code and its parameters.

    Attributes:
        params: JSON; a message in it is `{"code": ..., "params": ...}`.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)  # JSON has no hash

    def text(self, surface: Surface = Surface.CLI) -> str:
        """It in English."""
        if self.code == PLAIN:
            return str(self.params[PLAIN])
        entry = table()[self.code]
        words = _of_number(entry.get(surface, entry["en"]), self.params)
        said = _filled(words, self.params, lambda one: one.text(surface))
        return f"For the operator: {said}" if entry.get("operator") and surface is not Surface.CLI else said

    def __str__(self) -> str:
        return self.text()

    def in_language(self, language: str) -> str:
        """It on a page, in English or Chinese."""
        words = table()[self.code].get(language) if language != "en" and self.code != PLAIN else None
        if words is None:
            return self.text(Surface.PAGE)
        return _filled(_of_number(words, self.params), self.params, lambda one: one.in_language(language))

    def stored(self) -> str:
        """It as the text of a column."""
        return str(self.params[PLAIN]) if self.code == PLAIN else json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def restored(cls, text: str) -> "Message":
        """What a column says; rows of earlier versions have words."""
        try:
            return message_in(json.loads(text)) or plain(text)
        except ValueError:
            return plain(text)

    def as_json(self) -> dict[str, Any]:
        """It in JSON, as it stands in the parameters of another one, too."""
        return {"code": self.code, "params": dict(self.params)}

    @property
    def way_out(self) -> "Message | None":
        """The one that its table names, which takes its parameters from here."""
        code = table()[self.code].get("way_out") if self.code != PLAIN else None
        return Message(code, self.params) if code else None


def message(words: str, params: Mapping[str, Any]) -> Message:
    """A message by its code, or a text that has none.

    Args:
        params: texts, numbers, messages, and lists of these; anything else becomes the text that it prints.
    """
    if words not in table():
        return plain(words)
    return Message(words, {name: _json(value) for name, value in params.items()})


def say(code: str, /, **params: Any) -> Message:
    """A message by its code."""
    return message(code, params)


def amount(n: int, unit: str) -> Message:
    """`2 pages` as a part of a message.

    Args:
        unit: in the plural; one that has no code `amount_UNIT` is said in English.
    """
    code = f"amount_{unit.replace(' ', '_')}"
    return Message(code, {"n": n}) if code in table() else plain(so_many(n, unit))


def plain(text: str) -> Message:
    """A text that has no code: of a row of an earlier version, of a page, of another program."""
    return Message(PLAIN, {PLAIN: text})


@cache
def table() -> dict[str, dict[str, Any]]:
    """All that can be said, by code."""
    entries: dict[str, dict[str, Any]] = {}
    for path in sorted(TABLES.glob("*.json")):
        entries |= json.loads(path.read_text(encoding="utf-8"))
    return entries


def _of_number(words: str | dict[str, str], params: Mapping[str, Any]) -> str:
    return words if isinstance(words, str) else words["one" if params["n"] == 1 else "other"]


def message_in(value: Any) -> Message | None:
    """A message from its JSON; none where it is something else, or lacks what its words name, as of a later version."""
    match value:
        case {"code": str(code), "params": dict()} if code == PLAIN or code in table():
            params = cast("dict[str, Any]", value["params"])
            return Message(code, params) if _is_whole(code, params) else None
        case _:
            return None


def _is_whole(code: str, params: Mapping[str, Any]) -> bool:
    """Whether a message has what each of its wordings names, and each message within it."""
    return params.keys() >= names_in(code) and all(map(_is_sound, params.values()))


@cache
def names_in(code: str) -> frozenset[str]:
    """The parameters that the wordings of a code name."""
    if code == PLAIN:
        return frozenset((PLAIN,))
    entry = table()[code]
    counted = any(isinstance(words, dict) for words in entry.values())
    return frozenset(_PLACE.findall(json.dumps(entry))) | frozenset("n" if counted else "")


def _is_sound(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_sound, cast("list[Any]", value)))
    return not isinstance(value, dict) or message_in(value) is not None


def _filled(words: str, params: Mapping[str, Any], word: Callable[[Message], str]) -> str:
    """Words with their parameters; a sentence that is put in before a full stop brings its own.

    Args:
        word: says the messages among them.
    """

    def put_in(place: re.Match[str]) -> str:
        text = _shown(params[place[1]], word, counted=place[1] == "n")
        return text if text.endswith(_ENDS) else f"{text}{place[2]}"

    return _PLACE_AND_STOP.sub(put_in, words)


def _json(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, BaseException):
        said = getattr(value, "said", None)  # a MagicError's
        return _json(said) if isinstance(said, Message) else str(value).strip() or type(value).__name__
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(one) for one in cast("list[Any]", value)]
    return value if isinstance(value, str | int | float) and not isinstance(value, Enum) else str(value)


def _shown(value: Any, word: Callable[[Message], str], *, counted: bool = False) -> str:
    match value:
        case {"code": code, "params": params}:
            return word(Message(code, params))
        case [{"code": _}, *_]:
            return " ".join(_shown(one, word) for one in cast("list[Any]", value))
        case list():
            return ", ".join(_shown(one, word) for one in cast("list[Any]", value))
        case _:
            return f"{value:,}" if counted and isinstance(value, int) else str(value)
