"""Numbers that are a number of the sentence times one of the input: six bottles for €99, where one costs €16.50."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations, product

from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.numerals import HAN_SPELLED, SPELLED, value_of_han, value_of_words
from magicai.claims.units import MONEY, convertible
from magicai.claims.verdict import Verdict

_DIGITS = re.compile(r"(?<![\d.,:])\d{1,4}(?:\.\d{1,2})?(?![\d.,:]\d)")
_LESS_ALL = re.compile(r"\b(?:sav\w+|less|more|cheaper|instead|compared)\b|省|少|便宜|优惠", re.IGNORECASE)
_IN_ALL = re.compile(
    r"\b(?:in all|in total|altogether|total\w*|(?:a|per|each) week)\b|合计|共计|总共|每周", re.IGNORECASE
)
_AGE = re.compile(r"\b(?:at the age of|at age|aged|at|when (?:he|she|they) (?:was|were))\s$|[时年]仅?$", re.IGNORECASE)
_YEARS = (1500, 2100)
_OLDEST = 110
_MULTIPLIED = (MONEY, "mass", "volume", "energy", "area", "food")
_AGE_AFTER = re.compile(r"岁|[- ]years?[- ]old")
_MOST = 60  # facts that are multiplied


def multiplied(amount: Amount, plain: str, sentence: tuple[int, int], evidence: Evidence) -> Verdict | None:
    """How a number with a unit follows from a number of its sentence and one of the input; None where it does not."""
    if amount.unit is None or amount.value <= 0:
        return None
    text = plain[sentence[0] : amount.start] + " " + plain[amount.end : sentence[1]]
    if amount.unit.dimension not in _MULTIPLIED and not (amount.unit.dimension == "duration" and _IN_ALL.search(text)):
        return None
    counts = set(_counts(text))
    facts = [fact for fact in evidence.scanned if not fact.label and _comparable(amount, fact)][:_MOST]
    for fact, count in product(facts, counts):
        if count * _size(fact, amount) == amount.value:
            return _verdict(fact, f"{count} times {fact.amount.shown}")
    if not _LESS_ALL.search(text):
        return None
    for (fact, other), count in product(permutations(facts, 2), counts):
        if abs(count * _size(fact, amount) - _size(other, amount)) == amount.value:
            return _verdict(fact, f"{count} times {fact.amount.shown} and {other.amount.shown}")
    return None


def age(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """`at the age of 28`, of two years of the input."""
    told = _AGE.search(plain, max(0, amount.start - 20), amount.start) or _AGE_AFTER.match(plain, amount.end)
    if amount.value > _OLDEST or not told:
        return None
    years: list[tuple[int, Fact]] = []
    for fact in (*evidence.scanned_days, *evidence.scanned):
        year = fact.what.readings[0][0] if isinstance(fact.what, Day) else _year(fact.what)
        if year:
            years.append((year, fact))
    for first, fact in years:
        for last, _ in years:
            if last - first - 1 <= amount.value <= last - first:
                return _verdict(fact, f"age between {first} and {last}")
    return None


def _year(amount: Amount) -> int | None:
    first, last = _YEARS
    whole = amount.unit is None and amount.value.denominator == 1
    return int(amount.value) if whole and first <= amount.value <= last else None


def _counts(text: str) -> Iterator[Fraction]:
    for match in _DIGITS.finditer(text):
        yield Fraction(match[0])
    found: tuple[tuple[re.Pattern[str], Callable[[str], Fraction | None]], ...] = (
        (SPELLED, value_of_words),
        (HAN_SPELLED, value_of_han),
    )
    for pattern, value_of in found:
        for match in pattern.finditer(text):
            value = value_of(match[0])
            if value is not None and value > 1:
                yield value


def _comparable(amount: Amount, fact: Fact) -> bool:
    its = fact.amount.unit
    assert amount.unit is not None
    if its is None:
        return False
    return convertible(amount.unit, its) or (amount.unit.dimension == its.dimension == MONEY and its.name == "?")


def _size(fact: Fact, amount: Amount) -> Fraction:
    its = fact.amount.unit
    assert amount.unit is not None
    return fact.amount.value * (its.factor if its else 1) / amount.unit.factor


def _verdict(fact: Fact, how: str) -> Verdict:
    return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=how)
