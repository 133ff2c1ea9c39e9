"""A piece made ready for its checks: each field with its language and its folded text, worked out once."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from magicai.claims.claim import Language
from magicai.messages import Message
from magicai.publishing.checks.folding import Folded, folded, in_pinyin, squeezed, unleeted
from magicai.publishing.findings import Finding, Passage, Place, Severity
from magicai.publishing.language import READ, language_of, script_language
from magicai.publishing.piece import Image, Piece

_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2}")
_LATIN_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
# Fields that are no words.
NO_WORDS = frozenset(("link",))
_SENTENCE = re.compile(r"[^.!?。！？；\n]*(?:[.](?!\s|$)[^.!?。！？；\n]*)*[.!?。！？；\n]*[”’\"'」』）)]*\s*")


@dataclass(frozen=True)
class FieldText:
    """A field's text.

    Attributes:
        language: without script and territory; "" of one that nothing tells.
    """

    field: str
    text: str
    language: str

    @cached_property
    def languages(self) -> frozenset[Language]:
        """In which some of it is written and can be read: each has rules of its own."""
        if self.language not in READ:
            return frozenset()
        found: set[Language] = {"zh" if self.language == "zh" else "en"}
        if _HAN_WORD.search(self.text):
            found.add("zh")
        if _LATIN_WORDS.search(self.text):
            found.add("en")
        return frozenset(found)

    @cached_property
    def folded(self) -> Folded:
        """As it is read."""
        return folded(self.text)

    @cached_property
    def squeezed(self) -> Folded:
        """As it is read, letters and digits only."""
        return squeezed(self.folded)

    @cached_property
    def unleeted(self) -> Folded:
        """The same, digits and signs inside of words as the letters that they stand for."""
        return unleeted(self.folded)

    @cached_property
    def spoken(self) -> Folded:
        """The same, Chinese in pinyin."""
        return in_pinyin(self.squeezed)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence begins and ends."""
        return tuple((one.start(), one.end()) for one in _SENTENCE.finditer(self.text) if one[0].strip())

    def sentence_at(self, place: int) -> tuple[int, int]:
        """Where the sentence at a place begins and ends; all of the text where there is none."""
        number = bisect_right(self._begins, place) - 1
        if number >= 0 and place < self.sentences[number][1]:
            return self.sentences[number]
        return 0, len(self.text)

    @cached_property
    def _begins(self) -> list[int]:
        return [first for first, _ in self.sentences]

    def sentence(self, start: int) -> str:
        """The sentence at a place."""
        first, last = self.sentence_at(start)
        return self.text[first:last]

    def finding(
        self,
        rule: str,
        severity: Severity,
        start: int,
        end: int,
        message: Message,
        *,
        suggestion: str | None = None,
        confidence: float = 1.0,
        passages: tuple[Passage, ...] = (),
        source: str = "",
        link: str = "",
    ) -> Finding:
        """A fault of this text."""
        return Finding(
            rule=rule,
            severity=severity,
            place=Place(field=self.field, start=start, end=end),
            text=self.text[start:end],
            message=str(message),
            said=message,
            suggestion=suggestion,
            confidence=confidence,
            passages=passages,
            source=source,
            link=link,
        )


class OccupiedPlaces:
    """The places of a text that are spoken for: of several findings at one place, the first is shown."""

    def __init__(self, text: str) -> None:
        self._taken = bytearray(len(text))

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing of a place is taken."""
        return not any(self._taken[start:end])

    def take(self, start: int, end: int) -> bool:
        """Whether a place was free; it is not any more."""
        if not self.is_free(start, end):
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True


@dataclass(frozen=True)
class Manuscript:
    """A piece's fields, and its images."""

    fields: tuple[FieldText, ...]
    images: tuple[Image, ...]

    @property
    def is_read(self) -> bool:
        """Whether all of it is in languages that the checks have rules and words of."""
        return all(field.language in READ for field in self.fields)

    def __iter__(self) -> Iterator[FieldText]:
        return iter(self.fields)


def manuscript(piece: Piece) -> Manuscript:
    """Make a piece ready; what has no letter in it needs no check."""
    texts = {name: text for name, text in piece.fields.items() if text.strip()}
    said = piece.language
    if said is None:
        said = language_of("\n".join(text for name, text in texts.items() if name not in NO_WORDS))
    language = said.partition("-")[0]
    # A line of one language in a piece of the other: nobody said of which the piece is.
    by_field = piece.language is None and language in READ
    fields = tuple(
        FieldText(name, text, script_language(text) if by_field else language) for name, text in texts.items()
    )
    return Manuscript(fields, piece.images)
