"""What goes in and out of operations on reviews."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, Field

from magicai.errors import MagicError
from magicai.messages import Message
from magicai.paging import Page
from magicai.publishing.adapting import WITH_CANONICAL, longest_note, shown_length
from magicai.publishing.draft import Account, Article, Draft, Note, Payload
from magicai.publishing.findings import Finding, NotChecked
from magicai.publishing.ports import StoredSubmission
from magicai.publishing.posts import Post, live_versions
from magicai.publishing.submission import Status, Submission, Verdict
from magicai.shapes.base import Body, Shown, UserName
from magicai.shapes.subjects.publishing_targets import PostShown
from magicai.values.times import Moment

_LONGEST_REASON = 5_000
_MOST_AT_ONCE = 200


class ReviewShown(Shown):
    """A submission in short."""

    content_id: str
    run_id: str
    title: str
    status: Status
    digest: str = Field(description="What a decision is bound to.")
    submitted_by: UserName
    targets: list[str]
    blocking: int = Field(description="Findings that need a decision.")
    notes: int = Field(description="Other findings.")
    assigned_to: UserName | None = Field(description="Name of the reviewer.")
    created_at: Moment
    changed_at: Moment
    publish_at: Moment | None
    expires_at: Moment | None


class ReviewList(Page[ReviewShown]):
    """Submissions, oldest first."""


class ReviewCounts(BaseModel):
    """How many submissions there are, by status."""

    counts: dict[str, int]


class ReviewVersion(Shown):
    """One version of a submission."""

    number: int
    at: Moment
    by: UserName = Field(description="Name of the user; empty if a target changed, and nobody the text.")
    note: str = Field(description="What was done, or has changed at a target.")
    changes: list[Message] = Field(description="The codes of what has changed at targets.")
    draft: Draft


class DecisionShown(Shown):
    """What a reviewer decided."""

    at: Moment
    by: UserName = Field(description="Name of the reviewer; empty if the policy decided.")
    decision: Verdict = Field(validation_alias=AliasChoices("decision", "verdict"))
    digest: str
    reasons: str


class CommentShown(Shown):
    """What somebody said about a submission."""

    at: Moment
    by: UserName
    text: str
    field: str
    start: int
    end: int


class FindingNumbered(Finding):
    """A finding, with its number (the first is 1) and whether a reviewer has overridden it."""

    number: int
    overridden: bool
    reason: str = Field(description="Why the piece was approved in spite of it.")


class PayloadShown(BaseModel):
    """What a target gets."""

    target: str
    platform: str
    address: str
    user: str = Field(description="Whom the target signs in as.")
    options: dict[str, str]
    link: str = Field(description="Where the link leads, also where clicks are counted.")
    body: Article | Note = Field(discriminator="form")
    characters: int = Field(description="How long it is, as the platform counts.")
    most_characters: int | None = Field(description="The platform's limit; null if it has none.")
    canonical: str = Field(description="The address that its page names as the original; empty if none.")
    notes: list[str] = Field(description="What was changed to fit the platform.")
    note_messages: list[Message] = Field(description="The codes of `notes`, in their order; empty if they have none.")

    @classmethod
    def of(cls, one: Payload) -> "PayloadShown":
        """The shape of a payload."""
        account, body = one.account or Account(), one.body
        return cls(
            target=one.target,
            platform=one.platform,
            address=one.address,
            user=account.user,
            options=account.options,
            link=one.link,
            body=body,
            characters=shown_length(body.text, one.platform),
            most_characters=longest_note(one.platform, account.options) if body.form == "note" else None,
            canonical=body.link if one.platform in WITH_CANONICAL else "",
            notes=[*one.notes],
            note_messages=[*one.note_messages],
        )


class ReviewWhole(BaseModel):
    """A submission with all that a reviewer needs."""

    content_id: str
    run_id: str
    title: str
    status: Status
    digest: str
    row: int = Field(description="Send it with a change, so that nobody's work is lost.")
    submitted_by: str
    draft: Draft
    targets: list[str]
    payloads: list[PayloadShown]
    checked: bool = Field(description="Whether the findings are about this version.")
    running: bool = Field(description="Whether a run about it is in progress, which may check it again.")
    findings: list[FindingNumbered]
    not_checked: list[NotChecked]
    versions: list[ReviewVersion]
    decisions: list[DecisionShown]
    approvals: int
    approvals_needed: int
    comments: list[CommentShown]
    posts: list[PostShown]
    live: dict[str, int] = Field(description="Number of the version that is online, by target.")
    assigned_to: str | None
    publish_at: Moment | None
    zone: str
    expires_at: Moment | None
    may_decide: bool = Field(description="Whether you may decide about it.")
    why_not: str = Field(description="Why you may not; empty if you may.")
    why_not_message: Message | None = Field(description="What `why_not` says.")

    @classmethod
    def whole(
        cls,
        kept: StoredSubmission,
        names: Mapping[str, str],
        posts: list[Post],
        *,
        needed: int,
        refused: MagicError | None,
        running: bool,
    ) -> "ReviewWhole":
        """The shape of a submission.

        Args:
            refused: why who asks may not decide about it.
        """
        one = kept.submission
        return cls(
            content_id=one.content_id,
            run_id=one.run_id,
            title=one.title,
            status=one.status,
            digest=one.digest,
            row=kept.row,
            submitted_by=names.get(one.submitted_by, ""),
            draft=one.latest.draft,
            targets=[*one.targets],
            payloads=[PayloadShown.of(payload) for payload in one.latest.payloads],
            checked=one.is_checked,
            running=running,
            findings=_numbered(one),
            not_checked=[*one.findings.not_checked],
            versions=[ReviewVersion.model_validate(version, context=names) for version in one.versions],
            decisions=[DecisionShown.model_validate(decision, context=names) for decision in one.decisions],
            approvals=len(one.approvals),
            approvals_needed=needed,
            comments=[CommentShown.model_validate(comment, context=names) for comment in one.comments],
            posts=[PostShown.of(post) for post in posts],
            live=live_versions(one, posts),
            assigned_to=None if one.assigned_to is None else names.get(one.assigned_to, ""),
            publish_at=one.publish_at,
            zone=one.zone,
            expires_at=one.expires_at,
            may_decide=refused is None,
            why_not=str(refused or ""),
            why_not_message=refused and refused.said,
        )


def _numbered(one: Submission) -> list[FindingNumbered]:
    told = {(said.rule, said.text): said.reason for said in one.overrides}
    return [
        FindingNumbered(
            **found.model_dump(),
            number=number,
            overridden=(found.rule, found.text) in told,
            reason=told.get((found.rule, found.text), ""),
        )
        for number, found in enumerate(one.findings.found, 1)
    ]


class ReviewDecision(Body):
    """A decision about what has this digest."""

    decision: Verdict
    digest: str = Field(max_length=64, description="`digest` of what you looked at. An edit changes it.")
    reasons: str = Field(
        default="",
        max_length=_LONGEST_REASON,
        description="Required to reject, to ask for changes, and to approve in spite of findings that block.",
    )


class DecidedOne(Body):
    """One of several submissions."""

    content_id: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class ReviewDecisions(Body):
    """One decision about several submissions."""

    decision: Literal["approve", "reject"]
    reasons: str = Field(default="", max_length=_LONGEST_REASON)
    items: list[DecidedOne] = Field(min_length=1, max_length=_MOST_AT_ONCE)


class DecidedShown(BaseModel):
    """What became of one of several submissions."""

    content_id: str
    status: Status | None = Field(description="null if the decision does not count.")
    problem: str = Field(description="Why it does not count; empty if it does.")
    problem_message: Message | None = Field(default=None, description="What `problem` says.")


class DecidedList(BaseModel):
    """What became of several submissions."""

    items: list[DecidedShown]


class DueDone(BaseModel):
    """What was due, and is done."""

    count: int = Field(description="Submissions.")


class ReviewEdit(Body):
    """New words for some fields of a submission."""

    fields: dict[str, Annotated[str, Field(max_length=1_000_000)]] = Field(
        description="title, text, summary, tags, link, media.0.alt ...", max_length=30
    )
    row: int | None = Field(default=None, description="`row` of what you edited.")


class ReviewComment(Body):
    """A comment."""

    text: str = Field(min_length=1, max_length=_LONGEST_REASON)
    field: str = Field(default="", max_length=40, description="The field it is about.")
    start: int = Field(default=0, ge=0, description="The first character it is about.")
    end: int = Field(default=0, ge=0)


class ReviewAssignment(Body):
    """Who should decide."""

    name: str | None = Field(default=None, max_length=64, description="Name of a reviewer; null for nobody.")


class ReviewSchedule(Body):
    """When to publish."""

    publish_at: Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"})] | None = Field(
        default=None, description="ISO 8601; null: as soon as it is approved."
    )
    zone: str = Field(
        default="", max_length=60, description="Time zone of a time without an offset, such as Europe/Berlin."
    )

    @property
    def moment(self) -> datetime | None:
        """The time.

        Raises:
            ValueError: it is not ISO 8601.
        """
        return None if self.publish_at is None else datetime.fromisoformat(self.publish_at)


class ReviewReason(Body):
    """Why."""

    reason: str = Field(default="", max_length=_LONGEST_REASON)


class ReviewRow(Body):
    """What was looked at."""

    row: int | None = Field(default=None, description="`row` of what you looked at.")
