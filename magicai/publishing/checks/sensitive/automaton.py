"""Many words at once: an Aho-Corasick automaton over texts as they are read."""

import importlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from magicai.publishing.checks.folding import folded, in_pinyin, is_han, squeezed
from magicai.publishing.findings import Severity

_SHORTEST_SPOKEN = 6  # letters: shorter syllables stand in many words
_SYLLABLES_ALONE = 3  # a word of fewer is not looked for in Latin letters only


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a list, and what to write instead."""

    word: str
    category: str
    severity: Severity = "note"
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A word where it was found.

    Attributes:
        start, end: characters of the view that was searched.
        breaks: offsets in the word before which its own parts begin.
        spoken_alone: whether its pinyin is long enough to mean nothing else.
    """

    start: int
    end: int
    entry: Entry
    breaks: frozenset[int]
    spoken_alone: bool = False


class Automaton:
    """The words of a list, made ready once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        library: Any = importlib.import_module("ahocorasick")
        self._written: Any = library.Automaton()
        self._spoken: Any = library.Automaton()
        for entry in entries:
            view = folded(entry.word)
            plain = squeezed(view)
            if not plain.text:
                continue
            apart = [right - left > 1 for left, right in zip(plain.places, plain.places[1:], strict=False)]
            breaks = frozenset(index + 1 for index, gap in enumerate(apart) if gap)
            _keep(self._written, plain.text, (entry, breaks, False))
            spoken = in_pinyin(plain)
            if all(map(is_han, plain.text)) and len(spoken.text) >= _SHORTEST_SPOKEN:
                starts = frozenset(
                    index
                    for index, (left, right) in enumerate(zip(spoken.places, spoken.places[1:], strict=False), 1)
                    if left != right
                )
                _keep(self._spoken, spoken.text, (entry, starts, len(plain.text) >= _SYLLABLES_ALONE))
        self._written.make_automaton()
        self._spoken.make_automaton()

    def __bool__(self) -> bool:
        return bool(len(self._written))

    def find(self, text: str, *, way: Literal["written", "spoken"] = "written") -> Iterator[Match]:
        """Every word in a squeezed text, or in one in pinyin."""
        automaton = self._written if way == "written" else self._spoken
        if not len(automaton):
            return
        for last, (length, (entry, breaks, alone)) in automaton.iter(text):
            yield Match(last + 1 - length, last + 1, entry, breaks, alone)


def _keep(automaton: Any, text: str, value: tuple[Entry, frozenset[int], bool]) -> None:
    if text not in automaton:
        automaton.add_word(text, (len(text), value))
