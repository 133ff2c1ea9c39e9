"""Who may decide about a submission, and when it is approved: what settings say, as plain rules."""

from dataclasses import dataclass

from magicai.accounts.identity import Caller, WorkspaceRole
from magicai.errors import Conflict, Refused
from magicai.messages import Message, say
from magicai.publishing.submission import Status, Submission
from magicai.values.quiet_hours import Quiet, end_of_quiet
from magicai.values.times import HOUR_US

_CLOSED = {
    Status.APPROVED: "submission_approved",
    Status.PUBLISHING: "submission_being_published",
    Status.PUBLISHED: "submission_published",
    Status.PARTIAL: "submission_partly_published",
    Status.REJECTED: "submission_rejected",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What settings say about reviews.

    Attributes:
        approvals: how many people must approve.
        own: whether whoever submitted or edited something, since people last approved it, may approve it.
        auto: whether a submission that asks for it is approved without a person where all checks pass.
        expire_hours: after how long an open review ends undecided.
        remind_hours: after how long reviewers are reminded, again and again; `escalate_hours`: when admins are told.
        quiet: the hours in `zone` in which the reviewer who is written to receives nothing; None: there are none.
    """

    approvals: int = 1
    own: bool = True
    auto: bool = False
    expire_hours: float = 168.0
    remind_hours: float = 8.0
    escalate_hours: float = 24.0
    quiet: Quiet | None = None
    zone: str = "UTC"


def after_quiet(moment: int, rules: Rules) -> int:
    """The moment, or when the quiet hours end that it falls into; UTC microseconds."""
    return end_of_quiet(moment, rules.quiet, rules.zone)


def must_review(caller: Caller) -> None:
    """Let a reviewer pass.

    Raises:
        Refused: they are none in the workspace.
    """
    if not caller.workspace_role.covers(WorkspaceRole.REVIEWER):
        raise Refused(
            "workspace_role_insufficient",
            name=caller.user.name,
            role=caller.workspace_role.called,
            required=WorkspaceRole.REVIEWER.called,
            way_out="ask_reviewer",
        )


def may_decide(submission: Submission, caller: Caller, rules: Rules) -> None:
    """Let a person pass who may decide about this.

    Raises:
        Refused: they may not; says why.
    """
    must_review(caller)
    if not rules.own and caller.user.user_id in submission.authors:
        raise Refused("self_review_not_allowed")


def must_be_open(submission: Submission, digest: str, named: str) -> None:
    """Let a decision pass that is about what is there now.

    Args:
        digest: what the decision is about.
        named: who decided last, for people; "" where nobody did.

    Raises:
        Conflict: it was decided, has changed, is being checked, was withdrawn or has expired; says which, and by whom.
    """
    if submission.status is not Status.PENDING_REVIEW:
        raise Conflict(why_closed(submission, named))
    if submission.digest != digest:
        raise Conflict("reviewed_submission_changed")
    if not submission.is_checked:
        raise Conflict("checks_incomplete")


def why_closed(submission: Submission, named: str = "") -> Message:
    """Why a submission that does not wait for a decision takes none.

    Args:
        named: who decided last, for people; "" where nobody did.
    """
    by = say("by_user", user=named) if named else ""
    if submission.status is Status.WITHDRAWN:
        return say("submission_already_withdrawn")
    return say(_CLOSED.get(submission.status) or _why_draft(submission), by=by)


def _why_draft(submission: Submission) -> str:
    last = submission.decisions[-1] if submission.decisions else None
    if last is not None and last.verdict == "change" and last.digest == submission.digest:
        return "submission_changes_requested"
    if submission.expires_at is not None and submission.asked_at is None:
        return "review_expired"
    return "submission_being_checked"


def approved_without_people(submission: Submission, rules: Rules) -> bool:
    """Whether it is approved by its checks alone."""
    return rules.auto and submission.policy == "auto" and submission.is_checked and submission.findings.passed


def has_approvals(submission: Submission, rules: Rules) -> bool:
    """Whether enough people have approved what is there now."""
    return len(submission.approvals) >= rules.approvals


def next_due(submission: Submission, rules: Rules, now: int) -> int | None:
    """When something is to be done about a submission without anybody asking; UTC microseconds."""
    if submission.status is Status.PENDING_REVIEW and submission.asked_at is not None:
        if not submission.told:
            return now
        moments = [submission.asked_at + round((submission.reminded + 1) * rules.remind_hours * HOUR_US)]
        moments += [message.due_at for message in submission.messages]
        if not submission.escalated:
            moments.append(submission.asked_at + round(rules.escalate_hours * HOUR_US))
        if submission.expires_at is not None:
            moments.append(submission.expires_at)
        return min(moments)
    if submission.status is Status.APPROVED:
        return max(submission.publish_at or now, now)
    return submission.due_at if submission.status in (Status.PARTIAL, Status.PUBLISHING) else None
