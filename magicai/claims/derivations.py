"""Numbers that follow from the input: counts, sums, differences, discounts, means, shares, multiples, calendar lengths.

Each only where the words of the clause call for it: a total where they say `total`, a difference where they say `save`.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import cached_property
from itertools import combinations, pairwise

from magicai.claims.amount import Amount
from magicai.claims.counts import Counts
from magicai.claims.dates import Day
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.numerals import HAN_SPELLED, SPELLED, value_of_han, value_of_words
from magicai.claims.units import MONEY, PERCENT, TIMES, convertible
from magicai.claims.verdict import Verdict
from magicai.claims.words import stem
from magicai.messages import Message, say

_REACH = 120  # characters
_MOST_FACTS, _MOST_COUNTS = 40, 12  # numbers of the input that are combined; numbers of a sentence that multiply them
_MOST_NEAR = 40  # derived numbers that a claim is compared with
_SHOWN = 4  # numbers that a derivation names
_ROUGHLY = 3  # points, of a share in words: two thirds of 65 %
_DAY_S = 86_400
_DAYS_OF_A_MONTH = (28, 31)
_MULTIPLIED = (MONEY, "mass", "volume", "energy", "area", "food", "duration")
_FALLS = (
    r"\b(?:off|discount\w*|reduc\w*|sav\w+|less|fewer|cheaper|lower|down|fell|drop\w*|decreas\w*|cut)\b"
    "|折|降|减|省|优惠|便宜|跌|少"
)
_RISES = r"\b(?:rose|risen|up|increas\w*|grew|higher|more|gain\w*)\b|涨|增|贵|升|多"
_CUES = {
    "fall": re.compile(_FALLS, re.IGNORECASE),
    "rise": re.compile(_RISES, re.IGNORECASE),
    "change": re.compile(f"{_FALLS}|{_RISES}", re.IGNORECASE),
    "left": re.compile(
        r"\b(?:now|only|just|pay\w*|sale|after|instead|reduced|discounted|down|off)\b|现|仅|只|到手|折|实付",
        re.IGNORECASE,
    ),
    "sum": re.compile(
        r"\b(?:total\w*|combined|altogether|in all|together|sum|overall|another)\b|共|总|合计|累计", re.IGNORECASE
    ),
    "difference": re.compile(
        rf"{_FALLS}|{_RISES}|\b(?:differen\w*|longer|shorter|heavier|lighter|taller|remain\w*|left|later|earlier)\b|差|剩",
        re.IGNORECASE,
    ),
    "mean": re.compile(r"\b(?:average\w*|mean)\b|平均", re.IGNORECASE),
    "ratio": re.compile(
        r"\b(?:times|twice|double\w*|half|share|of (?:the|all|its)|account\w*|represent\w*|makes? up)\b|倍|半|占|分之",
        re.IGNORECASE,
    ),
    "each": re.compile(r"\b(?:per|each|an?)\b|每|单", re.IGNORECASE),
}
# Keys of prices that no longer hold; others of prices are what is paid now.
_FORMER_PRICES = "list old original regular former previous before rrp msrp uvp compare 原价 市场 划线 吊牌"
_FORMER = frozenset(map(stem, _FORMER_PRICES.split()))
_CLAUSE = re.compile(r"[;。；，]|\.\s|,\s(?:and|while|but|with)\b")
_DIGITS = re.compile(r"(?<![\d.,:])\d{1,4}(?:\.\d{1,2})?(?![\d.,:]\d)")
_SPAN = re.compile(r"\b(?:from|between|until|till|through|to|by|and)\b|[至到从]|-|–|—", re.IGNORECASE)
_APART = 80  # characters between the two dates of a span


@dataclass(frozen=True, slots=True)
class _Derived:
    """A number that follows from others.

    Attributes:
        cue: what the words of a clause must call for.
        certain: whether the keys say that these numbers belong together; else code can't tell.
    """

    kind: str
    size: Fraction
    facts: tuple[Fact, ...]
    cue: str
    certain: bool = True


class Derivations:
    """What follows from the input, worked out once."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._counts = Counts(evidence)
        self._facts = list(_distinct(evidence.facts))
        self._by_size = {(_dimension(fact.amount), _size(fact)): fact for fact in reversed(self._facts)}
        self._lengths = [(fact, _months(fact.amount), _days(fact.amount)) for fact in self._facts]
        self._found: dict[tuple[object, ...], Verdict | None] = {}

    @cached_property
    def _derived(self) -> dict[str, list[_Derived]]:
        found: dict[str, list[_Derived]] = defaultdict(list)
        for dimension, derived in (*self._of_pairs(), *self._of_columns()):
            found[dimension].append(derived)
        for listed in found.values():
            listed.sort(key=lambda one: one.size)
        return found

    @cached_property
    def _sizes(self) -> dict[str, list[Fraction]]:
        return {dimension: [one.size for one in found] for dimension, found in self._derived.items()}

    def of(self, amount: Amount, plain: str, sentence: tuple[int, int]) -> Verdict | None:
        """How a number follows from the input, where the words of its clause call for that; None where it does not.

        It is not certain where no key says that the numbers it follows from belong together.
        """
        worked_out = self._worked_out(amount, _clause(plain, amount, sentence))
        if worked_out is not None and worked_out.certain:
            return worked_out
        return (
            self._counts.of(amount, plain)
            or self._multiplied(amount, plain, sentence)
            or self._by_calendar(amount)
            or self._years_since(amount)
            or worked_out
        )

    def _worked_out(self, amount: Amount, text: str) -> Verdict | None:
        called = frozenset(name for name, cue in _CUES.items() if cue.search(text))
        asked = (amount.value, amount.unit, amount.step, amount.about, amount.spelled, called)
        if asked not in self._found:  # looked for once, however often a text says it
            self._found[asked] = self._look_for(amount, called)
        return self._found[asked]

    def _look_for(self, amount: Amount, called: frozenset[str]) -> Verdict | None:
        dimension, factor = _dimension(amount), amount.unit.factor if amount.unit else Fraction(1)
        size, slack = abs(amount.value * factor), _slack(amount) * factor
        first = bisect_left(self._sizes.get(dimension, []), size - slack)
        unsure: Verdict | None = None
        for derived in self._derived.get(dimension, ())[first : first + _MOST_NEAR]:
            if derived.size > size + slack:
                break
            rounded = amount.about or dimension in (PERCENT, TIMES) or derived.kind != "difference"
            if derived.cue in called and (rounded or derived.size == size) and _in_its_currency(amount, derived):
                shown = [fact.amount.shown for fact in derived.facts]
                values = [*shown[:_SHOWN], *(["…"] if shown[_SHOWN:] else [])]
                how = say(f"derived_as_{derived.kind}", values=values)
                if derived.certain:
                    return _verdict(derived.facts[0], how)
                unsure = unsure or Verdict(
                    reason=say("may_follow_from_record", claim=amount.shown, how=how), certain=False
                )
        return unsure

    def _of_pairs(self) -> Iterator[tuple[str, _Derived]]:
        for one, other in combinations(self._facts, 2):
            mine, fact_unit = one.amount.unit, other.amount.unit
            both = (one, other)
            dimensions = {unit.dimension if unit else "" for unit in (mine, fact_unit)}
            for share, whole in (both, (other, one)):
                if share.amount.dimension_is(PERCENT) and 0 < share.amount.value < 100 and dimensions != {PERCENT}:
                    part = share.amount.value / 100
                    dimension = (dimensions - {PERCENT}).pop()
                    if dimension != MONEY:
                        for left in (part, 1 - part) if _together(one, other) else ():
                            yield dimension, _Derived("ratio", abs(_size(whole) * left), both, "ratio")
                    elif _together(one, other) and "discount" in share.key | share.beside:
                        yield dimension, _Derived("part", abs(_size(whole) * part), both, "fall")
                        yield dimension, _Derived("part", abs(_size(whole) * (1 - part)), both, "left")
                count = share.amount.unit is None and share.structured and share.amount.value > 1
                if count and whole.amount.unit is not None and whole.amount.unit.dimension in _MULTIPLIED:
                    yield whole.amount.unit.dimension, _Derived("each", _size(whole) / share.amount.value, both, "each")
                    yield whole.amount.unit.dimension, _Derived("sum", _size(whole) * share.amount.value, both, "sum")
            if len(dimensions) > 1 or not _alike(one, other):
                continue
            yield from _of_pair(one, other, dimensions.pop())

    def _of_columns(self) -> Iterator[tuple[str, _Derived]]:
        columns: dict[tuple[frozenset[str], str], list[Fact]] = defaultdict(list)
        for fact in self._evidence.facts:
            if fact.record is not None and fact.key and not fact.label:
                columns[(fact.key, fact.amount.unit.dimension if fact.amount.unit else "")].append(fact)
        for (_, dimension), facts in columns.items():
            if len(facts) > 1:
                total = sum(map(_size, facts), Fraction(0))
                yield dimension, _Derived("sum", total, tuple(facts[: _SHOWN + 1]), "sum")
                yield dimension, _Derived("mean", total / len(facts), tuple(facts[: _SHOWN + 1]), "mean")

    def _multiplied(self, amount: Amount, plain: str, sentence: tuple[int, int]) -> Verdict | None:
        """Six bottles for €99, where one costs €16.50."""
        if amount.unit is None or amount.value <= 0 or amount.unit.dimension not in _MULTIPLIED:
            return None
        if amount.unit.dimension == "duration" and not _CUES["sum"].search(_clause(plain, amount, sentence)):
            return None
        first, last = max(sentence[0], amount.start - _REACH), min(sentence[1], amount.end + _REACH)
        counts = set(list(_counts_in(plain[first : amount.start] + " ; " + plain[amount.end : last]))[:_MOST_COUNTS])
        for count in counts:
            fact = self._by_size.get((amount.unit.dimension, amount.value * amount.unit.factor / count))
            fact_unit = fact.amount.unit if fact else None
            if fact and fact_unit and (fact_unit.name == "?" or convertible(amount.unit, fact_unit)):
                return _verdict(fact, say("derived_by_multiplying", count=count, value=fact.amount.shown))
        return None

    def _by_calendar(self, amount: Amount) -> Verdict | None:
        """Two months of 60 days, half a year from October to March."""
        months, days = _months(amount), _days(amount)
        if months is None and days is None:
            return None
        for fact, its_months, its_days in self._lengths:
            if (months and its_days and _is_about(months, its_days)) or (
                days and its_months and _is_about(its_months, days)
            ):
                return _verdict(fact, say("derived_by_calendar", value=fact.amount.shown))
        for first, last in self._spans:
            of_months, of_days = _between(first.what, last.what)
            if months in of_months or days in of_days:
                return _verdict(first, say("derived_from_two_dates"))
        return None

    @cached_property
    def _spans(self) -> list[tuple[Fact, Fact]]:
        """Two dates of one passage that a word or a dash joins."""
        found: list[tuple[Fact, Fact]] = []
        for first, last in pairwise(self._evidence.days[:_MOST_FACTS]):
            beside = first.source == last.source and 0 < last.start - first.end < _APART
            if beside and _SPAN.search(
                self._evidence.readings[first.source].plain, max(0, first.start - 8), last.start
            ):
                found.append((first, last))
        return found

    def _years_since(self, amount: Amount) -> Verdict | None:
        """`for more than 20 years` of what began in a year of the input."""
        if amount.unit is None or amount.unit.name != "year":
            return None
        this = datetime.now(UTC).year
        for fact in (*self._facts, *self._evidence.days[:_MOST_FACTS]):
            if "founded" in (fact.key | fact.beside):
                year = fact.what.readings[0][0] if isinstance(fact.what, Day) else fact.amount.value
                passed = this - year if year else -1
                if passed - 1 <= amount.value <= passed or (amount.about == "over" and 0 <= passed - amount.value < 10):
                    return _verdict(fact, say("derived_from_year", year=year))
        return None


def _of_pair(one: Fact, other: Fact, dimension: str) -> Iterator[tuple[str, _Derived]]:
    """What follows from two numbers of one dimension: of prices, with as much certainty as their keys give."""
    both = (one, other)
    before, now = (other, one) if _is_former(other) else both
    former = dimension == MONEY and _is_former(before) and not _is_former(now) and "price" in now.key
    shares_a_key = dimension != MONEY or former or bool(one.key & other.key) or one.key == other.key
    first, last = _size(before), _size(now)
    direction = ("fall" if first > last else "rise") if former else ""
    yield dimension, _Derived("difference", abs(first - last), both, direction or "difference", shares_a_key)
    if dimension in (PERCENT, TIMES):
        return
    # Prices of two products are added; a price and what it was are not.
    yield dimension, _Derived("sum", first + last, both, "sum", dimension != MONEY or one.key == other.key)
    for whole, part in ((first, last), (last, first)):
        if whole <= 0:
            continue
        if whole == first or not former:
            yield (
                PERCENT,
                _Derived("change", abs(part - whole) / whole * 100, both, direction or "change", shares_a_key),
            )
        yield PERCENT, _Derived("ratio", part / whole * 100, both, "ratio", shares_a_key)
        yield TIMES, _Derived("ratio", part / whole, both, "ratio", shares_a_key)


def _is_former(fact: Fact) -> bool:
    return bool(fact.key & _FORMER)


def _distinct(facts: Sequence[Fact]) -> Iterator[Fact]:
    """The first facts of different values, those under keys before those of passages."""
    seen: set[object] = set()
    for fact in sorted(facts, key=lambda fact: not fact.structured):
        value = (fact.amount.value, fact.amount.unit, fact.key)
        if value not in seen and not fact.label:
            seen.add(value)
            yield fact
        if len(seen) == _MOST_FACTS:
            return


def _slack(amount: Amount) -> Fraction:
    if amount.dimension_is(PERCENT) or amount.dimension_is(TIMES):
        return Fraction(_ROUGHLY) if amount.spelled else amount.step / 2
    if amount.about:
        return max(amount.step / 2, abs(amount.value) / 10)
    return amount.step / 2 if amount.step < 1 else Fraction(0)


def _in_its_currency(amount: Amount, derived: _Derived) -> bool:
    """Whether what is derived is in the currency of the text."""
    if amount.unit is None or amount.unit.dimension != MONEY:
        return True
    money = [fact.amount.unit for fact in derived.facts if fact.amount.dimension_is(MONEY)]
    return all(unit is not None and (unit.name == "?" or convertible(amount.unit, unit)) for unit in money)


def _alike(one: Fact, other: Fact) -> bool:
    """Whether a difference of two numbers of one dimension says something."""
    if one.amount.unit is None:
        return bool(one.key & other.key) or (one.source == other.source and not one.structured)
    return one.key == other.key or bool(one.key & other.key) or one.amount.dimension_is(MONEY) or not one.structured


def _together(one: Fact, other: Fact) -> bool:
    return one.record == other.record and (one.structured == other.structured)


def _dimension(amount: Amount) -> str:
    return amount.unit.dimension if amount.unit else ""


def _size(fact: Fact) -> Fraction:
    unit = fact.amount.unit
    return fact.amount.value * (unit.factor if unit else 1)


def _verdict(fact: Fact, how: Message) -> Verdict:
    return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=how)


def _clause(plain: str, amount: Amount, sentence: tuple[int, int]) -> str:
    """The part of a sentence in which the words that call for a derivation must stand."""
    first, last = max(sentence[0], amount.start - _REACH), min(sentence[1], amount.end + _REACH)
    start = max((end.end() for end in _CLAUSE.finditer(plain, first, amount.start)), default=first)
    end = _CLAUSE.search(plain, amount.end, last)
    return plain[start : end.start() if end else last]


def _counts_in(text: str) -> Iterator[Fraction]:
    for match in _DIGITS.finditer(text):
        if (value := Fraction(match[0])) > 0:
            yield value
    found: tuple[tuple[re.Pattern[str], Callable[[str], Fraction | None]], ...] = (
        (SPELLED, value_of_words),
        (HAN_SPELLED, value_of_han),
    )
    for pattern, value_of in found:
        for match in pattern.finditer(text):
            value = value_of(match[0])
            if value is not None and value > 1:
                yield value


def _months(amount: Amount) -> Fraction | None:
    return amount.value * amount.unit.factor if amount.unit and amount.unit.dimension == "months" else None


def _days(amount: Amount) -> Fraction | None:
    unit = amount.unit
    measured = unit is not None and unit.dimension == "duration" and unit.factor >= _DAY_S
    return amount.value * unit.factor / _DAY_S if unit and measured else None


def _is_about(months: Fraction, days: Fraction) -> bool:
    fewest, most = _DAYS_OF_A_MONTH
    return months >= 1 and months * fewest < days <= months * most


def _between(first: object, last: object) -> tuple[frozenset[int], frozenset[int]]:
    """How many months and days may be meant, with and without the last."""
    assert isinstance(first, Day)
    assert isinstance(last, Day)
    if first.whole and last.whole:
        days = (last.whole - first.whole).days
        return frozenset((round(days * 12 / 365),)), frozenset((days, days + 1)) if days > 0 else frozenset()
    (year, month, day), (last_year, last_month, last_day) = first.readings[0], last.readings[0]
    if month is None or last_month is None or day is not None or last_day is not None:
        return frozenset(), frozenset()
    months = last_month - month
    months = months + 12 * (last_year - year) if year and last_year else months % 12
    return frozenset((months, months + 1)) if months > 0 else frozenset(), frozenset()
