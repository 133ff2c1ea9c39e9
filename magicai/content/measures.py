"""The parts of a text's quality: what was checked, what its template asks for, what reviewers did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.content.brief import Brief
from magicai.content.reviews import NO_REVIEWS, Reviews
from magicai.content.statements import ClaimShown
from magicai.content.text import Blocks, plain
from magicai.content.text_length import units
from magicai.messages import Message, say


@dataclass(frozen=True)
class Measure:
    """One part of the quality.

    Attributes:
        name: such as `proof` or `length`.
        value: 0 to 1.
        reason: what lowers it; None where nothing does.
        place: where in the plain text, as (start, end), or None.
    """

    name: str
    value: float
    weight: float
    reason: Message | None = None
    place: tuple[int, int] | None = None


def measures(
    blocks: Blocks, brief: Brief, claims: Sequence[ClaimShown], *, reviews: Reviews = NO_REVIEWS
) -> tuple[Measure, ...]:
    """Every measure of a text, in the order in which people read them; what nobody has judged is none."""
    text = plain(blocks)
    judged = [claim for claim in claims if claim.by == "model" and claim.verdict not in ("opinion", "not_checked")]
    found = [
        _share("proof", [claim for claim in claims if claim.by == "code" and claim.verdict != "not_checked"]),
        _share("verifier", judged),
        _structure(blocks, brief),
        _length(text, brief),
        _voice(text, brief),
        _reviewed(reviews),
    ]
    return tuple(one for one in found if one is not None)


def stated(said: int, of: int) -> Measure:
    """How many of its facts a facts block states."""
    why = None if said == of else say("facts_partly_stated", said=said, of=of)
    return Measure("facts", said / of if of else 1.0, 1.0, why)


def _share(name: str, checked: Sequence[ClaimShown]) -> Measure | None:
    """How much of what was checked is not marked."""
    if not checked:
        return None
    marked = [one for one in checked if one.marked]
    if not marked:
        return Measure(name, 1.0, 3.0)
    first = marked[0]
    return Measure(
        name,
        1 - len(marked) / len(checked),
        3.0,
        say("statements_marked", marked=len(marked), checked=len(checked)),
        (first.start, first.end),
    )


def _structure(blocks: Blocks, brief: Brief) -> Measure:
    have = Counter(f"{block.kind}s" for block in blocks)
    for name, (least, most) in brief.template.structure.model_dump().items():
        if not least <= have[name] <= most:
            why = say(f"text_has_{name}", has=have[name], least=least, most=most)
            return Measure("structure", 0.3, 1.0, why)
    return Measure("structure", 1.0, 1.0)


def _length(text: str, brief: Brief) -> Measure:
    length, has = brief.template.length, units(text, brief.template.length.unit)
    most = length.maximum(brief.variables)
    if length.min <= has <= most:
        return Measure("length", 1.0, 1.0)
    value = max(0.0, 1 - (length.min - has) / length.min) if has < length.min else max(0.0, 2 - has / most)
    why = say(f"text_has_{length.unit}", has=has, least=length.min, most=most)
    return Measure("length", value, 1.0, why)


def _voice(text: str, brief: Brief) -> Measure | None:
    """Words that the template says are never written."""
    avoid, low = brief.template.voice.avoid, text.casefold()
    if not avoid:
        return None
    avoided = next((word for word in avoid if word.casefold() in low), None)
    if avoided is None:
        return Measure("voice", 1.0, 1.0)
    at = low.index(avoided.casefold())
    return Measure("voice", 0.0, 1.0, say("word_to_avoid", word=avoided), (at, at + len(avoided)))


def _reviewed(reviews: Reviews) -> Measure | None:
    if (rate := reviews.rate) is None:
        return None
    why = say("texts_like_it", count=reviews.count, rejected=reviews.rejected, edited=reviews.edited)
    return Measure("reviews", rate, 1.0, None if rate == 1 else why)
