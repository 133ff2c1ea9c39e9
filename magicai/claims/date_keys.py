"""Years and dates of the input by the key that says what happened then: title year, retired, published."""

from collections.abc import Iterator

from magicai.claims.dates import Day
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.words import around

_CLEARLY, _LEAST = 1.5, 0.6  # times as much as speaks for the key with this date
_YEARS = (1500, 2100)


def of_another_year(day: Day, plain: str, sentence: tuple[int, int], evidence: Evidence) -> str:
    """Why not, where words around a year speak of another key's year; empty where none does."""
    year = day.readings[0][0]
    if year is None or len(day.readings) > 1:
        return ""
    context = around(plain, day.start, day.end, sentence)
    own: list[float] = []
    rival: tuple[float, int, Fact] | None = None
    for said, fact in _years(evidence):
        score = sum(weight * fact.context.get(word, 0) for word, weight in context.items())
        if said == year:
            own.append(score)
            if not fact.structured:
                return ""
        elif fact.structured and (rival is None or score > rival[0]):
            rival = (score, said, fact)
    if not own or rival is None or rival[0] < _CLEARLY * max(own) + _LEAST:
        return ""
    return f"the input says {rival[1]} ({evidence.sources[rival[2].source].name}), the text {year}"


def _years(evidence: Evidence) -> Iterator[tuple[int, Fact]]:
    for fact in evidence.scanned_days:
        if isinstance(fact.what, Day) and fact.what.readings[0][0]:
            yield fact.what.readings[0][0], fact
    first, last = _YEARS
    for fact in evidence.scanned:
        value = fact.amount.value
        if fact.amount.unit is None and value.denominator == 1 and first <= value <= last:
            yield int(value), fact
