"""What leaves this machine's terminal: messages in the words of where they are shown, and no path of this machine."""

import copy
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from magicai.errors import MagicError
from magicai.messages import Message, Surface, message_in
from magicai.settings import Settings

Model = TypeVar("Model", bound=BaseModel)
Problem = TypeVar("Problem", bound=MagicError)

# English texts of what runs and plans say, and where each has its message beside it. All else may quote a page.
_MESSAGES = {
    "what": "message",
    "way_out": "way",
    "reason": "message",
    "reasoning": "message",
    "why": "message",
    "why_not": "message",
}
_OURS = frozenset((*_MESSAGES, *_MESSAGES.values()))
# Where a path of a folder ends, and that it is no part of an address or of a longer path.
_ALONE = r"(?<![\w.:/~-])(?:{roots})(?![\w-])"


class PathMask:
    """Names the folders of one machine by their settings."""

    def __init__(self, settings: Settings) -> None:
        self._names = {str(path): name for path, name in _roots(settings).items()}
        longest = sorted(self._names, key=len, reverse=True)
        self._path = re.compile(_ALONE.format(roots="|".join(map(re.escape, longest))))

    def on(self, surface: Surface) -> "SurfaceWords":
        """The words of one surface."""
        return SurfaceWords(self.masked, surface)

    def masked(self, text: str) -> str:
        """A text in which folders of this machine have their settings' names."""
        return self._path.sub(lambda found: self._names[found[0]], text)


class SurfaceWords:
    """Messages in the words of one surface.

    Args:
        masked: a text as it may be seen there.
        surface: where.
    """

    def __init__(self, masked: Callable[[str], str], surface: Surface) -> None:
        self._masked, self.surface = masked, surface

    def value(self, value: Any) -> Any:
        """The same JSON, its problems and reasons in these words; nothing else of it is changed."""
        return _shown(value, self.surface, lambda name, text: self._masked(text) if name in _OURS else text)

    def data(self, value: Any) -> Any:
        """The same JSON, likewise, and no path of this machine in any of its texts."""
        return _shown(value, self.surface, lambda _name, text: self._masked(text))

    def model(self, thing: Model) -> Model:
        """The same value, its problems and reasons in these words."""
        return type(thing).model_validate(self.value(thing.model_dump(mode="json")))

    def error(self, error: Problem) -> Problem:
        """The same error in these words."""
        shown = copy.copy(error)
        shown.surface = self.surface
        shown.message = self.message(error.message)
        shown.way = self.message(error.way) if error.way else None
        return shown

    def message(self, message: Message) -> Message:
        """The same message without paths of this machine."""
        return Message(message.code, self.data(message.params))


TERMINAL = SurfaceWords(str, Surface.CLI)  # on this machine's terminal, which may see its paths


def in_words_of(surface: Surface, value: Any) -> Any:
    """The same JSON, its problems and reasons in the words of a surface."""
    return SurfaceWords(str, surface).value(value)


def _shown(value: Any, surface: Surface, text: Callable[[str, str], str], name: str = "") -> Any:
    if isinstance(value, str):
        return text(name, value)
    if isinstance(value, Mapping):
        worded = _worded(cast("Mapping[str, Any]", value), surface)
        within_message = name in _MESSAGES.values()
        return {key: _shown(part, surface, text, name if within_message else key) for key, part in worded.items()}
    if isinstance(value, list):
        return [_shown(part, surface, text, name) for part in cast("list[Any]", value)]
    return value


def _worded(value: Mapping[str, Any], surface: Surface) -> Mapping[str, Any]:
    """The same problem in the words of its messages; anything else as it is."""
    messages = {words: message_in(value.get(name)) for words, name in _MESSAGES.items() if words in value}
    return {**value, **{words: message.text(surface) for words, message in messages.items() if message}}


def _roots(settings: Settings) -> dict[Path, str]:
    """The folders and files of this machine that texts may name, and what they are called elsewhere."""
    given: dict[Any, str] = {
        Path.home(): "~",
        Path(sys.prefix): "PYTHON",
        Path(tempfile.gettempdir()): "TMPDIR",
        **{value: f"MAGICAI_{name.upper()}" for name, value in settings if isinstance(value, Path)},
    }
    there = [(path.expanduser(), name) for path, name in given.items()]
    found = dict(there) | {path.resolve(): name for path, name in there}
    return {path: name for path, name in found.items() if path.is_absolute() and len(path.parts) > 1}
