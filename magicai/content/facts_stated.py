"""Which of its given facts a text states: "States 9 of 14 facts"."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from magicai.claims.checking import check
from magicai.claims.claim import ClaimKind
from magicai.claims.edges import is_whole
from magicai.claims.sources import Source
from magicai.content.brief import Brief
from magicai.content.languages import with_points
from magicai.content.text import BREAK, one_line
from magicai.values.languages import is_foreign, language_of

_LEAST_SHARE = 0.6
_WORDS = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*", re.UNICODE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_TOO_SHORT = 3
# What code reads in other units, currencies' names and forms.
_MEASURED = (ClaimKind.NUMBER, ClaimKind.QUANTITY, ClaimKind.PRICE, ClaimKind.DATE)


@dataclass(frozen=True, slots=True)
class FactsStated:
    """How many of the given facts a text states.

    Attributes:
        said: those that it states, in the same words or other ones, or in another unit.
        of: all that are given; each item of a list, and each field of a map, is one.
        missing: those of them that the template asks for and the text does not state: the place and the value of each.
        not_checked: how many it may state in a language that code does not compare with the facts'.
    """

    said: int
    of: int
    missing: tuple[tuple[str, str], ...] = ()
    not_checked: int = 0


def facts_stated(text: str, brief: Brief) -> FactsStated:
    """Compare a text with all facts that it was written from."""
    facts = _facts(brief, brief.variables)
    found = _compared(text, facts, brief)
    needed = set(brief.needed)
    missing = tuple(
        fact for fact, stated in zip(facts, found, strict=True) if stated is False and _name(fact) in needed
    )
    return FactsStated(found.count(True), len(facts), missing, found.count(None))


def _facts(brief: Brief, names: Iterable[str]) -> list[tuple[str, str]]:
    """Variables by their parts."""
    facts = brief.template.facts
    return [part for name in names if name in facts for part in _parts(name, brief.variables[name])]


def _parts(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        given = cast("Mapping[str, Any]", value)
        return [part for key, one in given.items() for part in _parts(f"{name}.{key}", one)]
    if isinstance(value, list):
        several = cast("list[Any]", value)
        return [part for place, one in enumerate(several) for part in _parts(f"{name}.{place}", one)]
    text = "" if value is None or isinstance(value, bool) else one_line(str(value))
    return [(name, text)] if text else []


def _name(fact: tuple[str, str]) -> str:
    return fact[0].partition(".")[0]


def _compared(text: str, facts: Sequence[tuple[str, str]], brief: Brief) -> list[bool | None]:
    """Whether each fact is stated; None where that can't be told."""
    text, values = with_points(text), [with_points(value) for _, value in facts]
    said, comparable = _SearchableText(text), _comparable(BREAK.join(values), brief.language)
    given = list(zip(values, _unproved(values, text, brief), strict=True))
    found: dict[tuple[str, str], bool | None] = {}
    for value, rest in dict.fromkeys(given):  # each is looked for once
        stated: bool | None = said.literally(value) or said.in_other_words(rest)
        if not stated and said.has_numbers(rest) and not comparable(rest):
            stated = None
        found[value, rest] = stated
    return [found[one] for one in given]


def _unproved(values: Sequence[str], text: str, brief: Brief) -> list[str]:
    """Each value without the numbers, amounts and dates that the text states, in whatever unit."""
    # The check of a text against its sources, the other way round.
    traced = check(BREAK.join(values), (Source("text", text),), brief.template.language)
    proved = [one.claim for one in traced if one.source is not None and one.supported and one.claim.kind in _MEASURED]
    rests: list[str] = []
    at, next_claim = 0, 0
    for value in values:
        rest, kept = "", 0
        while next_claim < len(proved) and proved[next_claim].start < at + len(value):
            claim = proved[next_claim]
            rest += f"{value[kept : max(claim.start - at, kept)]} "
            kept = max(claim.end - at, kept)
            next_claim += 1
        rests.append(rest + value[kept:])
        at += len(value) + len(BREAK)
    return rests


def _comparable(values: str, language: str) -> Callable[[str], bool]:
    """Says of a value whether its words may be those of a text in this language; names of one are not looked for."""
    spoken = language.partition("-")[0]
    foreign = spoken != "zh" and (is_foreign(values, "en") if spoken == "en" else language_of(values) != spoken)
    return lambda value: not foreign and (spoken in ("zh", "ja")) == bool(_CHINESE.search(value))


class _SearchableText:
    """A text, made ready once for all facts that are looked for in it."""

    def __init__(self, text: str) -> None:
        self._text = unicodedata.normalize("NFKC", text)
        self._folded_text = self._text.casefold()
        self._as_written = set(_WORDS.findall(self._text))
        self._words = _folded(self._text)

    def literally(self, value: str) -> bool:
        """Whether a value stands in it as it is; `3` does not stand in `39.00`, nor `M` in `Made` or `I'm`."""
        normal = unicodedata.normalize("NFKC", value)
        text = self._text if len(normal) == 1 else self._folded_text
        wanted = normal if len(normal) == 1 else normal.casefold()
        # No pattern of the value: each would be compiled, and kept for a while.
        at = text.find(wanted)
        while at >= 0:
            if is_whole(text, at, at + len(wanted)):
                return True
            at = text.find(wanted, at + 1)
        return False

    def in_other_words(self, value: str) -> bool:
        """Whether it has all numbers of a value, and most of its words; such as a size's `XL` as they are written."""
        normal = unicodedata.normalize("NFKC", value)
        spoken = [word for word in _WORDS.findall(normal) if not word[0].isdigit()]
        short = {word for word in spoken if len(word) < _TOO_SHORT and not _CHINESE.match(word)}
        long = _folded(" ".join(word for word in spoken if word not in short))
        codes = {word for word in short if word.isupper() and word != spoken[0]} if long else short
        enough = len(long & self._words) >= _LEAST_SHARE * len(long)
        return enough and codes <= self._as_written and self.has_numbers(value)

    def has_numbers(self, value: str) -> bool:
        """Whether all numbers of a value stand in it."""
        return {word for word in _folded(unicodedata.normalize("NFKC", value)) if word[0].isdigit()} <= self._words


def _folded(text: str) -> set[str]:
    """Words without their endings, numbers without their grouping, and pairs of Chinese characters."""
    found: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        chinese = "".join(_CHINESE.findall(word))
        if chinese:
            found |= {chinese[at : at + 2] for at in range(max(len(chinese) - 1, 1))}
        elif word[0].isdigit():
            found.add(word.replace(",", "").rstrip("0").rstrip(".") if "." in word else word.replace(",", ""))
        else:
            found.add(word if len(word) < _TOO_SHORT else word.removesuffix("s").removesuffix("e"))
    return found
