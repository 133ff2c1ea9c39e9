"""What is known of a text: its statements with their verdicts, the facts that it states, how good it is."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict

from magicai.claims.claim import Traced
from magicai.claims.links import foreign_links
from magicai.content.answers import spoken, tags_in
from magicai.content.block_limits import too_long
from magicai.content.brief import Brief
from magicai.content.facts_stated import facts_stated
from magicai.content.languages import is_another
from magicai.content.measures import Measure, measures, stated
from magicai.content.proof import prove
from magicai.content.reviews import NO_REVIEWS, Reviews
from magicai.content.statements import ClaimShown, judged, shown_claims, unchecked
from magicai.content.text import Blocks, plain
from magicai.errors import Busy, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import TextModel, UnusableAnswer, Usage
from magicai.values.languages import is_foreign
from magicai.verifier import LONGEST_RECORD, judge, lines_of

_NO_VERIFIER = say("verifier_not_set")
NO_VERIFIER = say("said_with_way_out", what=_NO_VERIFIER, way=_NO_VERIFIER.way_out)


class FactsShown(BaseModel):
    """How many of the facts that were given a text states.

    Attributes:
        missing: what the template says must be there, and is not: `price: 39.00 EUR`.
        not_checked: how many it may state in a language that code does not compare with the facts'.
    """

    model_config = ConfigDict(frozen=True)

    said: int = 0
    of: int = 0
    missing: tuple[str, ...] = ()
    not_checked: int = 0


@dataclass(frozen=True)
class Assessment:
    """A text's statements and how good it is.

    Attributes:
        claims: its statements; places count in `plain(blocks)`.
        forbidden: those that the template forbids, whatever their source.
        measures: the parts of its quality.
        foreign_hosts: where its links lead that nothing names it was written from.
        spoken: what speaks to whoever asked for the text, and not to its readers.
        tags: HTML tags that the record does not contain.
        verified_by: the verifier; "" where none judged it, and `not_verified` says why.
        too_long: what to say of each block that is longer than its template allows.
    """

    claims: tuple[ClaimShown, ...]
    facts: FactsShown
    measures: tuple[Measure, ...]
    forbidden: tuple[ClaimShown, ...] = ()
    foreign_hosts: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    verified_by: str = ""
    not_verified: Message | None = None
    too_long: tuple[Message, ...] = ()

    @property
    def marked(self) -> tuple[ClaimShown, ...]:
        """Statements that the record contradicts or lacks."""
        return tuple(claim for claim in self.claims if claim.marked)

    @property
    def not_checked(self) -> int:
        """How many statements nobody has checked."""
        return sum(claim.verdict == "not_checked" for claim in self.claims)

    @property
    def score(self) -> float:
        """0 to 1: the measures' weighted mean; at most half of it while a statement is marked."""
        total = sum(measure.weight for measure in self.measures)
        mean = sum(measure.value * measure.weight for measure in self.measures) / total
        return mean / 2 if self.marked or self.forbidden else mean

    @property
    def flags(self) -> tuple[Message, ...]:
        """What is wrong with it, so that it is not to be passed off as finished."""
        found = [say("text_marked", text=one.text, why=one.message or one.reason) for one in self.marked]
        found += [say("claim_not_allowed", text=one.text, kind=say(f"claim_kind_{one.kind}")) for one in self.forbidden]
        found += [say("link_not_in_variables", host=host) for host in self.foreign_hosts]
        found += [say("text_speaks_to_its_user", text=one) for one in self.spoken]
        found += [say("html_tag_in_text", tag=tag) for tag in self.tags]
        found += self.too_long
        return tuple(found)

    @property
    def reasons(self) -> tuple[Message, ...]:
        """What lowers its quality, the worst first."""
        weak = sorted((measure for measure in self.measures if measure.value < 1), key=lambda one: one.value)
        reasons = [*self.flags, *(one.reason for one in weak if one.reason is not None)]
        return tuple({str(reason): reason for reason in reasons}.values())


def assess(
    blocks: Blocks, brief: Brief, *, reviews: Reviews = NO_REVIEWS, not_verified: Message | None = NO_VERIFIER
) -> Assessment:
    """What code can prove of a text; the rest of it is not checked."""
    text = plain(blocks)
    traced = prove(text, brief)
    claims = unchecked(text, traced, brief.sources)
    return _assessed(blocks, brief, traced, claims, reviews, not_verified=not_verified)


def assess_composed(blocks: Blocks, brief: Brief) -> Assessment:
    """What code says of a text that was made of the record, without a model.

    The body of a template is assessed as what it is, a text. A facts block is no prose: how many of the facts it
    states is all that is asked of it.
    """
    text = plain(blocks)
    traced = prove(text, brief)
    if not brief.template.body:
        facts = _facts(text, brief)
        proved = tuple(shown_claim for shown_claim in shown_claims(traced) if shown_claim.verdict == "proved")
        return Assessment(claims=proved, facts=facts, measures=(stated(facts.said, facts.of),))
    claims = tuple(shown_claim for shown_claim in shown_claims(traced) if shown_claim.verdict != "not_checked")
    return _assessed(blocks, brief, traced, claims, NO_REVIEWS)


async def assessed(
    blocks: Blocks, brief: Brief, verifier: TextModel | None, *, reviews: Reviews = NO_REVIEWS
) -> Assessment:
    """What code and a verifier say of a text; the text stays where the verifier fails.

    Raises:
        Cancelled: the run must stop.
    """
    return (await measured(blocks, brief, verifier, reviews=reviews))[0]


async def measured(
    blocks: Blocks,
    brief: Brief,
    verifier: TextModel | None,
    *,
    reviews: Reviews = NO_REVIEWS,
    waits: bool = False,
) -> tuple[Assessment, Usage]:
    """As `assessed`, with what the verifier took.

    Args:
        waits: whether a verifier that takes no requests now is asked again later, by the caller.

    Raises:
        Busy: it does, and that is waited for.
        Cancelled: the run must stop.
    """
    # In a thread: answers to others that are paid for by now must not wait to be kept.
    found = await asyncio.to_thread(assess, blocks, brief, reviews=reviews)
    try:
        return await _verified(verifier, blocks, brief, found, reviews=reviews)
    except UnusableAnswer as exc:
        return replace(found, not_verified=exc.message), exc.usage
    except (Temporary, Permanent) as exc:
        if waits and isinstance(exc, Busy):
            raise
        return replace(found, not_verified=exc.message), Usage()


async def _verified(
    verifier: TextModel | None, blocks: Blocks, brief: Brief, proved: Assessment, *, reviews: Reviews = NO_REVIEWS
) -> tuple[Assessment, Usage]:
    """What a verifier says of a text that code has assessed; as it was, with the reason, where it can't be asked."""
    text, language = plain(blocks), brief.template.language
    if verifier is None:
        return proved, Usage()
    if (length := len("\n".join(lines_of(brief.sources)))) > LONGEST_RECORD:
        why = say("data_too_long_to_verify", count=f"{length:,}", limit=f"{LONGEST_RECORD:,}")
        return replace(proved, not_verified=why), Usage()
    # Where they are in two, a line may say in the other one's words what the text says.
    alike = not is_another(brief.language) and not is_foreign(" ".join(one.text for one in brief.sources), language)
    judgements, usage = await judge(verifier, text, brief.sources, language, same_language=alike)
    if not any(judgement.verdict != "not_checked" for judgement in judgements):
        why = say("verifier_judged_nothing", model=verifier.name)
        return replace(proved, not_verified=why), usage
    traced = prove(text, brief)
    claims = judged(text, traced, judgements, brief.sources)
    return _assessed(blocks, brief, traced, claims, reviews, verified_by=verifier.name), usage


def _assessed(
    blocks: Blocks,
    brief: Brief,
    traced: Sequence[Traced],
    claims: tuple[ClaimShown, ...],
    reviews: Reviews,
    *,
    verified_by: str = "",
    not_verified: Message | None = None,
) -> Assessment:
    text = plain(blocks)
    forbidden = shown_claims([one for one in traced if _is_forbidden(one, brief)])
    hosts = dict.fromkeys(host for *_, host in foreign_links(text, brief.sources))
    facts = _facts(text, brief)
    tags = tuple(tag for tag in tags_in(text) if not any(tag in source.text for source in brief.sources))
    return Assessment(
        claims=claims,
        facts=facts,
        measures=measures(blocks, brief, claims, reviews=reviews),
        forbidden=forbidden,
        foreign_hosts=tuple(hosts),
        spoken=tuple(blocks[place].text for place in spoken(blocks, states_facts=facts.said > 0)),
        tags=tags,
        verified_by=verified_by,
        not_verified=not_verified,
        too_long=too_long(blocks, brief.template),
    )


def _is_forbidden(claim: Traced, brief: Brief) -> bool:
    """Whether the template forbids a claim whatever its source; what it asks for itself, it does not forbid."""
    if claim.unsupported or claim.claim.kind not in brief.template.forbidden:
        return False
    return claim.source is None or claim.source.name.partition(".")[0] not in brief.needed


def _facts(text: str, brief: Brief) -> FactsShown:
    found = facts_stated(text, brief)
    named = tuple(f"{where.partition('.')[0]}: {value[:_LONGEST_VALUE]}" for where, value in found.missing)
    return FactsShown(said=found.said, of=found.of, missing=named, not_checked=found.not_checked)


_LONGEST_VALUE = 120
