"""How much of a text stands in another, and where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from magicai.publishing.checks.copied.shingles import Fingerprint, shingles

_NEAR = 12  # characters between two copied stretches that are one passage
# A quotation, and what says whose it is: beside it, in its sentence or in the line after a block.
_QUOTED = re.compile(r"“[^”]{8,2000}”|\"[^\"\n]{8,2000}\"|「[^」]{4,2000}」|『[^』]{4,2000}』|«[^»]{8,2000}»")
_BLOCK = re.compile(r"(?:^>.*(?:\n|$))+", re.MULTILINE)
_ATTRIBUTED = re.compile(
    r"\b(?:says?|said|wr[io]tes?|written|wrote|according to|quot(?:e|es|ed|ing)|source|reports?|reported|states?|"
    r"stated|explains?|notes?|put it|in (?:his|her|their) (?:book|article|review)|via|courtesy of)\b|"
    r"(?:^|\s)[—–-]{1,2}\s*[A-Z]|https?://|说|写道|指出|表示|据|引自|摘自|出自|来源|原文|援引|称|——|—\s*[\u4e00-\u9fff]",
    re.MULTILINE,
)
_AROUND = 90  # characters beside a quotation in which its source is named


@dataclass(frozen=True, slots=True)
class Copy:
    """A passage that stands in both texts."""

    start: int
    end: int
    other_start: int
    other_end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike two texts are.

    Attributes:
        containment: the share of the text's shingles that stand in the other, 0 to 1.
        likeness: the same with shorter shingles too, so that what was reworded counts.
    """

    containment: float
    likeness: float
    copies: tuple[Copy, ...]


def quoted(text: str) -> tuple[tuple[int, int], ...]:
    """Quotations that say whose they are."""
    found: list[tuple[int, int]] = []
    for match in (*_QUOTED.finditer(text), *_BLOCK.finditer(text)):
        before, after = text[max(0, match.start() - _AROUND) : match.start()], text[match.end() : match.end() + _AROUND]
        inside = match[0] if match[0].startswith(">") else ""
        if any(_ATTRIBUTED.search(part) for part in (before, after, inside)):
            found.append(match.span())
    return tuple(found)


def compare(text: str, other: str) -> Comparison:
    """Compare a text with another from which it may be copied."""
    own, other_shingles = _unquoted(text), shingles(other)
    places = {other_shingle.value: other_shingle for other_shingle in reversed(other_shingles)}
    hits = [(one, places[one.value]) for one in own if one.value in places]
    containment = len(hits) / len(own) if own else 0.0
    shorter = [_containment(text, other, size) for size in (0.6, 0.4)]
    likeness = (containment + sum(shorter)) / (1 + len(shorter))
    return Comparison(containment, likeness, tuple(_copies(hits)))


def _unquoted(text: str, size: float = 1) -> tuple[Fingerprint, ...]:
    spans = quoted(text)
    return tuple(
        one for one in shingles(text, size) if not any(start <= one.start and one.end <= end for start, end in spans)
    )


def _containment(text: str, other: str, size: float) -> float:
    own = _unquoted(text, size)
    other_shingles = {shingle.value for shingle in shingles(other, size)}
    return sum(one.value in other_shingles for one in own) / len(own) if own else 0.0


def _copies(hits: Sequence[tuple[Fingerprint, Fingerprint]]) -> Iterator[Copy]:
    """Stretches of shingles that follow each other in both texts."""
    start = end = other_start = other_end = -1
    for mine, other_shingles in hits:
        goes_on = mine.start <= end + _NEAR and other_start <= other_shingles.start <= other_end + _NEAR
        if start >= 0 and goes_on:
            end, other_end = max(end, mine.end), max(other_end, other_shingles.end)
            continue
        if start >= 0:
            yield Copy(start, end, other_start, other_end)
        start, end, other_start, other_end = mine.start, mine.end, other_shingles.start, other_shingles.end
    if start >= 0:
        yield Copy(start, end, other_start, other_end)
