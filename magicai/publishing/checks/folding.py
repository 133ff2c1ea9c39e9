"""Texts as they are read, however they are disguised; every character keeps the place where it stands."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import compress

# Written for letters inside of words: p0rn, $ex.
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
# Beside a letter, or it stands for none.
_HAS_LEET = re.compile(r"[a-z][013457@$!|]|[013457@$!|][a-z]")
_HAN_FIRST, _HAN_LAST = "\u3400", "\u9fff"


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is read.

    Attributes:
        places: of each character, where it stands in the text.
    """

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters stand in the text that was folded."""
        return self.places[start], self.places[end - 1] + 1


def is_han(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return _HAN_FIRST <= character <= _HAN_LAST


@cache
def table(name: str) -> Mapping[str, str]:
    """What each character of a table is read as."""
    text = (resources.files("magicai.publishing.checks") / "tables" / f"{name}.txt").read_text(encoding="utf-8")
    return {one: read for line in text.splitlines() for read, _, written in [line.partition(" ")] for one in written}


@lru_cache(maxsize=20_000)
def _read(character: str) -> str:
    """A character in simplified Chinese, half width, lower case, without accents; "" of what nobody sees."""
    if character.isascii():
        return character.lower()
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Cc", "Cn", "Co") or character in "\u115f\u1160\u3164\uffa0\u2800":
        return ""
    if category == "Zs":
        return " "
    if character in table("lookalikes"):
        return table("lookalikes")[character]
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(
        table("simplified").get(one, table("lookalikes").get(one, one))
        for one in plain
        if not unicodedata.combining(one)
    )


def folded(text: str) -> Folded:
    """A text in simplified Chinese, half width, lower case, look-alikes as Latin letters, without unseen characters."""
    if text.isascii():
        return Folded(text.lower(), tuple(range(len(text))))
    read: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in _read(character):
            read.append(one)
            places.append(place)
    return Folded("".join(read), tuple(places))


def squeezed(view: Folded) -> Folded:
    """Only letters and digits of a folded text."""
    if view.text.isalnum():
        return view
    kept = list(map(str.isalnum, view.text))
    return Folded("".join(compress(view.text, kept)), tuple(compress(view.places, kept)))


def unleeted(view: Folded) -> Folded:
    """A folded text, squeezed, with digits and signs inside of Latin words as the letters that they stand for."""
    if not _HAS_LEET.search(view.text):
        return squeezed(view)
    read: list[str] = []
    places: list[int] = []
    for start, end in _runs(view.text):
        word = view.text[start:end]
        latin = any(one.isascii() and one.isalpha() for one in word)
        for offset, one in enumerate(word):
            letter = _LEET.get(one, one) if latin else one
            if letter.isalnum():
                read.append(letter)
                places.append(view.places[start + offset])
    return Folded("".join(read), tuple(places))


def _runs(text: str) -> Iterable[tuple[int, int]]:
    start = 0
    for index, one in enumerate(text):
        if not (one.isalnum() or one in _LEET) or is_han(one):
            if index > start:
                yield start, index
            yield index, index + 1
            start = index + 1
    if start < len(text):
        yield start, len(text)


def in_pinyin(view: Folded) -> Folded:
    """A squeezed text with each Chinese character as its syllable."""
    if view.text.isascii():
        return view
    syllables = table("pinyin")
    read: list[str] = []
    places: list[int] = []
    for one, place in zip(view.text, view.places, strict=True):
        syllable = syllables.get(one, one)
        read.append(syllable)
        places.extend([place] * len(syllable))
    return Folded("".join(read), tuple(places))
