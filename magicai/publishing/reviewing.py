"""Reviews: opened when checks are done, decided by people, each decision bound to the digest of what they saw."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from magicai.accounts.identity import Caller, WorkspaceRole
from magicai.errors import Conflict, Invalid, NotFound, Refused
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.checks.thresholds import rewards_of
from magicai.publishing.findings import Findings, apply
from magicai.publishing.overriding import overridden_by
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.publishing import withdrawn
from magicai.publishing.review_messages import with_message
from magicai.publishing.rules import (
    Rules,
    approved_without_people,
    has_approvals,
    may_decide,
    must_be_open,
    must_review,
    next_due,
)
from magicai.publishing.slots import next_slot
from magicai.publishing.standing import what_changed
from magicai.publishing.submission import (
    LIVE,
    MOST_COMMENTS,
    REWARDS,
    UNDECIDED,
    Comment,
    Decision,
    Override,
    RuleReward,
    Status,
    Submission,
    Verdict,
)
from magicai.publishing.submitting import edit, retarget
from magicai.runs.follow_ups import follow_up
from magicai.runs.run import JSON, Run
from magicai.values.ids import new_id
from magicai.values.times import HOUR_US, now_us
from magicai.values.zones import zone_of

WORKFLOW_NAME = "review-and-publish"
_LONGEST_REASON = 5_000
_LONGEST_TITLE = 500
_MOST_LEARNED = 200


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What a reviewer decides.

    Attributes:
        digest: of what they looked at.
    """

    verdict: Verdict
    digest: str
    reasons: str = ""


async def reviewed(records: PublishingRecords, content_id: str, *, by: Caller) -> StoredSubmission:
    """A submission of the workspace.

    Raises:
        NotFound: there is none, or they may not.
    """
    return await records.submissions.get(content_id, owner_id=by.owner_id)


async def named(records: PublishingRecords, part: str, *, by: Caller) -> str:
    """The id of a submission that somebody may look at, of the whole id or a unique part of it.

    Raises:
        NotFound: there is none, or they may not.
        Invalid: it is too short, or fits several.
    """
    return await records.submissions.named(part, owner_id=by.owner_id)


async def keep_findings(
    records: PublishingRecords, content_id: str, digest: str, findings: Findings, *, again: bool = False
) -> None:
    """Keep what checks found in what has this digest; nothing where it has changed meanwhile.

    Args:
        again: replace what they found before, unless somebody has decided meanwhile.
    """

    async def with_findings(before: Submission) -> Change | None:
        if before.digest != digest or (before.is_checked and not (again and before.status in UNDECIDED)):
            return None
        return before.model_copy(update={"findings": findings, "checked": digest}), []

    await change(records, content_id, with_findings)


async def open_review(records: PublishingRecords, content_id: str, rules: Rules) -> Submission:
    """Approve what its checks and the policy let pass, else ask people; what was decided stays so."""

    async def opened(before: Submission) -> Change:
        if before.status not in UNDECIDED or not before.is_checked or _changes_requested(before):
            return before, []
        now = now_us()
        passes = approved_without_people(before, rules)
        if before.status is Status.PENDING_REVIEW and not passes:
            return before, []
        if passes:
            decision = Decision(at=now, by=None, verdict="approve", digest=before.digest, reasons="All checks passed.")
            update = {"status": Status.APPROVED, "decisions": (*before.decisions, decision), "changed_at": now}
            update |= _slotted(before, now)
            entry = NewEntry("approve", content_id, before.owner_id, "", {"digest": before.digest, "by": "policy"})
        else:
            expires = now + round(rules.expire_hours * HOUR_US)
            update = {"status": Status.PENDING_REVIEW, "asked_at": now, "expires_at": expires, "changed_at": now}
            update |= {"told": False, "reminded": 0, "escalated": False, "messages": ()}
            entry = NewEntry("ask", content_id, before.owner_id, "", {"digest": before.digest})
        after = before.model_copy(update=update)
        return after.model_copy(update={"due_at": next_due(after, rules, now)}), [entry]

    return (await change(records, content_id, opened)).submission


async def decide(
    records: PublishingRecords, content_id: str, new: NewDecision, *, by: Caller, rules: Rules
) -> StoredSubmission:
    """Decide about what has the digest that the person saw. Of two at once, one wins; the other is told by whom.

    An approval that completes what is needed starts the run that publishes.

    Who approves a piece with findings that block overrides them, and says why; both are kept with the decision.

    Raises:
        NotFound: there is no such submission.
        Refused: they may not decide.
        Conflict: it was decided, edited, withdrawn or has expired, or one of its targets has changed.
        Invalid: a rejection has no reasons, or an approval in spite of findings.
    """
    if new.verdict != "approve" and not new.reasons.strip():
        raise Invalid("rejection_reason_missing")

    async def decided(before: Submission) -> Change:
        may_decide(before, by, rules)
        if _repeated(before, new, by.user.user_id):
            return before, []
        must_be_open(before, new.digest, await _last_decided(records, before))
        now = now_us()
        if _expired(before, now):
            await expire(records, content_id)
            raise Conflict("review_expired")
        overridden: list[Override] = []
        if new.verdict == "approve":
            if why := await what_changed(records, before):
                await ask_again(records, content_id)
                raise Conflict("submission_targets_changed", way_out="reload_after_checks", differences=why)
            overridden = overridden_by(before, new.reasons[:_LONGEST_REASON], by.user, now)
        decision = Decision(
            at=now,
            by=by.user.user_id,
            verdict=new.verdict,
            digest=new.digest,
            reasons=new.reasons[:_LONGEST_REASON],
        )
        update = {"decisions": (*before.decisions, decision), "overrides": (*before.overrides, *overridden)}
        after = before.model_copy(update={**update, "changed_at": now})
        after = after.model_copy(update={"status": _status_after(after, new.verdict, rules)})
        if after.status is not Status.PENDING_REVIEW:
            after = after.model_copy(update={"learned": _learned(after, approved=after.status is Status.APPROVED)})
        if after.status is Status.APPROVED:
            after = after.model_copy(update={**_slotted(after, now), "writers": ()})
        after = after.model_copy(update={"due_at": next_due(after, rules, now)})
        more: JSON = {"digest": new.digest, "reasons": new.reasons[:_LONGEST_REASON]}
        if overridden:
            more["overrides"] = dict(Counter(one.rule for one in overridden))
        return after, [NewEntry(new.verdict, content_id, before.owner_id, by.user.user_id, more)]

    kept = await change(records, content_id, decided, owner_id=by.owner_id)
    await start_publishing(records, kept.submission)
    return kept


async def ask_again(records: PublishingRecords, content_id: str) -> Status | None:
    """Check a piece again, and ask for its review, where its targets have changed; its status, None where none has.

    Where one of them was removed, nobody can be asked about it: what failed there says so.
    """
    try:
        kept = await retarget(records, content_id)
    except NotFound:
        return None
    submission = kept.submission
    if submission.status is not Status.DRAFT or submission.is_checked or submission.latest.by:
        return None
    await check_again(records, kept)
    return submission.status


async def start_publishing(records: PublishingRecords, submission: Submission) -> str | None:
    """Queue the run that publishes what is approved and due; again, it is the same run. Returns its id."""
    due = submission.publish_at is None or submission.publish_at <= now_us()
    if submission.status is not Status.APPROVED or not due:
        return None
    # One that has ended came too early, by a clock that has been put back since.
    return (await next_run(records, submission, f"publish:{submission.digest}:{submission.decisions[-1].at}")).run_id


async def proceed(records: PublishingRecords, submission: Submission, key: str, *, action: str = "proceed") -> Run:
    """Queue the next run about a submission, named as the piece; the same key again gives the first."""
    return await follow_up(
        records,
        WORKFLOW_NAME,
        {"content_id": submission.content_id, "title": submission.title[:_LONGEST_TITLE], "action": action},
        owner_id=submission.owner_id,
        after=submission.run_id,
        key=key,
    )


async def next_run(records: PublishingRecords, submission: Submission, first: str, *, action: str = "proceed") -> Run:
    """The run of a key that is queued or in progress; behind those that have ended, a new one."""
    run = await proceed(records, submission, first, action=action)
    while run.status.ended:
        run = await proceed(records, submission, f"{first}:{run.run_id}", action=action)
    return run


async def edit_reviewed(
    records: PublishingRecords, content_id: str, fields: Mapping[str, str], *, by: Caller, row: int | None = None
) -> StoredSubmission:
    """A person's version of a submission, which is then checked and reviewed by a run of its own.

    Raises:
        NotFound: there is no such submission, or it has no such field.
        Conflict: it has changed meanwhile.
    """
    kept = await reviewed(records, content_id, by=by)
    if unknown := sorted(set(fields) - set(kept.submission.latest.draft.fields)):
        raise NotFound("unknown_submission_field", unknown=unknown[0])
    changed = await edit(records, kept, dict(fields), by=by.user.user_id, row=row)
    return await check_again(records, changed)


async def apply_suggestion(
    records: PublishingRecords, content_id: str, number: int, *, by: Caller, row: int | None = None
) -> StoredSubmission:
    """Write a finding's suggestion in its place, as a new version.

    Args:
        number: of the finding; the first is 1.

    Raises:
        NotFound: there is no such finding.
        Conflict: it suggests nothing, or the text has changed.
    """
    kept = await reviewed(records, content_id, by=by)
    one = kept.submission.findings.numbered(number)
    fields = apply(kept.submission.latest.draft.fields, one)
    right = _rewards(Findings(found=(one,)), approved=False)
    changed = await edit(records, kept, fields, by=by.user.user_id, note=one.rule, row=row, learned=right)
    return await check_again(records, changed)


async def check_again(records: PublishingRecords, kept: StoredSubmission) -> StoredSubmission:
    """Queue the run that checks an edited submission and asks for its review."""
    submission = kept.submission
    if submission.status is Status.DRAFT:
        await proceed(records, submission, f"check:{submission.digest}:{submission.latest.number}")
    return kept


async def comment(
    records: PublishingRecords, content_id: str, text: str, *, by: Caller, place: tuple[str, int, int] = ("", 0, 0)
) -> StoredSubmission:
    """Say something about a submission, or about characters of one of its fields."""
    if not text.strip():
        raise Invalid("comment_empty")
    field, start, end = place

    async def changed(before: Submission) -> Change:
        if len(before.comments) >= MOST_COMMENTS:
            raise Invalid("too_many_comments", limit=MOST_COMMENTS)
        one = Comment(
            comment_id=new_id(),
            at=now_us(),
            by=by.user.user_id,
            text=text[:_LONGEST_REASON],
            field=field,
            start=start,
            end=end,
        )
        entry = NewEntry("comment", content_id, before.owner_id, by.user.user_id, {"text": one.text})
        return before.model_copy(update={"comments": (*before.comments, one)}), [entry]

    return await change(records, content_id, changed, owner_id=by.owner_id)


async def assign(records: PublishingRecords, content_id: str, to: str | None, *, by: Caller) -> StoredSubmission:
    """Assign a submission to a reviewer, or to nobody.

    Raises:
        NotFound: there is no such user.
        Refused: one of both is no reviewer.
    """
    must_review(by)
    assignee = None if to is None else await records.workspaces.member(by.owner_id, to)
    if to is not None and (assignee is None or not assignee.role.covers(WorkspaceRole.REVIEWER)):
        raise Refused("assignee_not_reviewer")

    async def changed(before: Submission) -> Change:
        entry = NewEntry("assign", content_id, before.owner_id, by.user.user_id, {"to": to})
        after = before.model_copy(update={"assigned_to": to})
        if to not in (None, by.user.user_id) and before.status is Status.PENDING_REVIEW and before.asked_at is not None:
            after = with_message(after, to, "assign", now_us()).model_copy(update={"due_at": now_us()})
        return after, [entry]

    return await change(records, content_id, changed, owner_id=by.owner_id)


async def reschedule(
    records: PublishingRecords, content_id: str, publish_at: int | None, zone: str, *, by: Caller, rules: Rules
) -> StoredSubmission:
    """Change when something is published; None: as soon as it is approved."""
    if zone:
        zone_of(zone)

    async def changed(before: Submission) -> Change:
        if before.status in (*LIVE, Status.WITHDRAWN):
            raise Conflict("submission_not_schedulable", status=before.status.value)
        after = before.model_copy(update={"publish_at": publish_at, "zone": zone, "changed_at": now_us()})
        after = after.model_copy(update={"due_at": next_due(after, rules, now_us())})
        entry = NewEntry("schedule", content_id, before.owner_id, by.user.user_id, {"publish_at": publish_at})
        return after, [entry]

    kept = await change(records, content_id, changed, owner_id=by.owner_id)
    await start_publishing(records, kept.submission)
    return kept


async def withdraw(records: PublishingRecords, content_id: str, *, by: Caller, reason: str = "") -> StoredSubmission:
    """Withdraw a submission; what is public is taken down by a run, and by another one once that has ended."""
    await reviewed(records, content_id, by=by)
    kept = await withdrawn(records, content_id, by=by.user.user_id, reason=reason[:_LONGEST_REASON])
    await next_run(records, kept.submission, "withdraw", action="withdraw")
    return kept


async def expire(records: PublishingRecords, content_id: str) -> None:
    """End a review that nobody decided in time."""

    async def ended(before: Submission) -> Change | None:
        now = now_us()
        if before.status is not Status.PENDING_REVIEW or not _expired(before, now):
            return None
        update = {"status": Status.DRAFT, "asked_at": None, "due_at": None, "changed_at": now}
        return before.model_copy(update=update), [
            NewEntry("expire", content_id, before.owner_id, "", {"digest": before.digest})
        ]

    await change(records, content_id, ended)


def _expired(submission: Submission, now: int) -> bool:
    return submission.expires_at is not None and submission.expires_at <= now


def _learned(submission: Submission, *, approved: bool) -> tuple[RuleReward, ...]:
    overridden = {(override.rule, override.text) for override in submission.overrides}
    rewards = _rewards(submission.findings, approved=approved, overridden=overridden)
    return (*submission.learned, *rewards)[-_MOST_LEARNED:]


def _rewards(
    findings: Findings, *, approved: bool, overridden: Collection[tuple[str, str]] = ()
) -> tuple[RuleReward, ...]:
    rewards = rewards_of(findings, approved=approved, overridden=overridden)
    return tuple(
        RuleReward(rule=one.rule, confidence=one.confidence, value=one.value, version=REWARDS) for one in rewards
    )


def _slotted(submission: Submission, now: int) -> dict[str, object]:
    """When it is published, where a time of day was chosen and nobody gave a time."""
    if submission.publish_at is not None or submission.status in LIVE:
        return {}
    return {"publish_at": next_slot(submission.slot, submission.zone, now)}


def _status_after(submission: Submission, verdict: Verdict, rules: Rules) -> Status:
    if verdict == "approve":
        return Status.APPROVED if has_approvals(submission, rules) else Status.PENDING_REVIEW
    return Status.REJECTED if verdict == "reject" else Status.DRAFT


def _repeated(before: Submission, new: NewDecision, user_id: str) -> bool:
    """Whether this is what they said last, sent again."""
    last = before.decisions[-1] if before.decisions else None
    return (
        last is not None
        and (last.by, last.verdict, last.digest) == (user_id, new.verdict, new.digest)
        and last.digest == before.digest
        and before.status is not Status.WITHDRAWN
    )


def _changes_requested(submission: Submission) -> bool:
    last = submission.decisions[-1] if submission.decisions else None
    return last is not None and last.verdict == "change" and last.digest == submission.digest


async def _last_decided(records: PublishingRecords, submission: Submission) -> str:
    last = submission.decisions[-1] if submission.decisions else None
    if last is None or last.by is None:
        return ""
    try:
        return (await records.identities.user(last.by)).name
    except NotFound:
        return ""
