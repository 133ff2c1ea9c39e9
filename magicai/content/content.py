"""A text that was written, as the records keep it: its versions, and what people decided about it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal

from magicai.claims.reading import sentences
from magicai.content.answers import is_spoken
from magicai.content.assessment import Assessment, FactsShown
from magicai.content.statements import ClaimShown
from magicai.content.text import Blocks, markdown, plain
from magicai.messages import Message
from magicai.runs.run import JSON
from magicai.stores.entity import Entity
from magicai.values.frozen import Frozen
from magicai.values.times import Moment, now_us

KIND = "content"
SCHEMA_VERSION = 2
Word = Literal["good", "to_check", "flagged"]
MOST_VERSIONS = 50
_LONGEST_TITLE = 120
_MOST_REASONS = 10
_OF_VERSIONS = ("versions", "alternatives")


class State(StrEnum):
    """What became of a text; `flagged`: it is not good enough to be used unread."""

    DRAFT = "draft"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class MeasureShown(Frozen):
    """A part of the quality, 0 to 1, with what lowers it, in English and as its code."""

    name: str
    value: float
    reason: str = ""
    message: Message | None = None
    place: tuple[int, int] | None = None


class QualityShown(Frozen):
    """How good a text is, 0 to 1 and in a word, and why not better.

    Attributes:
        word: `flagged` where something is wrong with it; `to_check` where nobody has checked all of it.
        reason_messages: the codes of `reasons`, in their order; none of texts of earlier versions.
    """

    score: float
    word: Word = "to_check"
    reasons: tuple[str, ...] = ()
    reason_messages: tuple[Message, ...] = ()
    parts: tuple[MeasureShown, ...] = ()


class Version(Frozen):
    """One state of a text.

    Attributes:
        number: 1, 2, 3 ...; of an alternative, which of the drafts it is.
        by: a model's name, `composer` of a facts block, `template` of the body of a template, or `user`.
        flags: what is wrong with it, in English; `flag_messages` are their codes, in this order. As of `not_verified`
            and `instead_of`, texts of earlier versions have no codes.
        facts: how many of its facts it states.
        verified_by: the verifier that judged its statements; "" where none did.
        not_verified: why none did.
        editor: the user who edited it; "" of what a model wrote.
        note: what was asked for, such as `shorter`; "" of a first or an edited version.
        missing: claims of the version before that it does not make any more.
        cost: of its calls, in US dollars; None where it is unknown.
        dropped: of texts of earlier releases: sentences that were taken out.
        instead_of: of a facts block: why it stands in for a model's text.
    """

    number: int
    at: Moment
    by: str
    blocks: Blocks
    claims: tuple[ClaimShown, ...]
    quality: QualityShown
    flags: tuple[str, ...] = ()
    flag_messages: tuple[Message, ...] = ()
    facts: FactsShown = FactsShown()
    verified_by: str = ""
    not_verified: str = ""
    not_verified_message: Message | None = None
    editor: str = ""
    note: str = ""
    missing: tuple[str, ...] = ()
    cost: float | None = None
    dropped: tuple[str, ...] = ()
    instead_of: str = ""
    instead_of_message: Message | None = None

    @property
    def not_checked(self) -> int:
        """How many of its statements nobody has checked."""
        return sum(claim.verdict == "not_checked" for claim in self.claims)


class Decision(Frozen):
    """What somebody decided about the present version of a text.

    Attributes:
        by: the user.
        before: what it was before, which it becomes again where the decision is undone.
        despite: the findings that were open when it was accepted nevertheless, in English.
    """

    by: str
    at: Moment
    before: State
    despite: tuple[str, ...] = ()


class Content(Frozen):
    """A text with its versions, the first to the present one.

    Attributes:
        run_id, item: the run that wrote it, and the key of its row there.
        quality_bar: below which its run flags a text, 0..1.
        alternatives: all drafts of its row, where several were asked for, numbered from 1; the best is the first
            version.
        translation_of: the content_id of the text that it translates; "" of others.
        voice: the name of the owner's voice that it was written in; "" of others.
        sku: of the product that it is about; "" where its row named none.
        decision: the last one about its present version; None where nobody decided, or an earlier release was told.
    """

    content_id: str
    owner_id: str
    run_id: str
    item: str
    content_type: str
    language: str
    variables: JSON
    state: State
    versions: tuple[Version, ...]
    alternatives: tuple[Version, ...] = ()
    reasons: tuple[str, ...] = ()
    quality_bar: float = 0.0
    translation_of: str = ""
    voice: str = ""
    sku: str = ""
    decision: Decision | None = None

    @property
    def latest(self) -> Version:
        """The present version."""
        return self.versions[-1]

    @property
    def product(self) -> str:
        """The name of the product, or of what else it is about; "" where its variables have none."""
        name = self.variables.get("name")
        return name[:_LONGEST_TITLE] if isinstance(name, str) else ""

    @property
    def title(self) -> str:
        """Its first sentence for readers, or what there is of it."""
        said = [block.text for block in self.latest.blocks[:2]]
        said += [text for text in self.variables.values() if isinstance(text, str)]
        every = (sentence.text for text in said for sentence in sentences(text))
        first = next((one for one in every if not is_spoken(one)), self.content_type)
        return first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"


def row_key(number: int) -> str:
    """The key of a row of a run, by its number from 1."""
    return f"{number:06}"


def id_of(run_id: str, key: str) -> str:
    """The id of the text that a run writes for a row."""
    return f"{run_id}-{key}"


def shown_quality(found: Assessment, bar: float) -> QualityShown:
    """An assessment as JSON; a text below the bar, or one that nobody has checked in full, is to be checked."""
    parts = tuple(
        MeasureShown(
            name=measure.name,
            value=round(measure.value, 3),
            reason=str(measure.reason or ""),
            message=measure.reason,
            place=measure.place,
        )
        for measure in found.measures
    )
    reasons = found.reasons[:_MOST_REASONS]
    good = not found.not_checked and not found.facts.missing and found.score >= bar
    word: Word = "flagged" if found.flags else "good" if good else "to_check"
    return QualityShown(
        score=round(found.score, 3),
        word=word,
        reasons=tuple(map(str, reasons)),
        reason_messages=reasons,
        parts=parts,
    )


def version_from(
    blocks: Blocks,
    by: str,
    found: Assessment,
    *,
    bar: float,
    number: int = 1,
    editor: str = "",
    note: str = "",
    missing: Sequence[str] = (),
    cost: float | None = None,
) -> Version:
    """A state of a text, as it was assessed now."""
    return Version(
        number=number,
        at=now_us(),
        by=by,
        blocks=blocks,
        claims=found.claims,
        quality=shown_quality(found, bar),
        flags=tuple(map(str, found.flags)),
        flag_messages=found.flags,
        facts=found.facts,
        verified_by=found.verified_by,
        not_verified=str(found.not_verified or ""),
        not_verified_message=found.not_verified,
        editor=editor,
        note=note,
        missing=tuple(missing),
        cost=cost,
    )


def content_entity(content: Content) -> Entity:
    """A text as the records keep it, and search and vectors show it."""
    return Entity(
        kind=KIND,
        entity_id=content.content_id,
        owner_id=content.owner_id,
        title=content.title,
        text=plain(content.latest.blocks),
        language=content.language,
        data={"schema_version": SCHEMA_VERSION, **content.model_dump(mode="json")},
        stores=("search", "vectors", "cache"),
        state=content.state,
        facets={"content_type": (content.content_type,), "written_by": (content.latest.by,)},
    )


def content_in(entity: Entity) -> Content:
    """The text of an entity; one that an earlier release stored is converted."""
    if entity.data.get("schema_version") != 1:
        return entity.as_model(Content)
    data = {**entity.data, **{name: [_upcast(one) for one in entity.data.get(name, ())] for name in _OF_VERSIONS}}
    return Content.model_validate({name: value for name, value in data.items() if name != "schema_version"})


def _upcast(version: dict[str, Any]) -> dict[str, Any]:
    """A version of schema version 1.

    Its claims were true, unsure or without a source, its score meant more, and what was made without a model was
    the prose of a template.
    """
    flags = version.get("flags") or ()
    return {
        **version,
        "by": "template" if version["by"] == "composer" else version["by"],
        "claims": [_upcast_claim(one) for one in version["claims"]],
        "quality": {**version["quality"], "word": "flagged" if flags else "to_check"},
    }


def _upcast_claim(claim: dict[str, Any]) -> dict[str, Any]:
    unsure = "not_in_record" if claim.get("certain", True) else "not_checked"
    return {**claim, "verdict": unsure if claim.get("reason") else "proved"}


def as_markdown(content: Content) -> str:
    """Its present version as Markdown."""
    return markdown(content.latest.blocks)
