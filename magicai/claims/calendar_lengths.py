"""Lengths of time by the calendar: two months of 60 days, half a year from October to the end of March."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.verdict import Verdict

_DAY_S = 86_400
_DAYS_OF_A_MONTH = (28, 31)
_SPAN = re.compile(r"\b(?:from|between|until|till|through|to|by|and)\b|[至到从]|-|–|—", re.IGNORECASE)
_APART = 80  # characters between the two dates of a span


def of_calendar(amount: Amount, evidence: Evidence) -> Verdict | None:
    """Where a number of days, weeks, months or years comes from, if not from the same unit."""
    months = _months(amount)
    if months is not None:
        for fact in evidence.scanned:
            days = _days(fact.amount)
            if days and _is_about(months, days):
                return Verdict(fact.source, fact.start, fact.end, derivation=f"{amount.shown} of {fact.amount.shown}")
    between = _of_clock(amount, evidence)
    if between:
        return between
    days = _days(amount)
    for fact in evidence.scanned if days else ():
        its = _months(fact.amount)
        if days and its and _is_about(its, days):
            return Verdict(fact.source, fact.start, fact.end, derivation=f"{amount.shown} of {fact.amount.shown}")
    for first, last in _spans(evidence):
        its_months, its_days = _between(first.what, last.what)
        if (months is not None and months in its_months) or (days is not None and days in its_days):
            shown = " to ".join(fact.what.shown for fact in (first, last))
            return Verdict(first.source, first.start, first.end, derivation=f"{amount.shown} of {shown}")
    return None


def _of_clock(amount: Amount, evidence: Evidence) -> Verdict | None:
    """`12 hours`, from 8 a.m. to 8 p.m., and of two times that follow each other."""
    unit = amount.unit
    if unit is None or unit.dimension != "duration" or unit.factor >= _DAY_S:
        return None
    minutes = amount.value * unit.factor / 60
    spans = (*((one, one) for one in evidence.hours), *pairwise(evidence.hours))
    for (number, one), (_, other) in spans:
        if any(last - first == minutes for first in one.opens for last in other.closes):
            how = f"{amount.shown} between {one.shown} and {other.shown}"
            return Verdict(number, one.start, one.end, derivation=how)
    return None


def _months(amount: Amount) -> Fraction | None:
    unit = amount.unit
    return amount.value * unit.factor if unit and unit.dimension == "months" else None


def _days(amount: Amount) -> Fraction | None:
    unit = amount.unit
    if unit is None or unit.dimension != "duration" or unit.factor < _DAY_S:
        return None
    return amount.value * unit.factor / _DAY_S


def _is_about(months: Fraction, days: Fraction) -> bool:
    fewest, most = _DAYS_OF_A_MONTH
    return months >= 1 and months * fewest < days <= months * most


def _spans(evidence: Evidence) -> Iterator[tuple[Fact, Fact]]:
    """Two dates of one passage that a word or a dash joins."""
    for first, last in pairwise(evidence.scanned_days):
        if first.source == last.source and 0 < last.start - first.end < _APART:
            between = evidence.readings[first.source].plain[max(0, first.start - 8) : last.start]
            if _SPAN.search(between):
                yield first, last


def _between(first: Amount | Day, last: Amount | Day) -> tuple[frozenset[int], frozenset[int]]:
    """How many months and days may be meant, with and without the last."""
    assert isinstance(first, Day)
    assert isinstance(last, Day)
    if first.whole and last.whole:
        days = (last.whole - first.whole).days
        months = round(days * 12 / 365)
        return frozenset((months,)), frozenset((days, days + 1)) if days > 0 else frozenset()
    (year, month, day), (last_year, last_month, last_day) = first.readings[0], last.readings[0]
    if month is None or last_month is None or day is not None or last_day is not None:
        return frozenset(), frozenset()
    months = last_month - month
    months = months + 12 * (last_year - year) if year and last_year else months % 12
    return frozenset((months, months + 1)) if months > 0 else frozenset(), frozenset()
