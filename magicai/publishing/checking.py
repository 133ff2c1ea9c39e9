"""Checks a submission with all that is known about its owner: texts, brands, sources, and what reviewers decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

from magicai.claims.sources import Source, sources_of
from magicai.content.content import KIND as CONTENT
from magicai.content.content import content_in
from magicai.errors import Invalid, NotFound
from magicai.publishing.checks import check
from magicai.publishing.checks.check import Looks
from magicai.publishing.checks.context import Context, Country, ProductKind, country_of
from magicai.publishing.checks.copied import remember
from magicai.publishing.checks.copied.gathering import gather
from magicai.publishing.checks.ports import KnownText
from magicai.publishing.checks.sensitive.lists import read_words
from magicai.publishing.checks.thresholds import Reward, thresholds
from magicai.publishing.findings import Findings
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.submission import REWARDS, Submission

_LATEST = 100  # submissions whose decisions move thresholds
_KINDS = frozenset(get_args(ProductKind))


@dataclass(frozen=True)
class House:
    """What settings say for everybody: names as they are spelled, words that are not written, what needs a person."""

    brands: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    needs_person: frozenset[str] = frozenset()


def house_of(brands: Sequence[str], words: Path | None, needs_person: Sequence[str] = ()) -> House:
    """What settings say.

    Raises:
        Invalid: the file of words cannot be read.
    """
    if words is None:
        return House(tuple(brands), needs_person=frozenset(needs_person))
    try:
        return House(tuple(brands), read_words(words.read_text(encoding="utf-8-sig")), frozenset(needs_person))
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid("sensitive_words_not_readable", path=words, reason=exc) from exc


async def check_submission(
    submission: Submission, publishing: PublishingRecords, others: Mapping[str, Looks], house: House
) -> Findings:
    """Make every check of the present version, and keep it for the comparison with later ones."""
    known, owner_id = publishing.known_texts, submission.owner_id
    await gather(publishing, known, owner_id)
    # Not compared with itself: an edited version is like the one before.
    await known.forget(owner_id, "published", submission.content_id)
    piece = submission.latest.draft.piece
    found = await check(piece, await context_of(submission, publishing, house), others)
    text = "\n\n".join(one for one in piece.fields.values() if one.strip())
    await remember(known, owner_id, KnownText("published", submission.content_id, submission.title, text))
    return found


async def context_of(submission: Submission, publishing: PublishingRecords, house: House) -> Context:
    """What a submission is checked against."""
    kind = submission.product_kind
    return Context(
        owner_id=submission.owner_id,
        countries=_countries(submission.country),
        product_kind=cast("ProductKind", kind if kind in _KINDS else "general"),
        brands=house.brands,
        words=house.words,
        sources=await _sources(submission, publishing),
        needs_person=house.needs_person,
        thresholds=thresholds(await _rewards(submission.owner_id, publishing)),
    )


def _countries(name: str) -> tuple[Country, ...]:
    """Whose rules apply; all of them where nobody named a country, or one of before that is not known."""
    try:
        return (country_of(name),) if name else ()
    except Invalid:
        return ()


async def _sources(submission: Submission, publishing: PublishingRecords) -> tuple[Source, ...]:
    """The variables that a generated text was written from."""
    if not submission.source:
        return ()
    try:
        kept = await publishing.entities.get(CONTENT, submission.source, owner_id=submission.owner_id)
    except NotFound:
        return ()
    return sources_of(content_in(kept.entity).variables) if kept.entity else ()


async def _rewards(owner_id: str, publishing: PublishingRecords) -> list[Reward]:
    """What people made of findings in the latest submissions."""
    found: list[Reward] = []
    for one in await publishing.submissions.listed(owner_id=owner_id, limit=_LATEST, newest_first=True):
        kept = await publishing.submissions.get(one.content_id, owner_id=owner_id)
        learned = (said for said in kept.submission.learned if said.version == REWARDS)
        found += [Reward(said.rule, said.confidence, said.value) for said in learned]
    return found
