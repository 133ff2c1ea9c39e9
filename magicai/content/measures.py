"""The parts of a text's quality, each measured by code with its reason."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.claims.claim import Traced
from magicai.content.brief import Brief
from magicai.content.facts_stated import missing_facts, needed_parts
from magicai.content.language_faults import faults
from magicai.content.readability import readability, units
from magicai.content.template import Language
from magicai.content.text import Blocks, plain

_NGRAM = {"en": 4, "zh": 8}
_WORDS = re.compile(r"\w+")
# Characters of a value that are repeated in a reason.
_LONGEST = 120


@dataclass(frozen=True)
class Measure:
    """One part of the quality.

    Attributes:
        name: such as `facts` or `length`.
        value: 0 to 1.
        reason: what lowers it; "" where nothing does.
        place: where in the plain text, as (start, end), or None.
    """

    name: str
    value: float
    weight: float
    reason: str = ""
    place: tuple[int, int] | None = None


def measures(
    blocks: Blocks, brief: Brief, traced: Sequence[Traced], *, earlier: Sequence[str] = ()
) -> tuple[Measure, ...]:
    """Every measure of a text, in the order in which people read them."""
    text = plain(blocks)
    return (
        _claims(traced),
        _facts(text, brief),
        _structure(blocks, brief),
        _length(text, brief),
        _readable(text, brief),
        _repetition(text, brief),
        _grammar(text, brief),
        _keywords(text, brief),
        _voice(text, brief),
        _likeness(text, brief, earlier),
    )


def _claims(traced: Sequence[Traced]) -> Measure:
    without = [one for one in traced if not one.supported]
    if not without:
        return Measure("claims", 1.0, 3.0)
    first = without[0]
    value = 1 - len(without) / len(traced)
    return Measure("claims", value, 3.0, f"“{first.claim.text}”: {first.reason}", (first.claim.start, first.claim.end))


def _facts(text: str, brief: Brief) -> Measure:
    missing = missing_facts(text, brief)
    if not missing:
        return Measure("facts", 1.0, 3.0)
    value = 1 - len(missing) / len(needed_parts(brief))
    named = [
        f"{where.partition('.')[0]} “{said if len(said) <= _LONGEST else f'{said[:_LONGEST]}…'}”"
        for where, said in missing
    ]
    return Measure("facts", value, 3.0, f"It leaves out: {', '.join(named)}.")


def _structure(blocks: Blocks, brief: Brief) -> Measure:
    have = Counter(f"{block.kind}s" for block in blocks)
    for name, (least, most) in brief.template.structure.model_dump().items():
        if not least <= have[name] <= most:
            return Measure("structure", 0.3, 1.0, f"It has {have[name]} {name}; {least} to {most} are asked for.")
    return Measure("structure", 1.0, 1.0)


def _length(text: str, brief: Brief) -> Measure:
    length, has = brief.template.length, units(text, brief.template.length.unit)
    most = length.maximum(brief.variables)
    if length.min <= has <= most:
        return Measure("length", 1.0, 1.0)
    value = max(0.0, 1 - (length.min - has) / length.min) if has < length.min else max(0.0, 2 - has / most)
    return Measure("length", value, 1.0, f"It has {has} {length.unit}; {length.min} to {most} are asked for.")


def _readable(text: str, brief: Brief) -> Measure:
    value, reason, place = readability(text, brief.template.language)
    return Measure("readability", value, 1.0, reason, place)


def _repetition(text: str, brief: Brief) -> Measure:
    language = brief.template.language
    words = _WORDS.findall(text.lower()) if language == "en" else [one for one in text if one.isalnum()]
    size = _NGRAM[language]
    runs = Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))
    if not runs:
        return Measure("repetition", 1.0, 1.0)
    again, times = max(runs.items(), key=lambda one: one[1])
    repeated = sum(count - 1 for count in runs.values()) / sum(runs.values())
    joined = (" " if language == "en" else "").join(again)
    return Measure(
        "repetition", max(0.0, 1 - 4 * repeated), 1.0, f"“{joined}” stands {times} times." if times > 1 else ""
    )


def _grammar(text: str, brief: Brief) -> Measure:
    found = faults(text, brief.template.language)
    if not found:
        return Measure("grammar", 1.0, 1.0)
    first = found[0]
    return Measure("grammar", max(0.0, 1 - 0.25 * len(found)), 1.0, first.reason, (first.start, first.end))


def _keywords(text: str, brief: Brief) -> Measure:
    given = [str(brief.variables[name]) for name in brief.template.keywords if name in brief.variables]
    missing = [word for word in given if word.casefold() not in text.casefold()]
    if not missing:
        return Measure("keywords", 1.0, 0.5)
    return Measure("keywords", 1 - len(missing) / len(given), 0.5, f"It does not say {', '.join(missing)}.")


def _voice(text: str, brief: Brief) -> Measure:
    voice, low = brief.template.voice, text.casefold()
    avoided = [word for word in voice.avoid if word.casefold() in low]
    if avoided:
        at = low.index(avoided[0].casefold())
        return Measure("voice", 0.0, 1.0, f"The brand does not say “{avoided[0]}”.", (at, at + len(avoided[0])))
    used = sum(word.casefold() in low for word in voice.use)
    if voice.use and not used:
        return Measure("voice", 0.6, 1.0, f"It uses none of the brand's words: {', '.join(voice.use)}.")
    return Measure("voice", 1.0, 1.0)


def _likeness(text: str, brief: Brief, earlier: Sequence[str]) -> Measure:
    """How much of it is new beside earlier texts."""
    language = brief.template.language
    new = _shingles(text, language)
    if not new or not earlier:
        return Measure("likeness", 1.0, 0.5)
    worst = max(len(new & _shingles(one, language)) / len(new) for one in earlier)
    if worst < 0.8:  # noqa: PLR2004 - texts of one template share its sentences
        return Measure("likeness", 1.0, 0.5)
    return Measure("likeness", 1 - worst, 0.5, f"{worst:.0%} of it stands in an earlier text.")


def _shingles(text: str, language: Language) -> set[str]:
    size = _NGRAM[language]
    words = _WORDS.findall(text.casefold()) if language == "en" else [one for one in text if one.isalnum()]
    return {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}
