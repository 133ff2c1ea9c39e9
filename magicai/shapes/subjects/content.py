"""What goes in and out of the routes about content and templates."""

from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from magicai.content.assessment import FactsShown
from magicai.content.content import Content, QualityShown, State, Version, Word
from magicai.content.editing import StoredContent
from magicai.content.rewriting import Rewriting, TargetLanguage, Wish
from magicai.content.statements import ClaimShown
from magicai.content.template import LARGEST, Language, Template
from magicai.content.text import Block, as_html, written
from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.run import JSON
from magicai.shapes.base import Body
from magicai.values.times import Moment

DESPITE = "Whether also with open findings. Without it, they refuse it. It is recorded in the audit log."


class VersionShown(BaseModel):
    """One version of a text."""

    number: int
    at: Moment
    by: str = Field(description="A model's name, composer (a facts block), template (the body of a template), or user.")
    text: str = Field(description="As it is edited: # before a heading, - before an item.")
    note: str = Field(description="What was asked for, such as shorter, or paragraph 2.")
    score: float

    @classmethod
    def of(cls, version: Version) -> "VersionShown":
        """The shape of a version."""
        return cls(
            number=version.number,
            at=version.at,
            by=version.by,
            text=written(version.blocks),
            note=version.note,
            score=version.quality.score,
        )


class ContentShown(BaseModel):
    """A text in short."""

    content_id: str
    run_id: str
    content_type: str
    language: str
    state: State
    title: str
    product: str = Field(description="The name of what it is about; empty if its variables have none.")
    sku: str = Field(description="Of that product; empty if its row named none.")
    written_by: str
    score: float
    word: Word = Field(description="The quality in a word: good, to_check or flagged.")
    flags: list[str] = Field(description="What is wrong with it.")
    flag_messages: list[Message] = Field(description="The codes of `flags`, in their order; empty if they have none.")
    not_checked: int = Field(description="How many of its statements nobody has checked.")
    facts: FactsShown = Field(description="How many of the facts that were given it states.")
    created_at: Moment

    @classmethod
    def of(cls, content: Content) -> "ContentShown":
        """The shape of a text in short."""
        latest = content.latest
        return cls(
            content_id=content.content_id,
            run_id=content.run_id,
            content_type=content.content_type,
            language=content.language,
            state=content.state,
            title=content.title,
            product=content.product,
            sku=content.sku,
            written_by=latest.by,
            score=latest.quality.score,
            word=latest.quality.word,
            flags=[*latest.flags],
            flag_messages=[*latest.flag_messages],
            not_checked=latest.not_checked,
            facts=latest.facts,
            created_at=content.versions[0].at,
        )


class ContentList(Page[ContentShown]):
    """Texts, the newest first."""


class ContentWhole(ContentShown):
    """A text with its claims, quality and versions."""

    row: int = Field(description="Give it with a change, so that nobody's work is lost.")
    text: str = Field(description="As it is edited: # before a heading, - before an item.")
    plain: str = Field(description="What places of claims count in, in characters.")
    html: str
    variables: JSON
    claims: list[ClaimShown]
    quality: QualityShown
    blocks: list[Block] = Field(description="The text in parts; places count an empty line between them.")
    verified_by: str = Field(description="The verifier that judged its statements; empty if none did.")
    not_verified: str = Field(description="Why no verifier judged it.")
    not_verified_message: Message | None = Field(description="What `not_verified` says.")
    instead_of: str = Field(description="Of a facts block: why it stands in for a model's text.")
    instead_of_message: Message | None = Field(description="What `instead_of` says.")
    dropped: list[str] = Field(description="Sentences that an earlier release removed.")
    missing: list[str] = Field(description="Claims of the version before that this one does not make.")
    reasons: list[str] = Field(description="Why it was rejected.")
    accepted_despite: list[str] = Field(description="Findings that were open when it was accepted.")
    translation_of: str = Field(description="The content_id of the text that it translates; empty for others.")
    voice: str = Field(description="The name of the voice that it was written in; empty: none.")
    drafts: int = Field(description="How many drafts there are; 0 where one was asked for.")
    versions: list[VersionShown]

    @classmethod
    def whole(cls, kept: StoredContent) -> "ContentWhole":
        """The shape of a text."""
        content, latest = kept.content, kept.content.latest
        return cls(
            **ContentShown.of(content).model_dump(),
            row=kept.row,
            text=written(latest.blocks),
            plain="\n\n".join(block.text for block in latest.blocks),
            html=as_html(latest.blocks),
            variables=content.variables,
            claims=[*latest.claims],
            quality=latest.quality,
            blocks=[*latest.blocks],
            verified_by=latest.verified_by,
            not_verified=latest.not_verified,
            not_verified_message=latest.not_verified_message,
            instead_of=latest.instead_of,
            instead_of_message=latest.instead_of_message,
            dropped=[*latest.dropped],
            missing=[*latest.missing],
            reasons=[*content.reasons],
            accepted_despite=[*content.decision.despite] if content.decision else [],
            translation_of=content.translation_of,
            voice=content.voice,
            drafts=len(content.alternatives),
            versions=[VersionShown.of(version) for version in content.versions],
        )


class EditedText(Body):
    """A text as its user wants it."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)]
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None


class RewrittenText(Body):
    """How a text is to be rewritten."""

    wish: Annotated[Wish, Field(description="translate: into another language, as a text of its own.")]
    language: TargetLanguage = ""
    paragraph: Annotated[int, Field(ge=1, le=1_000, description="Which one, for paragraph: 1 is the first block.")] = 1
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the installation's.")] = ""
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None

    @property
    def rewriting(self) -> Rewriting:
        """What the use case takes."""
        return Rewriting(wish=self.wish, language=self.language, paragraph=self.paragraph, model=self.model)


class ContentRejection(Body):
    """Why a text is rejected."""

    reason: Annotated[str, Field(max_length=500)] = ""
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None


class ContentAcceptance(Body):
    """A text that is accepted."""

    despite_findings: Annotated[bool, Field(description=DESPITE)] = False
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None


class TemplateShown(BaseModel):
    """A template; `content_type` is what a request calls it."""

    content_type: str
    language: Language
    title: str
    description: str
    own: bool
    variables: JSON = Field(description="JSON Schema of all variables.")
    source: str | None = Field(description="Of one's own templates, and of a single one.")

    @classmethod
    def of(cls, template: Template, *, own: bool, source: str | None = None) -> "TemplateShown":
        """The shape of a template."""
        return cls(
            content_type=f"own:{template.name}" if own else template.name,
            language=template.language,
            title=template.title,
            description=template.description,
            own=own,
            variables=template.request_schema,
            source=source,
        )


class TemplateList(Page[TemplateShown]):
    """Templates by name."""


class SavedTemplate(TemplateShown):
    """A template of one's own as it was saved."""

    version: int


class NewTemplate(Body):
    """A template of one's own."""

    source: Annotated[str, Field(min_length=1, max_length=LARGEST, description="Front matter and text.")]


class TemplatePreview(Body):
    """A template, and what to fill it with."""

    source: Annotated[str, Field(min_length=1, max_length=LARGEST, description="Front matter and text.")]
    variables: Annotated[
        dict[str, JsonValue], Field(description="Where none are given: its example's, or their titles.")
    ] = {}  # noqa: RUF012 - a field


class PreviewShown(BaseModel):
    """What a template makes of variables."""

    text: str
    html: str
    blocks: list[Block]
    claims: list[ClaimShown]
    quality: QualityShown
