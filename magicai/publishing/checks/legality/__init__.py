"""Whether a text may be published, by the rules of the countries where it is read and of what it speaks of.

Rules are data (`rules/*.toml`), each with the article that it was written from. They find wordings that the law or its
enforcement names; whether a claim is true is not theirs to say.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from magicai.claims.claim import Language
from magicai.publishing.checks.context import COUNTRIES, Context, Country
from magicai.publishing.checks.legality.rules import Rule, rules
from magicai.publishing.checks.linear import model
from magicai.publishing.checks.manuscript import Manuscript, Taken, Written, language_of
from magicai.publishing.findings import Finding

_SHORTEST = 24  # bytes of a sentence that claims something: eight Chinese characters, four words
# Names of works: what they say is nobody's claim.
_WORKS = re.compile(r"《[^》]{1,60}》|\*[^*\n]{1,80}\*(?!\*)")


def find(script: Manuscript, context: Context) -> Iterable[Finding]:
    """Every wording that a rule forbids, and every statement that one demands and that is missing."""
    own: list[tuple[Rule, Country]] = [(rule, country) for rule in rules() if (country := _country(rule, context))]
    everything = "\n".join(written.text for written in script)
    for written in script:
        taken = Taken(written.text)
        for start, end in _not_claimed(written.text, context):
            taken.take(start, end)
        for rule, country in own:
            if rule.language in written.languages:
                yield from _found(rule, country, written, everything, taken)
        yield from _unnamed(written, taken, {rule.language for rule, _ in own})
    for rule, country in own:
        yield from _missing(rule, country, script, everything, context)


def _country(rule: Rule, context: Context) -> Country | None:
    """Of the countries where the piece is read, the first that has this rule for its kind of product."""
    kind = context.product_kind
    # Of a general product nobody said what it is; the words say it.
    suits = kind in rule.kinds or not rule.kinds or (kind == "general" and not rule.only_kinds)
    if not suits or kind in rule.not_kinds:
        return None
    return next((one for one in context.countries or COUNTRIES if one in rule.countries), None)


def _not_claimed(text: str, context: Context) -> Iterator[tuple[int, int]]:
    """Titles of works, brands, and what the user allows."""
    yield from (one.span() for one in _WORKS.finditer(text))
    for name in (*context.brands, *context.allowed):
        if name:
            yield from (one.span() for one in re.finditer(re.escape(name), text, re.IGNORECASE))


def _found(rule: Rule, country: Country, written: Written, everything: str, taken: Taken) -> Iterator[Finding]:
    if rule.needs and not rule.needs.search(written.text):
        return
    if rule.unless_anywhere and rule.unless_anywhere.search(everything):
        return
    for match in rule.forbidden:
        for one in match.finditer(written.text):
            start, end = one.span()
            if not _is_exempt(rule, written, start, end) and taken.take(start, end):
                yield written.finding(
                    f"legality.{country.lower()}.{rule.name}",
                    rule.severity,
                    start,
                    end,
                    message=rule.message,
                    suggestion=rule.instead.get(one[0].lower()),
                    confidence=rule.confidence,
                )


def _unnamed(written: Written, taken: Taken, languages: Collection[Language]) -> Iterator[Finding]:
    """Sentences in which no rule found anything, and that read like those of which rules were written."""
    free = [
        (start, end)
        for start, end in written.sentences
        if taken.is_free(start, end)
        and language_of(written.text[start:end]) in languages
        and len(written.text[start:end].encode()) >= _SHORTEST
    ]
    chances = model(__name__).chances([written.text[start:end] for start, end in free])
    for (start, end), chance in zip(free, chances, strict=True):
        if chance >= model(__name__).threshold:
            message = "This reads like a claim that advertising law restricts, though no rule names its wording."
            yield written.finding(
                "legality.wording", "blocks", start, end, message=message, confidence=round(chance, 3)
            )


def _is_exempt(rule: Rule, written: Written, start: int, end: int) -> bool:
    first, last = next(
        ((first, last) for first, last in written.sentences if first <= start < last), (0, len(written.text))
    )
    sentence = written.text[first:last]
    if rule.unless_in_sentence and rule.unless_in_sentence.search(sentence):
        return True
    return any(
        one.start() + first < end and start < one.end() + first
        for pattern in rule.unless
        for one in pattern.finditer(sentence)
    )


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
            )
            return
