"""A text as its reader sees it, with the place of each character: no invisible ones, no look-alikes, no full width."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

_KEPT = frozenset("，。！？；、“”‘’「」『』《》…")  # Chinese punctuation says where clauses end
_ALIKE = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵ",
    "ABEKMHOPCTXaeopcyxijsdhABEZHIKMNOPTYXov",
)
# A word is looked at from its beginning alone, and once.
_MIXED = re.compile(r"(?<![A-Za-zЀ-ӿԀ-ԯͰ-Ͽ])[A-Za-z]*+[Ѐ-ӿԀ-ԯͰ-Ͽ][A-Za-zЀ-ӿԀ-ԯͰ-Ͽ]*+")
_DASHES = dict.fromkeys("‐‑‒−﹣－", "-")
_SUPERSCRIPTS = {"²": "2", "³": "3"}
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9\u4e00-\u9fff])|(?<=[。！？!?])[”’」』\"')]*|\n+")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Ste|Ave|Blvd|Rd|Inc|Ltd|Co|Corp|No|vs|etc|e\.g|i\.e|approx|Jr|Sr|Gen|Sen|Rep|Gov|Lt|"
    r"Col|Capt|Fig|Vol|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|U\.S|U\.K)|(?<!\d )\b[A-Z])\.$"
)
_LONGEST = 1_000  # characters of a sentence
HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place in the text."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A text that was made plain.

    Attributes:
        plain: what is read.
        places: for each character of `plain`, where it stood in the original text.
    """

    original: str
    plain: str
    places: Sequence[int]
    _sentences: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    _starts: list[int] = field(default_factory=list[int])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a place in the plain text."""
        if end <= start:
            place = self.places[start] if start < len(self.places) else len(self.original)
            return place, place
        return self.places[start], self.places[end - 1] + 1

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence in the plain text."""
        if not self._sentences and self.plain:
            self._sentences = _sentence_places(self.plain)
            self._starts = [start for start, _ in self._sentences]
        return self._sentences

    def sentence_at(self, place: int) -> int:
        """The number of the sentence in which a place lies."""
        return max(0, bisect_right(self._starts or [start for start, _ in self.sentences], place) - 1)


def read(text: str) -> Reading:
    """Make a text plain."""
    if text.isascii():
        return Reading(original=text, plain=text, places=range(len(text)))
    pieces: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        shown = _shown(char)
        if shown.startswith(" ") and len(shown) > 1 and not (pieces and pieces[-1][-1:].isdigit()):
            shown = shown[1:]
        if shown:
            pieces.append(shown)
            places += [place] * len(shown)
    plain = "".join(pieces)
    return Reading(original=text, plain=_MIXED.sub(_without_look_alikes, plain), places=places)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order; their places leave out only space between them."""
    reading = read(text)
    found: list[Sentence] = []
    for start, end in reading.sentences:
        first, last = reading.span(start, end)
        found.append(Sentence(text=text[first:last], start=first, end=last))
    return tuple(found)


@lru_cache(maxsize=20_000)
def _shown(char: str) -> str:
    if char in _KEPT or char.isascii():
        return char
    if char in _DASHES or char in _SUPERSCRIPTS:
        return _DASHES.get(char) or _SUPERSCRIPTS[char]
    if unicodedata.category(char) in ("Cf", "Mn", "Cc", "Cs"):
        return ""
    shown = unicodedata.normalize("NFKC", char)
    if "⁄" in shown:  # ½ after a digit is a mixed number
        return " " + shown.replace("⁄", "/")
    return shown or char


def _without_look_alikes(word: re.Match[str]) -> str:
    latin = any(char.isascii() for char in word[0])
    alike = word[0].translate(_ALIKE)
    return alike if latin or alike.isascii() else word[0]


def _sentence_places(plain: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(plain):
        abbreviated = plain[end.start() - 1 : end.start()] == "." and _ABBREVIATED.search(
            plain, max(0, end.start() - 8), end.start()
        )
        if abbreviated and "\n" not in end[0]:
            continue
        _add(found, plain, start, end.end())
        start = end.end()
    _add(found, plain, start, len(plain))
    return found


def _add(found: list[tuple[int, int]], plain: str, start: int, end: int) -> None:
    while end - start > _LONGEST:  # what is done for a sentence takes as long as it is
        cut = max(plain.rfind(" ", start, start + _LONGEST), start + _LONGEST // 2)
        found.append((start, cut))
        start = cut
    text = plain[start:end]
    stripped = text.strip()
    if stripped:
        first = start + text.index(stripped[0])
        found.append((first, first + len(stripped)))
