"""What is told elsewhere than on this machine's terminal: a way out that can be taken there, and no path of its.

Errors and problems are kept in the words of the command line. Whoever hands them on says them in words of its own.
"""

import copy
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from magicai.errors import MagicError
from magicai.messages import PLAIN, Message, Surface, table
from magicai.settings import Settings

Model = TypeVar("Model", bound=BaseModel)
Problem = TypeVar("Problem", bound=MagicError)

_RUN = r"(?P<run>[\w{}-]+)"
CLAUSE = re.compile(r"(?<=[.!?;])\s+")
_COMMAND = re.compile(r"`?(?:magicai [a-z][a-z-]*|python3 start\.py [a-z]+)\b")
OPERATOR = "For the operator"
# The texts of what runs and plans tell; all else may quote a page.
_TEXTS = frozenset(("what", "way_out", "reason", "reasoning", "why"))
# Where each of these texts has its message beside it.
_MESSAGES = {"what": "message", "way_out": "way", "reason": "message", "reasoning": "message", "why": "message"}
# What their messages are called.
_CODED = frozenset(_MESSAGES.values())
# Where a path of a folder ends, and that it is no part of an address or of a longer path.
_ALONE = r"(?<![\w.:/~-])(?:{roots})(?![\w-])"


# What a command is elsewhere; those that are not here are the operator's.
_COMMANDS: tuple[tuple[str, Mapping[Surface, str]], ...] = (
    (
        rf"magicai resume(?: {_RUN})?",
        {
            Surface.API: "POST /api/runs/{run}/resume",
            Surface.PAGE: "the page of run {run}",
            Surface.ASSISTANT: "resume_run with run_id {run}",
        },
    ),
    (
        rf"magicai cancel {_RUN}(?: --now)?",
        {
            Surface.API: "POST /api/runs/{run}/cancel",
            Surface.PAGE: "the page of run {run}",
            Surface.ASSISTANT: "cancel_run with run_id {run}",
        },
    ),
    (
        rf"magicai show {_RUN}(?: --follow)?",
        {
            Surface.API: "GET /api/runs/{run}",
            Surface.PAGE: "the page of run {run}",
            Surface.ASSISTANT: "show_run with run_id {run}",
        },
    ),
    (
        rf"magicai run {_RUN}",
        {
            Surface.API: "POST /api/workflows/{run}",
            Surface.PAGE: "the page Workflows",
            Surface.ASSISTANT: "the tool {run}",
        },
    ),
    (
        r"magicai runs\b",
        {Surface.API: "GET /api/runs", Surface.PAGE: "the page Runs", Surface.ASSISTANT: "list_runs"},
    ),
    (
        r"magicai upload(?: FILE)?",
        {
            Surface.API: "POST /api/files",
            Surface.PAGE: "the form of the page Workflows",
            Surface.ASSISTANT: "POST /api/files of the gateway",
        },
    ),
    (
        r"magicai effects list",
        {Surface.API: "GET /api/effects", Surface.PAGE: "the page Home"},
    ),
    (
        r"magicai effects decide \S+(?<![.;])",
        {Surface.API: "PUT /api/effects/EFFECT/decision", Surface.PAGE: "the page of its run"},
    ),
    (r"magicai webhook list", {Surface.API: "GET /api/webhooks"}),
    (r"magicai user list", {Surface.API: "GET /api/users", Surface.PAGE: "the page Users"}),
    (r"magicai user add(?: NAME)?", {Surface.API: "POST /api/users", Surface.PAGE: "the page Users"}),
    (r"magicai user password(?: NAME)?", {Surface.API: "PATCH /api/users/USER_ID"}),
)
_KNOWN = tuple((re.compile(rf"`?{pattern}`?"), words) for pattern, words in _COMMANDS)


class Teller:
    """Says elsewhere what was written for the terminal of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._names = {str(path): name for path, name in _roots(settings).items()}
        longest = sorted(self._names, key=len, reverse=True)
        self._path = re.compile(_ALONE.format(roots="|".join(map(re.escape, longest))))

    def on(self, surface: Surface) -> "Said":
        """What says it on one surface."""
        return Said(self.without_paths, surface)

    def without_paths(self, text: str) -> str:
        """A text in which folders of this machine have their settings' names."""
        return self._path.sub(lambda found: self._names[found[0]], text)


class Said:
    """Says it on one surface.

    Args:
        shown: a text as it may be seen there.
        surface: where.
    """

    def __init__(self, shown: Callable[[str], str], surface: Surface) -> None:
        self._shown, self.surface = shown, surface

    def text(self, text: str) -> str:
        """A sentence or several."""
        return said(self._shown(text), self.surface)

    def value(self, value: Any) -> Any:
        """The same JSON, its problems and reasons told; nothing else of it is changed."""

        def shown(name: str, text: str) -> str:
            if name in _CODED:
                return self._shown(text)
            return self.text(text) if name in _TEXTS else text

        return _told(value, self.surface, shown)

    def data(self, value: Any) -> Any:
        """The same JSON, likewise, and no path of this machine in any of its texts."""
        return _told(value, self.surface, lambda name, text: self.text(text) if name in _TEXTS else self._shown(text))

    def model(self, one: Model) -> Model:
        """The same value, likewise."""
        return type(one).model_validate(self.value(one.model_dump(mode="json")))

    def error(self, error: Problem) -> Problem:
        """The same error, likewise."""
        told = copy.copy(error)
        told.surface = self.surface
        told.message = self.message(error.message)
        told.way = self.message(error.way) if error.way else None
        return told

    def message(self, message: Message) -> Message:
        """The same message without paths of this machine; one that has no code in those words."""
        of_ours = self.text if message.code == PLAIN else self._shown
        return Message(message.code, _told(message.params, self.surface, lambda _name, text: of_ours(text)))


HERE = Said(str, Surface.CLI)  # on this machine's terminal, which may see its paths


def said(text: str, surface: Surface) -> str:
    """A sentence or several, with a way out that can be taken there."""
    if surface is Surface.CLI or not _COMMAND.search(text):
        return text
    clauses: list[str] = []
    for clause in CLAUSE.split(text):
        clauses.append(_clause(clause, surface, within=bool(clauses) and clauses[-1].endswith(";")))
    return " ".join(clauses)


def told(value: Any, surface: Surface) -> Any:
    """The same JSON, its problems and reasons likewise."""
    return _told(value, surface, lambda name, text: said(text, surface) if name in _TEXTS else text)


def _clause(clause: str, surface: Surface, *, within: bool) -> str:
    for pattern, words in _KNOWN:
        if surface in words:
            clause = pattern.sub(partial(_words, words[surface]), clause)
    if not _COMMAND.search(clause) or clause.startswith(OPERATOR):
        return clause
    return f"{OPERATOR[0].lower() if within else OPERATOR[0]}{OPERATOR[1:]}: {clause}"


def _words(words: str, found: re.Match[str]) -> str:
    return words.format(run=found.groupdict().get("run") or "RUN")


def _told(value: Any, surface: Surface, text: Callable[[str, str], str], name: str = "") -> Any:
    if isinstance(value, str):
        return text(name, value)
    if isinstance(value, Mapping):
        worded = _worded(cast("Mapping[str, Any]", value), surface)
        return {key: _told(one, surface, text, name if name in _CODED else key) for key, one in worded.items()}
    return [_told(one, surface, text, name) for one in cast("list[Any]", value)] if isinstance(value, list) else value


def _worded(value: Mapping[str, Any], surface: Surface) -> Mapping[str, Any]:
    """The same problem in the words of its messages; anything else as it is."""
    messages = {words: known_message(value.get(name)) for words, name in _MESSAGES.items() if words in value}
    return {**value, **{words: one.text(surface) for words, one in messages.items() if one}}


def known_message(value: Any) -> Message | None:
    """A message from its JSON; none where it is something else, or a later version's."""
    match value:
        case {"code": str(code), "params": dict()} if code in table() or (code == PLAIN and PLAIN in value["params"]):
            return Message(code, cast("dict[str, Any]", value["params"]))
        case _:
            return None


def _roots(settings: Settings) -> dict[Path, str]:
    """The folders and files of this machine that texts may name, and what they are called elsewhere."""
    given: dict[Any, str] = {
        Path.home(): "~",
        Path(sys.prefix): "PYTHON",
        Path(tempfile.gettempdir()): "TMPDIR",
        **{value: f"MAGICAI_{name.upper()}" for name, value in settings if isinstance(value, Path)},
    }
    found = {one: name for path, name in given.items() for one in (path.expanduser(), path.expanduser().resolve())}
    return {path: name for path, name in found.items() if path.is_absolute() and len(path.parts) > 1}
