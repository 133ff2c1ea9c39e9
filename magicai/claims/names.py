"""Names, links, phone numbers and models of a plain text, and whether its sources have them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from magicai.claims import units
from magicai.claims.reading import HAN, Reading
from magicai.claims.spans import UsedCharacters
from magicai.claims.verdict import Verdict
from magicai.claims.words import STOP
from magicai.messages import say

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'，。）)\]]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|"
    r"\b[a-z0-9-]{2,63}\.(?:com|org|net|io|cn|de|fr|co\.uk|shop|store|app|dev)\b(?:/[^\s<>\"'，。）)]*)?"
)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ -]?|\d{2,4}[ .-])\d{3,4}[ .-]\d{3,4}(?!\w)|"
    r"(?<!\d)1[3-9]\d{9}(?!\d)|"
    r"(?<!\d)(?:400|800)-?\d{3}-?\d{4}(?!\d)|(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)"
)
_CAPITAL = r"[A-ZÀ-Þ][A-Za-zÀ-ɏ0-9]*(?:[.'’&+-][A-Za-zÀ-ɏ0-9]+)*"
_SEQUENCE = re.compile(rf"(?<![\w@#/]){_CAPITAL}(?: {_CAPITAL}){{0,8}}")
# It looks no further than a model's name may be long.
_MODEL = re.compile(
    r"(?<![\w.])(?=[A-Za-z0-9])(?=[\w-]{0,124}\d)(?=[\w-]{0,124}[A-Z])"
    r"[A-Za-z0-9]{1,20}(?:-[A-Za-z0-9]{1,20}){0,5}(?![\w-])"
)
_FORMAT = re.compile(r"[1248]K|[2-6]G")
_TITLED = re.compile("《([^》\n]{1,40})》|「([^」\n]{1,40})」|『([^』\n]{1,40})』")
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+){0,8}")
_OPENS = re.compile(r"(?:^|[:\n•*\"“(])\W*$")
_TOKEN = re.compile(r"[A-Za-zÀ-ɏ]+|\d+|[\u4e00-\u9fff]")
_DIALLED = 7  # digits of a phone number that tell it from others
_HEADING = 0.8  # of its long words begin with a capital


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written.

    Attributes:
        number: it is made of digits, as a phone number is.
    """

    start: int
    end: int
    text: str
    number: bool = False


def links(plain: str, taken: UsedCharacters) -> list[Name]:
    """Links, mail addresses and phone numbers; first of all, since they hold what looks like other things."""
    found: list[Name] = []
    for pattern, number in ((_LINK, False), (_PHONE, True)):
        for match in pattern.finditer(plain):
            text = match[0].rstrip(".,;:!?")
            end = match.start() + len(text)
            if taken.free(match.start(), end):
                taken.take(match.start(), end)
                found.append(Name(match.start(), end, text, number=number))
    return found


def models(plain: str, taken: UsedCharacters) -> list[Name]:
    """Words of capitals and digits, whose digits count nothing: X200, WH-1000XM5."""
    found: list[Name] = []
    for match in _MODEL.finditer(plain):
        text = match[0]
        digits = re.match(r"\d+", text)
        if not taken.free(match.start(), match.end()) or units.unit(text):
            continue
        if (
            digits
            and not _FORMAT.fullmatch(text)
            and ("-" in text or units.unit(text[digits.end() :]) or text[digits.end() :] in ("K", "M", "B"))
        ):
            continue
        taken.take(match.start(), match.end())
        found.append(Name(match.start(), match.end(), text))
    return found


def names(plain: str, taken: UsedCharacters, sentence_places: Sequence[tuple[int, int]]) -> list[Name]:
    """Capitalised words that do not begin a sentence, and what Chinese marks as a title."""
    candidates = _chinese(plain) if HAN.search(plain) else _capitalised(plain, sentence_places)
    found: list[Name] = []
    for start, end in candidates:
        text = plain[start : taken.free_until(start, end)].rstrip(" -/&")
        if text:
            taken.take(start, start + len(text))
            found.append(Name(start, start + len(text), text))
    return sorted(found, key=lambda name: name.start)


def _capitalised(plain: str, sentence_places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in sentence_places:
        long = re.findall(r"[A-Za-z]{4,}", plain[start:end])
        if sum(word[0].isupper() for word in long) >= _HEADING * len(long) > 1:
            continue  # a heading: its capitals tell nothing
        for match in _SEQUENCE.finditer(plain, start, end):
            first, words = match.start(), match[0].split(" ")
            while words and (words[0].lower() in STOP or (len(words) > 1 and len(words[0]) == 1)):
                first += len(words.pop(0)) + 1
            opens = _OPENS.search(plain, max(start, match.start() - 4), match.start()) or match.start() == start
            if opens and first == match.start() and len(words) == 1:
                continue
            if words and len(words[-1]) > 1:
                yield first, match.end() - (2 if words[-1].endswith(("'s", "’s")) else 0)


def _chinese(plain: str) -> Iterator[tuple[int, int]]:
    for match in _TITLED.finditer(plain):
        yield match.span(match.lastindex or 0)
    for match in _LATIN.finditer(plain):
        if not units.unit(match[0]):
            yield match.span()


class Lexicon:
    """The words of all sources, by where they stand first."""

    def __init__(self, readings: Sequence[Reading], paths: Sequence[str]) -> None:
        self._places: dict[str, tuple[int, int, int]] = {}
        self._pairs: dict[tuple[str, str], tuple[int, int, int]] = {}
        for number, (reading, path) in enumerate(zip(readings, paths, strict=True)):
            before = ""
            for token in _TOKEN.finditer(reading.plain):
                word, place = _word(token[0]), (number, token.start(), token.end())
                self._places.setdefault(word, place)
                self._pairs.setdefault((before, word), (number, token.start() - len(before), token.end()))
                before = word
            words = [_word(token) for token in _TOKEN.findall(path)]
            for word in words:
                self._places.setdefault(word, (number, 0, 0))
            for pair in pairwise(words):
                self._pairs.setdefault(pair, (number, 0, 0))
        digits = re.sub(r"\D", "", "|".join(reading.plain for reading in readings))
        self._dialled = {digits[place : place + _DIALLED] for place in range(len(digits))}

    def said(self, text: str) -> Verdict | None:
        """Where a word or two stand next to each other; None where they don't."""
        words = [_word(token) for token in _TOKEN.findall(text)]
        if len(words) == 1:
            place = self._places.get(words[0])
        else:
            places = [self._pairs.get(pair) for pair in pairwise(words)]
            place = places[0] if places and all(places) else None
        return None if place is None else Verdict(source=place[0], start=max(0, place[1]), end=place[2])

    def traced(self, name: Name) -> Verdict:
        """Where the words of a name stand; a phone number's digits must be there, of a name code can't be sure."""
        if name.number:
            there = re.sub(r"\D", "", name.text)[-_DIALLED:] in self._dialled
            if there:
                return Verdict(derivation=say("derived_from_digits"))
            return Verdict(reason=say("not_in_record", claim=name.text))
        places = [self._places.get(_word(token)) for token in _TOKEN.findall(name.text) if token.lower() not in STOP]
        if not all(places):
            return Verdict(reason=say("wording_not_in_record", text=name.text), certain=False)
        first = places[0] if places else None
        if first is None:
            return Verdict(derivation=say("derived_from_usual_words"))
        return Verdict(source=first[0], start=first[1], end=first[2])


def _word(token: str) -> str:
    """A word as it is compared: without case, and without the s of more than one."""
    word = token.lower()
    return word[:-1] if len(word) > 3 and word.isascii() and word.endswith("s") and not word.endswith("ss") else word
