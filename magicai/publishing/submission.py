"""A submission: a piece on its way to its targets, its versions, and what people decided about them."""

from enum import StrEnum
from typing import Literal

from magicai.messages import Message
from magicai.publishing.draft import Draft, Payload, digest_of_all
from magicai.publishing.findings import Findings
from magicai.values.frozen import Frozen
from magicai.values.times import Moment

MOST_VERSIONS = 50
MOST_COMMENTS = 500
# Of 1, other rules blocked, and personal data was found by other patterns: kept as history.
REWARDS = 2
Verdict = Literal["approve", "reject", "change"]
Policy = Literal["review", "auto"]
MessageKind = Literal["tell", "remind", "escalate", "assign"]


class Status(StrEnum):
    """What became of a submission."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIAL = "partial"
    WITHDRAWN = "withdrawn"


# In which something of it may be public.
LIVE = (Status.PUBLISHING, Status.PUBLISHED, Status.PARTIAL)
# Which nobody has decided about as it is.
UNDECIDED = (Status.DRAFT, Status.PENDING_REVIEW)


class Version(Frozen):
    """One state of a piece, with what each target would get of it.

    Attributes:
        by: the user who made it; "" where its targets have changed, and nobody its words.
        run_id: the run that took it in; "" of one that a person edited.
        note: what was done, such as the rule whose suggestion was applied, or what has changed at targets, in English.
        changes: the codes of what has changed at targets.
    """

    number: int
    at: Moment
    by: str
    draft: Draft
    payloads: tuple[Payload, ...]
    run_id: str = ""
    note: str = ""
    changes: tuple[Message, ...] = ()

    @property
    def digest(self) -> str:
        """What a decision about it is bound to."""
        return digest_of_all(self.payloads)


class Decision(Frozen):
    """What a reviewer decided, and about which digest; `by` is None where the policy did."""

    at: Moment
    by: str | None
    verdict: Verdict
    digest: str
    reasons: str = ""


class Comment(Frozen):
    """What somebody said about a submission, or about characters of a field of it."""

    comment_id: str
    at: Moment
    by: str
    text: str
    field: str = ""
    start: int = 0
    end: int = 0


class Override(Frozen):
    """A finding that a reviewer says is none, or approves in spite of: its rule, its text, and why."""

    by: str
    at: Moment
    rule: str
    text: str
    reason: str = ""


class RuleReward(Frozen):
    """What a person made of a finding: 1 where it was right, 0 where it was a false alarm.

    Attributes:
        version: of what rules mean by a finding that blocks; only those of REWARDS count.
    """

    rule: str
    confidence: float
    value: float
    version: int = 1


class ReviewerMessage(Frozen):
    """A message to a reviewer that has not arrived yet; `to` is "" for those whom settings name."""

    to: str
    kind: MessageKind
    due_at: Moment
    tries: int = 0


class Submission(Frozen):
    """A piece on its way to its targets. Times are UTC microseconds.

    Attributes:
        source: the content_id of the generated text that it began as; "" of others.
        run_id: the latest run about it.
        clicks: the gateway's address for readers, which counts their clicks on notes; "" where they are not counted.
        asks: whether articles end with a link to where readers say whether they were helpful.
        writers: who has written versions of it since people last approved it.
        slot: the time of day that was chosen for it; when it is approved, it is put off until then.
        checked: the digest that `findings` are about; "" before the first check.
        publish_at: not before then; `zone` is in which time zone it was given.
        asked_at: since when a review is open.
        told: whether reviewers were told of it; `reminded`: how many reminders were due since; `escalated`: whether
            they were told that nobody decides.
        learned: what people made of findings of its versions.
        messages: those to reviewers that have not arrived yet.
        tries: how many runs in a row could not reach a target.
    """

    content_id: str
    owner_id: str
    created_at: Moment
    changed_at: Moment
    run_id: str
    source: str = ""
    targets: tuple[str, ...]
    status: Status = Status.DRAFT
    policy: Policy = "review"
    country: str = ""
    product_kind: str = ""
    publish_at: Moment | None = None
    zone: str = ""
    clicks: str = ""
    asks: bool = False
    slot: str = ""
    versions: tuple[Version, ...]
    writers: tuple[str, ...] = ()
    findings: Findings = Findings()
    checked: str = ""
    decisions: tuple[Decision, ...] = ()
    comments: tuple[Comment, ...] = ()
    overrides: tuple[Override, ...] = ()
    learned: tuple[RuleReward, ...] = ()
    assigned_to: str | None = None
    asked_at: Moment | None = None
    expires_at: Moment | None = None
    due_at: Moment | None = None
    told: bool = False
    reminded: int = 0
    escalated: bool = False
    messages: tuple[ReviewerMessage, ...] = ()
    tries: int = 0

    @property
    def latest(self) -> Version:
        """The present version."""
        return self.versions[-1]

    @property
    def submitted_by(self) -> str:
        """The user whose piece it is; of a policy's, the workspace."""
        return self.versions[0].by or self.owner_id

    @property
    def digest(self) -> str:
        """What a decision now would be bound to."""
        return self.latest.digest

    @property
    def is_checked(self) -> bool:
        """Whether the findings are about the present version."""
        return self.checked == self.digest

    @property
    def title(self) -> str:
        """The title, or how the text begins."""
        draft = self.latest.draft
        return draft.title or " ".join(draft.text.split())[:120]

    @property
    def authors(self) -> frozenset[str]:
        """Who had a hand in what nobody has approved yet."""
        return frozenset(self.writers)

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """Approvals of the present digest, one of each person, since the last objection."""
        found: dict[str | None, Decision] = {}
        for decision in self.decisions:
            if decision.digest == self.digest and decision.verdict == "approve":
                found.setdefault(decision.by, decision)
            elif decision.verdict != "approve":
                found.clear()
        return tuple(found.values())

    def counted(self, target: str) -> str:
        """The address that counts clicks on a target's post; "" where they are not counted."""
        return f"{self.clicks}/api/clicks/{self.content_id}/{target}" if self.clicks else ""

    def asked(self, target: str) -> str:
        """The address where readers of a target's post say whether it was helpful; "" where they are not asked."""
        return f"{self.clicks}/api/feedback/{self.content_id}/{target}" if self.clicks and self.asks else ""

    def version(self, number: int) -> Version | None:
        """The version of a number."""
        return next((one for one in self.versions if one.number == number), None)
