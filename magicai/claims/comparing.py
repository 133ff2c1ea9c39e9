"""Comparisons and superlatives worked out from the records of the input: is A cheaper than B, is it the cheapest?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from magicai.claims.claim import ClaimKind, Traced
from magicai.claims.entities import Mention, Path
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.numerals import value_of_words
from magicai.claims.verdict import NOT_THERE, Verdict
from magicai.claims.ways import clause_of, way
from magicai.claims.wording import Worded
from magicai.claims.words import stem, stems

_SMALL, _LARGE = -1, 1
# What an adjective measures, and whether more of it is meant.
_MEASURES: Mapping[str, tuple[tuple[str, ...], int]] = {
    "strong": (("revenue", "profit", "order"), _LARGE),
    "weak": (("revenue", "profit", "order"), _SMALL),
    "cheap": (("price",), _SMALL),
    "less expensive": (("price",), _SMALL),
    "affordable": (("price",), _SMALL),
    "expensive": (("price",), _LARGE),
    "pric": (("price",), _LARGE),
    "light": (("weight",), _SMALL),
    "heav": (("weight",), _LARGE),
    "long": (("length", "battery", "duration"), _LARGE),
    "short": (("length", "battery", "duration", "height"), _SMALL),
    "tall": (("height",), _LARGE),
    "big": (("size", "capacity", "area", "population", "length"), _LARGE),
    "larg": (("size", "capacity", "area", "population"), _LARGE),
    "small": (("size", "capacity", "area", "population"), _SMALL),
    "fast": (("speed",), _LARGE),
    "slow": (("speed",), _SMALL),
    "old": (("founded", "age"), _SMALL),
    "new": (("founded",), _LARGE),
    "better": (("rating",), _LARGE),
    "best": (("rating", "revenue"), _LARGE),
    "wid": (("width",), _LARGE),
    "thin": (("depth",), _SMALL),
    "powerful": (("power",), _LARGE),
    "便宜": (("price",), _SMALL),
    "贵": (("price",), _LARGE),
    "轻": (("weight",), _SMALL),
    "重": (("weight",), _LARGE),
    "长": (("battery", "length"), _LARGE),
    "短": (("battery", "length"), _SMALL),
    "高": (("rating", "height"), _LARGE),
    "低": (("price",), _SMALL),
    "大": (("capacity", "size"), _LARGE),
    "小": (("capacity", "size"), _SMALL),
    "快": (("speed",), _LARGE),
}
_MORE = re.compile(r"\b(more|most|highest|higher|greatest|best)\b|多|高", re.IGNORECASE)
_LESS = re.compile(r"\b(less|least|fewer|fewest|lowest|lower)\b|少|低", re.IGNORECASE)
_BESIDE = 2  # characters
_RATIOS = {"twice": Fraction(2), "double": Fraction(2), "half": Fraction(1, 2)}


def compared(
    claim: Worded, plain: str, sentence: tuple[int, int], mentions: list[Mention], evidence: Evidence
) -> Verdict | None:
    """What the records say of a comparison or a superlative; None where they don't measure it."""
    if not evidence.entities.labels:
        return None
    own = evidence.entities.spoken_of(plain, mentions, claim.start, claim.start, sentence)
    if own is None:
        return None
    text = plain[sentence[0] : sentence[1]]
    if claim.kind is ClaimKind.SUPERLATIVE:
        return _extreme(claim, text, own, evidence)
    other = next(
        (
            mention.record
            for mention in mentions
            if claim.start < mention.start < claim.end + 40 and mention.record != own
        ),
        None,
    )
    if other is None:
        return None
    for measure, sign in _measures(claim.word, text):
        mine, its = _of(own, measure, evidence), _of(other, measure, evidence)
        if mine and its:
            return (
                _ratio(claim, mine, its, evidence) if _times(claim.word) else _order(claim, mine, its, sign, evidence)
            )
    return None


def with_its_number(claim: Traced, among: Sequence[Traced], text: str) -> Traced:
    """A comparison that states a number is as true as its number, where that one's source goes the same way.

    Args:
        claim: any claim; others than comparisons without a source stay as they are.
        among: the claims of its text.
    """
    if claim.claim.kind is not ClaimKind.COMPARISON or not claim.reason.endswith(NOT_THERE):
        return claim
    start, end = claim.claim.start, claim.claim.end
    for one in among:
        beside = start - _BESIDE <= one.claim.end <= start and not text[one.claim.end : start].strip()
        if (
            one.claim.kind is ClaimKind.COMPARISON
            or not one.supported
            or not (beside or start <= one.claim.start < end)
        ):
            continue
        own = way(text[start:end])
        source = one.source.text if one.source else ""
        its = way(clause_of(source, one.start, one.end, (0, len(source))))
        # A difference knows no sign: only what is taken off a price is safe to say.
        taken_off = one.derivation.startswith("difference") and one.claim.kind is ClaimKind.PRICE and own < 0
        if own and (taken_off or own == its):
            return replace(one, claim=claim.claim)
    return claim


def _order(claim: Worded, mine: Fact, its: Fact, sign: int, evidence: Evidence) -> Verdict:
    shown = f"{mine.amount.shown} and {its.amount.shown}"
    if (_size(mine) - _size(its)) * sign > 0:
        return Verdict(source=mine.source, start=mine.start, end=mine.end, derivation=f"{claim.word}: {shown}")
    names = " and ".join(evidence.entities.labels.get(fact.record or (), "") for fact in (mine, its))
    return Verdict(reason=f"the input says {shown} of {names}, the text “{claim.word}”")


def _ratio(claim: Worded, mine: Fact, its: Fact, evidence: Evidence) -> Verdict:
    times = _times(claim.word)
    smaller = _size(its)
    if times and smaller and abs(_size(mine) / smaller - times) <= times / 20:
        return Verdict(source=mine.source, derivation=f"{mine.amount.shown} / {its.amount.shown}")
    names = " and ".join(evidence.entities.labels.get(fact.record or (), "") for fact in (mine, its))
    return Verdict(
        reason=f"the input says {mine.amount.shown} and {its.amount.shown} of {names}, the text “{claim.word}”"
    )


def _extreme(claim: Worded, text: str, own: Path, evidence: Evidence) -> Verdict | None:
    for measure, sign in _measures(claim.word, text):
        mine = _of(own, measure, evidence)
        if mine is None:
            continue
        rivals = [fact for fact in evidence.of_key(mine.key) if fact.record and fact.record[:-1] == own[:-1]]
        if len(rivals) < 2:
            return None
        best = max(rivals, key=lambda fact: _size(fact) * sign)
        if _size(best) == _size(mine):
            return Verdict(
                source=mine.source,
                start=mine.start,
                end=mine.end,
                derivation=f"{claim.word} of {len(rivals)}: {mine.amount.shown}",
            )
        label = evidence.entities.labels.get(best.record or (), "")
        return Verdict(
            reason=(
                f"the input says {best.amount.shown} of {label} and {mine.amount.shown} here, the text “{claim.word}”"
            )
        )
    return None


def _measures(word: str, text: str) -> list[tuple[str, int]]:
    found = [(measure, sign) for part, (measures, sign) in _MEASURES.items() if part in word for measure in measures]
    sign = _SMALL if _LESS.search(word) else _LARGE
    if _MORE.search(word) or _LESS.search(word) or _times(word):
        found += [(noun, sign) for noun in stems(text)]
    return found


def _of(record: Path, measure: str, evidence: Evidence) -> Fact | None:
    wanted = stem(measure)
    return next((fact for fact in evidence.of_record(record) if fact.structured and wanted in fact.key), None)


def _size(fact: Fact) -> Fraction:
    unit = fact.amount.unit
    return fact.amount.value * (unit.factor if unit else 1)


def _times(word: str) -> Fraction | None:
    first = word.split(" ", maxsplit=1)[0]
    if first in _RATIOS:
        return _RATIOS[first]
    digits = re.match(r"\d+(?:\.\d+)?", word)
    if digits:
        return Fraction(digits[0])
    spelled = re.match(r"(three|four|five) times", word)
    return value_of_words(spelled[1]) if spelled else None
