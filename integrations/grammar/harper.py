"""English grammar by Harper: rules in Rust, in this process, without a server and without Java."""

import asyncio
import importlib
import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from magicai.errors import Missing
from magicai.publishing.checks.ports import GrammarFault

EXTRA = "grammar"
_SPELLING = "SpellCheck"
# Harper's time grows with the square of a word's and of a paragraph's length: no word is this long, and longer texts
# are read in parts.
_NO_WORD = re.compile(r"\S{100,}")
_PART = re.compile(r"[\s\S]{1,20000}(?=\s|$)")


class Harper:
    """The linter of American English; a word that British English knows is no mistake either."""

    async def faults(self, text: str) -> Sequence[GrammarFault]:
        """All that it finds.

        Raises:
            Missing: the package harper-py is not installed.
        """
        return await asyncio.to_thread(_faults, text)


class _Linter:
    """A linter is for one thread at a time; to make one takes a second."""

    def __init__(self, dialect: str) -> None:
        try:
            library: Any = importlib.import_module("harper")
        except ImportError as exc:
            raise Missing("harper_not_installed", extra=EXTRA) from exc
        self._linter: Any = library.Linter(getattr(library.Dialect, dialect))
        self._lock = threading.Lock()

    def lints(self, text: str) -> dict[str, list[Any]]:
        with self._lock:
            return self._linter.organized_lints(text, language="markdown")


@cache
def _linter(dialect: str) -> _Linter:
    return _Linter(dialect)


def _faults(text: str) -> list[GrammarFault]:
    text = _NO_WORD.sub(lambda one: " " * len(one[0]), text)
    found = [
        GrammarFault(
            part.start() + lint.span.start,
            part.start() + lint.span.end,
            rule,
            lint.lint_kind,
            lint.message,
            tuple(suggestion.replacement_text for suggestion in lint.suggestions),
        )
        for part in _PART.finditer(text)
        for rule, lints in _linter("AMERICAN").lints(part[0]).items()
        for lint in lints
    ]
    unknown = {text[one.start : one.end] for one in found if one.rule == _SPELLING}
    if unknown:
        words = "\n\n".join(sorted(unknown))
        british = _linter("BRITISH").lints(words).get(_SPELLING, [])
        unknown = {words[one.span.start : one.span.end] for one in british}
    kept = (one for one in found if one.rule != _SPELLING or text[one.start : one.end] in unknown)
    return sorted(kept, key=lambda one: (one.start, one.end))
