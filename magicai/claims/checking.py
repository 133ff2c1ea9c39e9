"""Check a text: find its claims and trace each to the sources."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from magicai.claims import numbers_traced, opening_hours
from magicai.claims.amount import Amount
from magicai.claims.categories import Categories
from magicai.claims.claim import Claim, ClaimKind, Language, Traced
from magicai.claims.comparing import compared, with_its_number
from magicai.claims.date_keys import of_another_year
from magicai.claims.dates import Day
from magicai.claims.entities import Mention
from magicai.claims.evidence import Evidence
from magicai.claims.features import Features, is_feature, negated
from magicai.claims.found import find
from magicai.claims.hours import WEEKDAYS, Hours, weekday_of
from magicai.claims.names import Name
from magicai.claims.names_traced import Lexicon
from magicai.claims.reading import HAN, Reading, read
from magicai.claims.relations import Relations
from magicai.claims.roles import Roles
from magicai.claims.sources import Source
from magicai.claims.time_keys import keyed_times, of_another_key, said_in_words
from magicai.claims.units import MONEY
from magicai.claims.verdict import NOT_THERE, Verdict
from magicai.claims.wording import Worded, worded
from magicai.claims.words import stems


def check(text: str, sources: Sequence[Source], language: Language) -> tuple[Traced, ...]:
    """Every claim of a text with its source, or with the reason why it has none, in order of their places."""
    return Checker(sources, language).check(text)


class Checker:
    """Sources that are made ready once, for several texts."""

    def __init__(self, sources: Sequence[Source], language: Language) -> None:
        self.sources = sources
        self.language = language
        self._where_said: dict[tuple[object, ...], tuple[Verdict | None, str]] = {}
        self.evidence = Evidence(sources)
        self.lexicon = Lexicon(sources, self.evidence.readings)
        self.roles = Roles(self.evidence.readings)
        self.schedules = opening_hours.schedules_of(self.evidence)
        self.times = keyed_times(self.evidence)
        self.all_text = "\n".join(
            reading.plain + "\n" + source.name.replace("_", " ")
            for source, reading in zip(sources, self.evidence.readings, strict=True)
        )
        self.features = Features(sources, self.all_text)
        self.relations = Relations(sources)
        self.categories = Categories(sources, self.all_text)
        self.weekdays = {day for _, hours in self.evidence.hours for day in hours.days} | {
            fact.what.whole.weekday() for fact in self.evidence.days if isinstance(fact.what, Day) and fact.what.whole
        }

    def check(self, text: str) -> tuple[Traced, ...]:
        """Every claim of a text, in order."""
        reading = read(text)
        mentions = self.evidence.entities.mentions(reading.plain)
        found = [self._traced(reading, *one) for one in self._claims(reading, mentions)]
        found = [with_its_number(one, found, text) for one in found]
        return tuple(sorted(found, key=lambda traced: (traced.claim.start, traced.claim.end)))

    def _claims(self, reading: Reading, mentions: list[Mention]) -> Iterator[tuple[ClaimKind, int, int, str, Verdict]]:
        plain = reading.plain
        found = find(reading)
        for amount in found.amounts:
            own = numbers_traced.traced(amount, plain, self._sentence(reading, amount.start), mentions, self.evidence)
            yield _kind(amount), amount.start if own.begins is None else own.begins, amount.end, amount.shown, own
        for day in found.days:
            verdict = self._day(day)
            if verdict.source is not None and (
                other := of_another_year(day, plain, self._sentence(reading, day.start), self.evidence)
            ):
                verdict = Verdict(reason=other)
            yield ClaimKind.DATE, day.start, day.end, day.shown, verdict
            yield from self._weekday_beside(plain, day, verdict)
        for hours in found.hours:
            yield from self._hours(hours, reading, mentions)
        wrong_roles = self.roles.against(plain, found.names)
        for name in found.names:
            if is_feature(name.text):
                continue
            kind = ClaimKind.NUMBER if name.number else ClaimKind.NAME
            verdict = self.lexicon.traced(name)
            verdict = self._of_another(name, verdict, reading, mentions)
            verdict = self.relations.traced(name, verdict, plain, self._sentence(reading, name.start))
            role = wrong_roles.get((name.start, name.end))
            yield (
                kind,
                name.start,
                name.end,
                name.text,
                Verdict(reason=role) if role and not verdict.reason else verdict,
            )
        titles = {
            one[0]: one for one in (*self.roles.misnamed(plain), *self.roles.deputies(plain), *self.roles.titles(plain))
        }
        for start, end, title, reason in titles.values():
            yield ClaimKind.NAME, start, end, title, Verdict(reason=reason)
        for claim in worded(plain, han=HAN.search(plain) is not None):
            yield claim.kind, *self._worded(claim, reading, mentions)
        yield from self._features(reading, mentions)
        yield from self._categories(reading, mentions)

    def _features(
        self, reading: Reading, mentions: list[Mention]
    ) -> Iterator[tuple[ClaimKind, int, int, str, Verdict]]:
        plain = reading.plain

        def is_meant(source: Source, first: int, last: int) -> bool:
            record = self.evidence.entities.of(source.path)
            if record is None:
                return True
            sentence = self._sentence(reading, first)
            return self.evidence.entities.spoken_of(plain, mentions, first, last, sentence) == record

        for start, end in reading.sentences:
            for stated in self.features.stated(plain, (start, end), is_meant):
                words = plain[stated.start : stated.end]
                value = words if stated.positive else f"not {words}"
                yield ClaimKind.ATTRIBUTE, stated.start, stated.end, value, stated.verdict

    def _categories(
        self, reading: Reading, mentions: list[Mention]
    ) -> Iterator[tuple[ClaimKind, int, int, str, Verdict]]:
        plain = reading.plain
        records = self.evidence.entities

        def spoken_at(first: int, last: int) -> list[Source] | None:
            own = records.spoken_of(plain, mentions, first, last, self._sentence(reading, first))
            return None if own is None else [one for one in self.sources if one.path[: len(own)] == own]

        for bounds in reading.sentences:
            for one in self.categories.contradicted(plain, bounds, spoken_at):
                if not negated(plain[bounds[0] : bounds[1]], one.start - bounds[0], one.end - bounds[0]):
                    words = plain[one.start : one.end]
                    yield ClaimKind.ATTRIBUTE, one.start, one.end, words, Verdict(reason=one.reason)

    def _hours(
        self, hours: Hours, reading: Reading, mentions: list[Mention]
    ) -> Iterator[tuple[ClaimKind, int, int, str, Verdict]]:
        sentence = self._sentence(reading, hours.start)
        spoken = self.evidence.entities.spoken_of(reading.plain, mentions, hours.start, hours.end, sentence)
        verdict = opening_hours.checked(hours, reading.plain, sentence, spoken, self.schedules)
        if verdict is None:
            return
        if verdict.reason and (heard := said_in_words(hours, self.evidence)):
            verdict = heard
        if not verdict.reason and (other := of_another_key(hours, reading.plain, sentence, self.times)):
            verdict = Verdict(reason=other)
        kind = ClaimKind.TIME
        if verdict.reason == "weekday":
            kind, named = ClaimKind.DATE, ", ".join(WEEKDAYS[day] for day in sorted(hours.days))
            known = hours.days <= self.weekdays
            verdict = (
                Verdict(derivation="a weekday of the input")
                if known
                else Verdict(reason=f"{named} is not in the input")
            )
        yield kind, hours.start, hours.end, hours.shown, verdict

    def _of_another(self, name: Name, verdict: Verdict, reading: Reading, mentions: list[Mention]) -> Verdict:
        """A name that the input has, but says of another of several things."""
        records = self.evidence.entities
        if verdict.source is None or not records.labels:
            return verdict
        source = self.sources[verdict.source]
        its = records.of(source.path)
        own = records.spoken_of(reading.plain, mentions, name.start, name.end, self._sentence(reading, name.start))
        if its is None or own is None or its == own or its[:-1] != own[:-1] or records.labels[its] == source.text:
            return verdict
        key = source.path[len(its) :]
        mine = next((one for one in self.sources if one.path == (*own, *key)), None)
        said = any(name.text.lower() in one.text.lower() for one in self.sources if records.of(one.path) != its)
        if mine is None or said or any(mention.start <= name.start < mention.end for mention in mentions):
            return verdict
        return Verdict(reason=f"the input says “{mine.text}” of “{records.labels[own]}”, the text “{name.text}”")

    def _day(self, day: Day) -> Verdict:
        for fact in self.evidence.scanned_days:
            if isinstance(fact.what, Day) and day.says(fact.what):
                return Verdict(source=fact.source, start=fact.start, end=fact.end)
        year, month, of_month = day.readings[0]
        if year and not month:
            for reading in day.readings:
                if reading[0] and (fact := self.evidence.bare(Fraction(reading[0]))):
                    return Verdict(source=fact.source, start=fact.start, end=fact.end)
        if month and not of_month and not year and self.lexicon.has(_MONTHS[month - 1]):
            return Verdict(derivation="a month of the input")
        known = next(
            (fact.what for fact in self.evidence.scanned_days if isinstance(fact.what, Day) and _near(day, fact.what)),
            None,
        )
        said = f"the input says {known.shown}, the text {day.shown}" if known else f"{day.shown} is not in the input"
        return Verdict(reason=said)

    def _worded(self, claim: Worded, reading: Reading, mentions: list[Mention]) -> tuple[int, int, str, Verdict]:
        if claim.kind in (ClaimKind.SUPERLATIVE, ClaimKind.COMPARISON):
            sentence = self._sentence(reading, claim.start)
            worked_out = compared(claim, reading.plain, sentence, mentions, self.evidence)
            if worked_out:
                named = [mention.start for mention in mentions if sentence[0] <= mention.start < claim.start]
                start = named[-1] if named and worked_out.reason else claim.start
                return start, claim.end, claim.word, worked_out
        return claim.start, claim.end, claim.word, self._said(claim, reading)

    def _weekday_beside(
        self, plain: str, day: Day, verdict: Verdict
    ) -> Iterator[tuple[ClaimKind, int, int, str, Verdict]]:
        """A weekday that stands beside a date must be its weekday."""
        beside = _WEEKDAY_BEFORE.search(plain, max(0, day.start - 14), day.start) or _WEEKDAY_AFTER.match(
            plain, day.end
        )
        if beside is None or verdict.source is None:
            return
        named = weekday_of(beside[1])
        meant = day.whole or next(
            (
                fact.what.whole
                for fact in self.evidence.scanned_days
                if isinstance(fact.what, Day) and day.says(fact.what) and fact.what.whole
            ),
            None,
        )
        if named is not None and meant and meant.weekday() != named:
            reason = f"{meant} is a {WEEKDAYS[meant.weekday()]}, the text says {WEEKDAYS[named]}"
            yield ClaimKind.DATE, beside.start(1), beside.end(1), WEEKDAYS[named], Verdict(reason=reason)

    def _said(self, claim: Worded, reading: Reading) -> Verdict:
        negated = claim.negated(reading.plain)
        asked = (claim.kind, claim.key.pattern, claim.objects, negated)
        if asked not in self._where_said:  # looked for in all sources once, however often a text says it
            self._where_said[asked] = self._look_for(claim, negated=negated)
        said, denied = self._where_said[asked]
        if said is not None:
            return said
        certified = self._certified(claim, reading.plain)
        if certified is None and not negated and claim.kind is ClaimKind.LEGAL:
            certified = self._named_and_said(claim)
        if certified is not None:
            return Verdict(source=certified)
        if negated and claim.kind in (ClaimKind.HEALTH, ClaimKind.LEGAL) and not denied:
            return Verdict(derivation="nothing is claimed")
        if denied:
            return Verdict(reason=f"the input says “{denied}”, the text “{claim.word}”")
        # What is more than something else may follow from numbers that say how much.
        measured = claim.kind is ClaimKind.SUPERLATIVE and _MEASURED.search(claim.word) is not None
        measured = measured and not _OF_ALL.search(reading.plain, max(0, claim.start - _BESIDE), claim.end + _BESIDE)
        certain = claim.kind is not ClaimKind.COMPARISON and not measured
        return Verdict(reason=f"“{claim.word}” {NOT_THERE}", certain=certain)

    def _look_for(self, claim: Worded, *, negated: bool) -> tuple[Verdict | None, str]:
        """Where the sources say a claim; None where they don't, with their words where they say the contrary."""
        denied = ""
        for number, source in enumerate(self.evidence.readings):
            own = self.sources[number]
            in_name = claim.key.search(own.name.replace("_", " ").replace(".", " ")) is not None
            if in_name and not claim.objects and own.truth is not False and own.text.strip():
                return Verdict(source=number), ""
            for match in claim.key.finditer(source.plain):
                before = Worded(claim.kind, match.start(), match.end(), claim.key, match[0])
                if not claim.objects <= frozenset(stems(source.plain[match.start() : match.end() + _OBJECT])):
                    continue
                if before.negated(source.plain) == negated:
                    return Verdict(source=number, start=match.start(), end=match.end()), ""
                denied = denied or source.plain[max(0, match.start() - 20) : match.end() + 20].strip()
        return None, denied

    def _named_and_said(self, claim: Worded) -> int | None:
        """The source whose key and value together have the claim's words: `warranty: lifetime`."""
        words = frozenset(stems(claim.word))
        for number, source in enumerate(self.sources if words else ()):
            if source.truth is not False and words <= frozenset(
                (*stems(source.name.replace("_", " ")), *stems(source.text))
            ):
                return number
        return None

    def _certified(self, claim: Worded, plain: str) -> int | None:
        """The source that says so by its key alone: `oeko_tex: true` of “OEKO-TEX certified”."""
        if not claim.word.lower().startswith("certifi"):
            return None
        before = _LETTERS.sub("", plain[max(0, claim.start - 24) : claim.start].lower())
        for number, source in enumerate(self.sources):
            key = _LETTERS.sub("", str(source.path[-1]).lower()) if source.path else ""
            if source.truth and len(key) > 2 and before.endswith(key):
                return number
        return None

    def _sentence(self, reading: Reading, place: int) -> tuple[int, int]:
        places = reading.sentences
        return places[reading.sentence_at(place)] if places else (0, len(reading.plain))

    def _traced(self, reading: Reading, kind: ClaimKind, start: int, end: int, value: str, verdict: Verdict) -> Traced:
        first, last = reading.span(start, end)
        claim = Claim(kind=kind, text=reading.original[first:last], start=first, end=last, value=value)
        if verdict.source is None:
            how = verdict.derivation
            return Traced(claim=claim, source=None, reason=verdict.reason, derivation=how, certain=verdict.certain)
        its = self.evidence.readings[verdict.source]
        place = its.span(verdict.start, verdict.end) if verdict.end > verdict.start else (0, len(its.original))
        source = self.sources[verdict.source]
        return Traced(claim=claim, source=source, start=place[0], end=place[1], derivation=verdict.derivation)


# What can be measured may be worked out: the hottest day, her highest rating.
_MEASURED = re.compile(
    r"\b(?:highest|lowest|hottest|coldest|coolest|warmest|wettest|driest|largest|biggest|smallest|longest|shortest|oldest|"
    r"newest|youngest|latest|earliest|most (?:points|goals|wins|visitors|expensive))\b|"
    "最[高低大小长短多少早晚快慢热冷]|第一|首位",
    re.IGNORECASE,
)
_OF_ALL = re.compile(
    r"\b(?:market|world\w*|ever|anywhere|in (?:town|the city|the country))\b|"
    "全网|全国|行业|业内|世界|市场|销量",
    re.IGNORECASE,
)
_BESIDE = 30  # characters
_OBJECT = 12  # characters
_LETTERS = re.compile(r"[^a-z]")
_WEEKDAY = "((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:周|星期)[一二三四五六日天])"
_WEEKDAY_BEFORE = re.compile(_WEEKDAY + r",? (?:the )?$")
_WEEKDAY_AFTER = re.compile(r"\s?[(（,]\s?(?:a )?" + _WEEKDAY)
_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = _MONTH_NAMES.split()


def _kind(amount: Amount) -> ClaimKind:
    if amount.unit is None:
        return ClaimKind.NUMBER
    return ClaimKind.PRICE if amount.unit.dimension == MONEY else ClaimKind.QUANTITY


def _near(day: Day, other: Day) -> bool:
    """Whether two dates have a part in common, so that one may be meant for the other."""
    return any(mine == its for mine, its in zip(day.readings[0], other.readings[0], strict=True) if mine)
