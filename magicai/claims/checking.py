"""Check a text: find its claims and trace each to the sources."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from magicai.claims.amount import Amount
from magicai.claims.claim import Claim, ClaimKind, Language, Traced
from magicai.claims.dates import Day
from magicai.claims.derivations import Derivations
from magicai.claims.evidence import Evidence
from magicai.claims.mentions import find
from magicai.claims.reading import Reading, read
from magicai.claims.records import Mentions
from magicai.claims.sources import Source
from magicai.claims.times import Time
from magicai.claims.tracing import traced
from magicai.claims.units import MONEY
from magicai.claims.verdict import Verdict
from magicai.claims.wording import worded
from magicai.claims.words import near
from magicai.messages import say

_Placed = tuple[ClaimKind, int, int, str, Verdict]


def check(text: str, sources: Sequence[Source], language: Language) -> tuple[Traced, ...]:
    """Every claim of a text with its source, or with the reason why it has none, in order of their places."""
    return Checker(sources, language).check(text)


class Checker:
    """Sources that are made ready once, for several texts.

    The work rises with the length of the sources, and of each text.
    """

    def __init__(self, sources: Sequence[Source], language: Language) -> None:
        self.sources = sources
        self.language = language
        self.evidence = Evidence(sources)
        self.derivations = Derivations(self.evidence)

    def check(self, text: str) -> tuple[Traced, ...]:
        """Every claim of a text, in order."""
        reading = read(text)
        mentions = self.evidence.records.mentions(reading.plain)
        found = [self._traced(reading, *claim) for claim in self._claims(reading, mentions)]
        return tuple(sorted(found, key=lambda traced: (traced.claim.start, traced.claim.end)))

    def _claims(self, reading: Reading, mentions: Mentions) -> Iterator[_Placed]:
        plain = reading.plain
        found = find(reading)
        for amount in found.amounts:
            bounds = _sentence(reading, amount.start)
            words = near(plain, amount.start, amount.end, bounds)
            spoken = mentions.spoken_of(bounds)
            verdict = traced(amount, plain, bounds, words, spoken, self.evidence, self.derivations)
            yield _kind(amount), amount.start, amount.end, amount.shown, verdict
        for day in found.days:
            words = near(plain, day.start, day.end, _sentence(reading, day.start))
            yield ClaimKind.DATE, day.start, day.end, day.shown, self._day(day, words)
        for time in found.times:
            yield ClaimKind.TIME, time.start, time.end, time.shown, self._time(time)
        for name in found.names:
            kind = ClaimKind.NUMBER if name.number else ClaimKind.NAME
            yield kind, name.start, name.end, name.text, self.evidence.lexicon.traced(name)
        for kind, start, end in worded(plain):
            said = self.evidence.lexicon.said(plain[start:end])
            absent = Verdict(reason=say("wording_not_in_record", text=plain[start:end]), certain=False)
            yield kind, start, end, plain[start:end], said or absent

    def _day(self, day: Day, words: frozenset[str]) -> Verdict:
        facts = [self.evidence.day(parts) for parts in day.readings]
        its = next((fact for fact in facts if fact is not None), None)
        named = self.evidence.dated(words)
        year = day.readings[0][0]
        if its is None and year and day.readings[0][1] is None:
            its = next(iter(self.evidence.raw(Fraction(year))), None)
        other = next((fact for fact in named if isinstance(fact.what, Day) and not day.says(fact.what)), None)
        if its is not None and (not its.structured or its.key & words or other is None):
            return Verdict(source=its.source, start=its.start, end=its.end)
        if other is not None:
            name = self.sources[other.source].name
            reason = say("record_says_otherwise", value=other.what.shown, variable=name, claim=day.shown)
            return Verdict(reason=reason, against=other.source)
        # A year or a month alone may be that of anything.
        return Verdict(reason=say("not_in_record", claim=day.shown), certain=day.readings[0][2] is not None)

    def _time(self, time: Time) -> Verdict:
        known = self.evidence.times
        fact = next((known[minutes] for minutes in sorted(time.minutes) if minutes in known), None)
        if fact is not None:
            return Verdict(source=fact.source, start=fact.start, end=fact.end)
        return Verdict(reason=say("not_in_record", claim=time.shown), certain=bool(known))

    def _traced(self, reading: Reading, kind: ClaimKind, start: int, end: int, value: str, verdict: Verdict) -> Traced:
        first, last = reading.span(start, end)
        claim = Claim(kind=kind, text=reading.original[first:last], start=first, end=last, value=value)
        against = None if verdict.against is None else self.sources[verdict.against]
        if verdict.source is None:
            how, certain = verdict.derivation, verdict.certain
            return Traced(claim, None, reason=verdict.reason, derivation=how, certain=certain, against=against)
        its = self.evidence.readings[verdict.source]
        place = its.span(verdict.start, verdict.end) if verdict.end > verdict.start else (0, len(its.original))
        source = self.sources[verdict.source]
        return Traced(claim=claim, source=source, start=place[0], end=place[1], derivation=verdict.derivation)


def _sentence(reading: Reading, place: int) -> tuple[int, int]:
    places = reading.sentences
    return places[reading.sentence_at(place)] if places else (0, len(reading.plain))


def _kind(amount: Amount) -> ClaimKind:
    if amount.unit is None:
        return ClaimKind.NUMBER
    return ClaimKind.PRICE if amount.unit.dimension == MONEY else ClaimKind.QUANTITY
