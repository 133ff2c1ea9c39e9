"""A text that was written, as the records keep it: its versions, and what people decided about it."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.claims.claim import Traced
from magicai.claims.reading import sentences
from magicai.content.assessment import Assessment
from magicai.content.text import Blocks, markdown, plain
from magicai.runs.run import JSON
from magicai.stores.entity import Entity
from magicai.values.times import Moment

KIND = "content"
MOST_VERSIONS = 50
_LONGEST_TITLE = 120


class State(StrEnum):
    """What became of a text; `flagged`: it is not good enough to be used unread."""

    DRAFT = "draft"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class ClaimShown(_Model):
    """A claim in a text: what it says, where, and where it comes from.

    Attributes:
        start, end: characters of the plain text.
        source: the variable that states it, or what it follows from; "" where nothing does.
        reason: why it has no source.
        certain: False where that is only unverified: it may be worked out or said in other words.
    """

    kind: str
    text: str
    start: int
    end: int
    source: str = ""
    source_text: str = ""
    reason: str = ""
    certain: bool = True


class MeasureShown(_Model):
    """A part of the quality, 0 to 1, with what lowers it."""

    name: str
    value: float
    reason: str = ""
    place: tuple[int, int] | None = None


class QualityShown(_Model):
    """How good a text is, 0 to 1, and why not better."""

    score: float
    reasons: tuple[str, ...] = ()
    parts: tuple[MeasureShown, ...] = ()


class Version(_Model):
    """One state of a text.

    Attributes:
        number: 1, 2, 3 ...
        by: a model's name, `composer`, or `user`.
        note: what was asked for, such as `shorter`; "" of a first or an edited version.
        missing: claims of the version before that it does not make any more.
        instead_of: the model whose text this is not, and why.
    """

    number: int
    at: Moment
    by: str
    blocks: Blocks
    claims: tuple[ClaimShown, ...]
    quality: QualityShown
    flags: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    note: str = ""
    instead_of: str = ""
    missing: tuple[str, ...] = ()


class Content(_Model):
    """A text with its versions, the first to the present one.

    Attributes:
        run_id, item: the run that wrote it, and the key of its row there.
        quality_bar: below which its run flags a text, 0..1.
        translation_of: the content_id of the text that it translates; "" of others.
        voice: the name of the owner's voice that it was written in; "" of others.
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
    reasons: tuple[str, ...] = ()
    quality_bar: float = 0.0
    translation_of: str = ""
    voice: str = ""

    @property
    def latest(self) -> Version:
        """The present version."""
        return self.versions[-1]

    @property
    def title(self) -> str:
        """Its first sentence, or what there is of it."""
        first = self.latest.blocks[0].text if self.latest.blocks else self.content_type
        first = next((one.text for one in sentences(first)), first)
        return first if len(first) <= _LONGEST_TITLE else f"{first[: _LONGEST_TITLE - 1]}…"


def row_key(number: int) -> str:
    """The key of a row of a run, by its number from 1."""
    return f"{number:06}"


def id_of(run_id: str, key: str) -> str:
    """The id of the text that a run writes for a row."""
    return f"{run_id}-{key}"


def shown_claims(claims: Sequence[Traced]) -> tuple[ClaimShown, ...]:
    """Claims as JSON."""
    return tuple(
        ClaimShown(
            kind=str(one.claim.kind),
            text=one.claim.text,
            start=one.claim.start,
            end=one.claim.end,
            source=one.source.name if one.source else one.derivation,
            source_text=one.source.text if one.source else "",
            reason=one.reason,
            certain=one.certain,
        )
        for one in claims
    )


def shown_quality(found: Assessment) -> QualityShown:
    """An assessment's measures as JSON."""
    parts = tuple(
        MeasureShown(name=one.name, value=round(one.value, 3), reason=one.reason, place=one.place)
        for one in found.measures
    )
    return QualityShown(score=round(found.score, 3), reasons=found.reasons[:10], parts=parts)


def content_entity(content: Content) -> Entity:
    """A text as the records keep it, and search and vectors show it."""
    return Entity(
        kind=KIND,
        entity_id=content.content_id,
        owner_id=content.owner_id,
        title=content.title,
        text=plain(content.latest.blocks),
        language=content.language,
        data={"schema_version": 1, **content.model_dump(mode="json")},
        stores=("search", "vectors", "cache"),
        state=content.state,
        facets={"content_type": (content.content_type,), "written_by": (content.latest.by,)},
    )


def content_in(entity: Entity) -> Content:
    """The text of an entity."""
    return entity.as_model(Content)


def as_markdown(content: Content) -> str:
    """Its present version as Markdown."""
    return markdown(content.latest.blocks)
