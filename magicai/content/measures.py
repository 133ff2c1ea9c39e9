"""The parts of a text's quality: what was checked, what its template asks for, what reviewers did."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.content.brief import Brief
from magicai.content.reviews import NO_REVIEWS, Reviews
from magicai.content.statements import ClaimShown
from magicai.content.text import Blocks, plain
from magicai.content.text_length import units


@dataclass(frozen=True)
class Measure:
    """One part of the quality.

    Attributes:
        name: such as `proof` or `length`.
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
    blocks: Blocks, brief: Brief, claims: Sequence[ClaimShown], *, reviews: Reviews = NO_REVIEWS
) -> tuple[Measure, ...]:
    """Every measure of a text, in the order in which people read them; what nobody has judged is none."""
    text = plain(blocks)
    judged = [one for one in claims if one.by == "model" and one.verdict not in ("opinion", "not_checked")]
    found = [
        _share("proof", [one for one in claims if one.by == "code" and one.verdict != "not_checked"]),
        _share("verifier", judged),
        _structure(blocks, brief),
        _length(text, brief),
        _voice(text, brief),
        _reviewed(reviews),
    ]
    return tuple(one for one in found if one is not None)


def stated(said: int, of: int) -> Measure:
    """How many of its facts a facts block states."""
    return Measure("facts", said / of if of else 1.0, 1.0, "" if said == of else f"It states {said} of {of} facts.")


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
        f"{len(marked)} of {len(checked)} statements are marked.",
        (first.start, first.end),
    )


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


def _voice(text: str, brief: Brief) -> Measure | None:
    """Words that the template says are never written."""
    avoid, low = brief.template.voice.avoid, text.casefold()
    if not avoid:
        return None
    avoided = next((word for word in avoid if word.casefold() in low), None)
    if avoided is None:
        return Measure("voice", 1.0, 1.0)
    at = low.index(avoided.casefold())
    return Measure("voice", 0.0, 1.0, f"The brand does not say “{avoided}”.", (at, at + len(avoided)))


def _reviewed(reviews: Reviews) -> Measure | None:
    if (rate := reviews.rate) is None:
        return None
    told = f"Of {reviews.count} texts like it, {reviews.rejected} were rejected and {reviews.edited} edited."
    return Measure("reviews", rate, 1.0, "" if rate == 1 else told)
