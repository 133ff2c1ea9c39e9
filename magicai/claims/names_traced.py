"""A name of a text and whether the sources have it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from magicai.claims.names import Name
from magicai.claims.reading import HAN, Reading
from magicai.claims.sources import Source
from magicai.claims.verdict import Verdict

_TOKEN = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:['’][A-Za-zÀ-ɏ]+)?|[\u4e00-\u9fff]+")
_JOINED = re.compile(r"[A-Za-z0-9]+(?:[-_./:+][A-Za-z0-9]+)*")
_LONGEST = 8  # words of a name that is put together from others
_DIALLED = 7  # digits of a phone number that tell it from others
_JOINED_LETTERS = 5  # fewer stand within other words
_LINK = 6  # a link is longer
_LINKING = frozenset(["of", "the", "de", "la", "von", "van", "du", "del", "and", "a", "an", "in", "at"])
_GAP = 2  # words of a longer name that may be left out between two
_FAR = 12  # words between parts of a name in a passage
_DEMONYMS = ("ians", "ian", "ans", "an", "ese", "ish", "n", "i")
_SHORT_FORMS = {
    "st": "street",
    "ave": "avenue",
    "rd": "road",
    "blvd": "boulevard",
    "dr": "drive",
    "ln": "lane",
    "ct": "court",
    "pl": "place",
    "hwy": "highway",
    "pkwy": "parkway",
    "sq": "square",
    "ste": "suite",
    "co": "company",
    "inc": "incorporated",
    "corp": "corporation",
    "ltd": "limited",
    "uk": "united kingdom",
    "us": "united states",
    "usa": "united states",
    "u.s": "united states",
    "eu": "european union",
    "nyc": "new york city",
    "la": "los angeles",
    "al": "alabama",
    "ak": "alaska",
    "az": "arizona",
    "ar": "arkansas",
    "ca": "california",
    "ct.": "connecticut",
    "de": "delaware",
    "fl": "florida",
    "ga": "georgia",
    "hi": "hawaii",
    "id": "idaho",
    "il": "illinois",
    "in": "indiana",
    "ia": "iowa",
    "ks": "kansas",
    "ky": "kentucky",
    "me": "maine",
    "md": "maryland",
    "ma": "massachusetts",
    "mi": "michigan",
    "mn": "minnesota",
    "ms": "mississippi",
    "mo": "missouri",
    "mt": "montana",
    "ne": "nebraska",
    "nv": "nevada",
    "nh": "new hampshire",
    "nj": "new jersey",
    "nm": "new mexico",
    "ny": "new york",
    "nc": "north carolina",
    "nd": "north dakota",
    "oh": "ohio",
    "or": "oregon",
    "pa": "pennsylvania",
    "ri": "rhode island",
    "sc": "south carolina",
    "sd": "south dakota",
    "tn": "tennessee",
    "tx": "texas",
    "ut": "utah",
    "vt": "vermont",
    "va": "virginia",
    "wa": "washington",
    "wv": "west virginia",
    "wi": "wisconsin",
    "wy": "wyoming",
    "dc": "district of columbia",
    "ab": "alberta",
    "bc": "british columbia",
    "on": "ontario",
    "qc": "quebec",
    "american": "united states",
    "british": "united kingdom",
    "english": "england",
    "french": "france",
    "german": "germany",
    "dutch": "netherlands",
    "spanish": "spain",
    "swiss": "switzerland",
    "greek": "greece",
    "danish": "denmark",
    "swedish": "sweden",
    "chinese": "china",
    "thai": "thailand",
    "polish": "poland",
    "welsh": "wales",
    "irish": "ireland",
    "scottish": "scotland",
}
_SHORT_ONLY = frozenset(
    ("in", "or", "me", "hi", "id", "de", "la", "on", "ok", "al", "pa", "ma", "co", "dr", "us", "pl")
)


@dataclass(slots=True)
class Lexicon:
    """The words of all sources, and where each stands."""

    sources: Sequence[Source]
    readings: Sequence[Reading]
    _places: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    _squashed: str = ""
    _squashed_sources: list[str] = field(default_factory=list[str])
    _digits: str = ""
    _joined: set[str] = field(default_factory=set[str])
    _known: dict[Name, Verdict] = field(default_factory=dict[Name, Verdict])
    _initials: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        pieces: list[str] = []
        for number, reading in enumerate(self.readings):
            path = " ".join(part.replace("_", " ") for part in self.sources[number].path if isinstance(part, str))
            capitals: list[str] = []
            for order, token in enumerate(_TOKEN.finditer(reading.plain)):
                for word in _forms_of(token[0]):
                    self._places[word].append((number, order, token.start(), token.end()))
                if token[0][0].isupper():
                    capitals.append(token[0][0])
                    self._initials |= {"".join(capitals[-size:]) for size in (2, 3, 4, 5) if len(capitals) >= size}
                elif token[0].lower() not in _LINKING:
                    capitals.clear()
            for token in _TOKEN.findall(path):
                for word in _forms_of(token):
                    self._places[word].append((number, -100, 0, 0))
            pieces.append(_squash(reading.plain) + "|" + _squash(path))
            for text in (reading.plain, path):
                words = [_squash(word) for word in _JOINED.findall(text)]
                self._joined.update(words)
                self._joined.update(map("".join, pairwise(words)))
        self._squashed = "|".join(pieces)
        self._digits = re.sub(r"\D", "", self._squashed)

    def has(self, text: str) -> bool:
        """Whether the sources have these letters, whatever stands between them."""
        return _squash(text) in self._squashed

    def traced(self, name: Name) -> Verdict:
        """Where a name comes from."""
        alike = Name(0, 0, name.text, exact=name.exact, number=name.number)
        if alike not in self._known:
            self._known[alike] = self._traced(alike)
        return self._known[alike]

    def _traced(self, name: Name) -> Verdict:
        tokens = [token for token in _TOKEN.findall(name.text) if token.lower() not in _LINKING]
        if not tokens:
            return Verdict(derivation="no name")
        if name.exact or HAN.search(name.text):
            found = self._place_of(_squash(name.text)) if self._has_exactly(name) else self._of_places(name.text)
        else:
            found = self._in_a_row(tokens) or self._otherwise_written(name.text, tokens)
        return found or Verdict(reason=self._absent(name))

    def _has_exactly(self, name: Name) -> bool:
        if name.number:
            digits = re.sub(r"\D", "", name.text)
            return digits[-_DIALLED:] in self._digits
        return self._whole(name.text) if name.exact else self.has(name.text)

    def _of_places(self, text: str) -> Verdict | None:
        """A Chinese place within another, where the sources have both, with 市 or 省 between: 成都武侯区."""
        for cut in range(2, len(text) - 1):
            head, rest = text[:cut], text[cut:]
            if HAN.match(rest) and self.has(head) and self.has(rest):
                return Verdict(derivation=f"{head} and {rest}")
        return None

    def _otherwise_written(self, text: str, tokens: list[str]) -> Verdict | None:
        """With other spaces and hyphens, as initials, or put together from parts."""
        squashed = _squash(text)
        joined = len(tokens) > 1 or not tokens[0].isalpha() or "-" in text
        if joined and len(squashed) >= _JOINED_LETTERS and squashed in self._squashed:
            return self._place_of(squashed)
        if len(tokens) == 1 and tokens[0].isupper() and tokens[0] in self._initials:
            return Verdict(derivation=f"initials {tokens[0]}")
        return self._in_parts(tokens) if 1 < len(tokens) <= _LONGEST else None

    def _whole(self, text: str) -> bool:
        """Whether letters and digits stand in the sources as a word of their own, whatever joins them."""
        plain = re.sub(r"^https?://", "", text.lower())
        squashed = _squash(plain)
        return squashed in self._joined or (len(plain) > _LINK and "." in plain and squashed in self._squashed)

    def _in_a_row(self, tokens: list[str]) -> Verdict | None:
        """The tokens in one source, in order, with few words between."""
        first = [place for word in _forms_of(tokens[0]) for place in self._places.get(word, ())][:500]
        for number, order, start, end in first:
            last = order
            close = end
            for token in tokens[1:]:
                step = self._next(token, number, last)
                if step is None:
                    break
                last, close = step
            else:
                return Verdict(source=number, start=start, end=close)
        return None

    def _next(self, token: str, number: int, order: int) -> tuple[int, int] | None:
        for word in _forms_of(token):
            for its, place, _, end in self._places.get(word, ())[:2000]:
                if its == number and order < place <= order + 1 + _GAP:
                    return place, end
        return None

    def _in_parts(self, tokens: list[str]) -> Verdict | None:
        """A name put together from whole values of the input: brand and model, product and place."""
        for cut in range(len(tokens) - 1, 0, -1):
            head, rest = tokens[:cut], tokens[cut:]
            one, other = self._in_a_row(head), self._in_a_row(rest) or (self._in_parts(rest) if len(rest) > 1 else None)
            if one and other and one.source is not None and other.source is not None:
                short = all(len(self.sources[number].text) <= 60 for number in (one.source, other.source))
                near = one.source == other.source and abs(one.start - other.start) < _FAR * 6
                if (short and self._whole_values(one, other, head, rest)) or near:
                    return one
        return None

    def _whole_values(self, one: Verdict, other: Verdict, head: list[str], rest: list[str]) -> bool:
        """Whether a part is all of its source, or two words at least: half of a person's name is no part."""
        for verdict, tokens in ((one, head), (other, rest)):
            words = _TOKEN.findall(self.readings[verdict.source or 0].plain)
            if len(tokens) == 1 and len(words) == 2 and all(word[0].isupper() for word in words):
                return False
            named = 2 < len(words) <= _LONGEST and all(word[0].isupper() for word in words)
            if tokens is rest and len(tokens) == 1 and named and verdict.end > verdict.start:
                return False  # nor is the last word of a society's
        return True

    def _place_of(self, squashed: str) -> Verdict:
        if not self._squashed_sources:
            pairs = zip(self.sources, self.readings, strict=True)
            self._squashed_sources = [f"{_squash(reading.plain)} {_squash(source.name)}" for source, reading in pairs]
        for number, text in enumerate(self._squashed_sources):
            if squashed in text:
                return Verdict(source=number)
        return Verdict(derivation="in several sources")

    def _absent(self, name: Name) -> str:
        """Why not, with the name in the input that shares most with it."""
        tokens = _TOKEN.findall(name.text)
        for token in tokens:
            if len(token) < 3 or token.lower() in _LINKING or HAN.match(token):
                continue
            for number, order, start, end in self._places.get(token.lower(), ())[:1]:
                if order < 0:
                    continue
                plain = self.readings[number].plain
                said = plain if len(plain) <= 40 else plain[max(0, start - 15) : end + 15]
                return f"“{name.text}” is not in the input, which says “{said.strip()}”"
        return f"“{name.text}” is not in the input"


def _forms_of(token: str) -> tuple[str, ...]:
    """The forms under which a word is found: without its endings, and the longer form of an abbreviation."""
    word = token.lower().replace("’", "'").removesuffix("'s")
    forms = [word]
    if word in _SHORT_FORMS and (word not in _SHORT_ONLY or token.isupper()):
        forms += [*_SHORT_FORMS[word].split()[:1], _SHORT_FORMS[word]]
    if len(word) > 3 and word.isascii():
        if word.endswith("s"):
            forms.append(word[:-1])
        for ending in _DEMONYMS:
            if word.endswith(ending) and len(word) - len(ending) > 3:
                forms.append("~" + word.removesuffix(ending))
                break
        if word.endswith(("an", "ese")):
            forms.append(word.removesuffix("ese") if word.endswith("ese") else word[:-1])
        if word[-1] in "aeiouy":
            forms.append("~" + word.rstrip("aeiouy"))
    return tuple(dict.fromkeys(forms))


def _squash(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
