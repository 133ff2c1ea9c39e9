"""Phrases of the tables in `words/`, found in short lines of a page.

Case makes no difference, "#" in a phrase is any number but 0, "*" any word, and between words stands a space, a hyphen
or an apostrophe. Scripts that write no spaces have phrases that are found within other text.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_WORD = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN_WORDS = re.compile(r"[\s\-\u2010\u2011'’]{0,2}")
_MARKS = re.compile(r"[\s:：,，、.。;；()（）\-–]+")
_NUMBER = re.compile(r"\d+")


def table(name: str) -> dict[str, Any]:
    """What the file of this name in `words/` holds."""
    return tomllib.loads((Path(__file__).parent / "words" / f"{name}.toml").read_text("utf-8"))


def folded(text: str) -> str:
    """A text without case, and without what tells the Turkish letters i apart."""
    return text.casefold().replace("\u0307", "").replace("\u0131", "i")


class Line:
    """A line of a page, split once into words.

    Attributes:
        text: folded.
        words: in order; numbers as "#" or "0".
        spans: where each stands in the text.
        joined: whether nothing but a space, hyphen or apostrophe stands between each word and the one before.
    """

    def __init__(self, text: str) -> None:
        self.text = folded(text)
        found = list(_WORD.finditer(self.text))
        self.words = [_word(word[0]) for word in found]
        self.spans = [word.span() for word in found]
        ends = (0, *(end for _, end in self.spans))
        self.joined = [
            _BETWEEN_WORDS.fullmatch(self.text, end, start) is not None
            for end, (start, _) in zip(ends, self.spans, strict=False)
        ]

    def without_spaces(self) -> str:
        """The text without spaces and punctuation, numbers as in `words`."""
        return _NUMBER.sub(lambda number: _word(number[0]), _MARKS.sub("", self.text))


class PhraseMatch(NamedTuple):
    """A phrase in a line: where it begins and ends, and which words it is, none in a script without spaces."""

    start: int
    end: int
    first: int = 0
    after: int = 0


class Phrases:
    """Phrases of one meaning.

    Args:
        phrases: of words.
        without_spaces: of scripts that write none.
    """

    def __init__(self, phrases: Iterable[str], without_spaces: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(map(_words, phrases), key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)
        unbroken = sorted(map(folded, without_spaces), key=len, reverse=True)
        self._unbroken = re.compile("|".join(map(re.escape, unbroken))) if unbroken else None

    def search(self, line: Line) -> PhraseMatch | None:
        """The first of the phrases in a line, the longest that begins there."""
        found = next(self._of_words(line), None)
        if found is not None or self._unbroken is None or line.text.isascii():
            return found
        within = self._unbroken.search(line.without_spaces())
        return None if within is None else PhraseMatch(*within.span())

    def at(self, line: Line, place: int) -> int | None:
        """The place after the longest phrase that begins with a word of the line; None where none does."""
        for phrase in self._by_first.get(line.words[place], ()) if place < len(line.words) else ():
            after = place + len(phrase)
            words = line.words[place:after]
            if len(words) == len(phrase) and all(line.joined[place + 1 : after]) and all(map(_is, phrase, words)):
                return after
        return None

    def before(self, line: Line, place: int) -> int | None:
        """The place of the first word of a phrase that ends right before a word of the line."""
        starts = range(max(0, place - 4), place)
        return next((start for start in starts if self.at(line, start) == place and all(line.joined[place:][:1])), None)

    def _of_words(self, line: Line) -> Iterator[PhraseMatch]:
        for place in range(len(line.words)):
            after = self.at(line, place)
            if after is not None:
                yield PhraseMatch(line.spans[place][0], line.spans[after - 1][1], place, after)


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(_word(word) for word in re.findall(rf"[#*]|{_WORD.pattern}", folded(phrase)))


def _is(wanted: str, word: str) -> bool:
    return wanted in (word, "*")


def _word(word: str) -> str:
    if not word[0].isdecimal():
        return word
    return "#" if word.strip("0") and int(word[:9]) else "0"


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of some words, the longest first; those that begin alike share a branch."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in by_first.items())
