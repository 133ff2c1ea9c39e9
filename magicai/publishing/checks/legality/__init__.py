"""Whether a text may be published, by the rules of the countries where it is read and of what it speaks of.

Rules are data (`rules/*.toml`), each with the article that it was written from. They find wordings that the law or its
enforcement names; whether a claim is true is not theirs to say.
"""

import re
from collections.abc import Iterable, Iterator

from magicai.publishing.checks.context import COUNTRIES, Context, Country
from magicai.publishing.checks.legality.rules import Rule, rules
from magicai.publishing.checks.manuscript import FieldText, Manuscript, OccupiedPlaces
from magicai.publishing.findings import Finding

# Names of works: what they say is nobody's claim.
_WORKS = re.compile(r"《[^》]{1,60}》|\*[^*\n]{1,80}\*(?!\*)")


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every wording that a rule forbids, and every statement that one demands and that is missing."""
    own = applicable(context)
    everything = "\n".join(written.text for written in script)
    for written in script:
        taken = OccupiedPlaces(written.text)
        for start, end in not_claimed(written.text, context):
            taken.take(start, end)
        for rule, country in own:
            if rule.language in written.languages:
                yield from _found(rule, country, written, everything, taken)
    for rule, country in own:
        yield from _missing(rule, country, script, everything, context)


def applicable(context: Context) -> list[tuple[Rule, Country]]:
    """The rules that a piece is under, each with the country that has it."""
    return [(rule, country) for rule in rules() if (country := _country(rule, context))]


def _country(rule: Rule, context: Context) -> Country | None:
    """Of the countries where the piece is read, the first that has this rule for its kind of product."""
    kind = context.product_kind
    # Of a general product nobody said what it is; the words say it.
    suits = kind in rule.kinds or not rule.kinds or (kind == "general" and not rule.only_kinds)
    if not suits or kind in rule.not_kinds:
        return None
    return next((country for country in context.countries or COUNTRIES if country in rule.countries), None)


def not_claimed(text: str, context: Context) -> Iterator[tuple[int, int]]:
    """Titles of works, brands, and what the user allows."""
    yield from (one.span() for one in _WORKS.finditer(text))
    for name in (*context.brands, *context.allowed):
        if name:
            yield from (one.span() for one in re.finditer(re.escape(name), text, re.IGNORECASE))


def _found(
    rule: Rule, country: Country, written: FieldText, everything: str, taken: OccupiedPlaces
) -> Iterator[Finding]:
    if rule.needs and not rule.needs.search(written.text):
        return
    if rule.unless_anywhere and rule.unless_anywhere.search(everything):
        return
    exempt = _Exempt(rule, written)
    for match in rule.forbidden:
        for one in match.finditer(written.text):
            start, end = one.span()
            if not exempt.has(start, end) and taken.take(start, end):
                yield written.finding(
                    f"legality.{country.lower()}.{rule.name}",
                    rule.severity,
                    start,
                    end,
                    message=rule.message,
                    suggestion=rule.instead.get(one[0].lower()),
                    confidence=rule.confidence,
                    source=rule.source,
                    link=rule.link[country],
                )


class _Exempt:
    """What a rule does not mean in a text. Each sentence is read once, however many wordings it has."""

    def __init__(self, rule: Rule, written: FieldText) -> None:
        self._rule, self._written = rule, written
        self._known: dict[tuple[int, int], bytes] = {}

    def has(self, start: int, end: int) -> bool:
        """Whether any of a wording is harmless where it stands."""
        first, last = self._written.sentence_at(start)
        if (first, last) not in self._known:
            self._known[first, last] = self._read(self._written.text[first:last])
        return any(self._known[first, last][start - first : end - first])

    def _read(self, sentence: str) -> bytes:
        """A 1 for each character that is exempt."""
        rule = self._rule
        if rule.reported.search(sentence) or (rule.unless_in_sentence and rule.unless_in_sentence.search(sentence)):
            return b"\1" * len(sentence)
        marks = bytearray(len(sentence))
        for pattern in rule.unless:
            for one in pattern.finditer(sentence):
                marks[one.start() : one.end()] = b"\1" * (one.end() - one.start())
        return bytes(marks)


def _missing(rule: Rule, country: Country, script: Manuscript, everything: str, context: Context) -> Iterator[Finding]:
    """A statement that is demanded where something is said, or of a kind of product."""
    if rule.demanded is None or rule.demanded.search(everything):
        return
    for written in script:
        place = rule.where.search(written.text) if rule.where else None
        if rule.language in written.languages and (place or (rule.of_paid and context.paid) or rule.of_kind(context)):
            start, end = place.span() if place else (0, 0)
            yield written.finding(
                f"legality.{country.lower()}.{rule.name}",
                rule.severity,
                start,
                end,
                message=rule.message,
                confidence=rule.confidence,
                source=rule.source,
                link=rule.link[country],
            )
            return
