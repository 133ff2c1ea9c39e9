"""Publishing: reviews and decisions."""

import asyncio
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from magicai.accounts.identity import Role, WorkspaceRole
from magicai.accounts.users import named, names_of
from magicai.errors import Invalid, MagicError, Refused
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of
from magicai.publishing import due_work, overriding, rechecking, reviewing
from magicai.publishing.ports import StoredSubmission
from magicai.publishing.posts import posts_of
from magicai.publishing.review_settings import rules_in
from magicai.publishing.rules import Rules, may_decide
from magicai.publishing.submission import Status, Verdict
from magicai.shapes.subjects.publishing import (
    DecidedList,
    DecidedShown,
    DueDone,
    ReviewAssignment,
    ReviewComment,
    ReviewCounts,
    ReviewDecision,
    ReviewDecisions,
    ReviewEdit,
    ReviewList,
    ReviewReason,
    ReviewRow,
    ReviewSchedule,
    ReviewShown,
    ReviewWhole,
)
from magicai.values.times import to_us

TAG = "publishing"
_MOST_BYTES = 4_000_000
ReviewId = Annotated[str, Field(max_length=64)]
Number = Annotated[int, Field(ge=1)]


@operation("GET", "/api/reviews")
async def list_reviews(
    context: Context,
    *,
    status: Annotated[
        tuple[Status, ...],
        Field(max_length=len(Status), description="Only in these statuses. Default: those that wait."),
    ] = (),
    every: Annotated[bool, Field(description="In any status.")] = False,
    mine: Annotated[bool, Field(description="Only those assigned to you.")] = False,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ReviewList:
    """Submissions, oldest first."""
    (after,) = place_of(cursor, str) or ("",)
    found = await context.ports.publishing.submissions.listed(
        owner_id=context.owner_id,
        statuses=() if every else status or (Status.PENDING_REVIEW,),
        assigned_to=context.caller.user.user_id if mine else None,
        after=after,
        limit=limit + 1,
    )
    shown, next_cursor = cut(found, limit, lambda one: (one.content_id,))
    people = [user_id for one in shown for user_id in (one.submitted_by, one.assigned_to)]
    names = await names_of(context.records.identities, people)
    return ReviewList(items=[ReviewShown.model_validate(one, context=names) for one in shown], next_cursor=next_cursor)


@operation("GET", "/api/reviews/counts")
async def count_reviews(context: Context) -> ReviewCounts:
    """How many submissions there are, by status."""
    counts = await context.ports.publishing.submissions.counts(owner_id=context.owner_id)
    return ReviewCounts(counts=dict(counts))


# A decision is a person's, who is signed in: no API key, and nothing that follows a link in a mail.
@operation(
    "POST",
    "/api/reviews/decisions",
    member=WorkspaceRole.REVIEWER,
    in_person=True,
    queues=reviewing.WORKFLOW_NAME,
    most_bytes=_MOST_BYTES,
    example={"decision": "approve", "items": [{"content_id": "01a2", "digest": "9f"}]},
    audited="review.several_approved",
)
async def decide_reviews(context: Context, given: ReviewDecisions) -> DecidedList:
    """Decide about several submissions; one that can't be decided holds up no other."""
    items: list[DecidedShown] = []
    decided = 0
    for item in given.items:
        new = reviewing.NewDecision(given.decision, item.digest, given.reasons)
        try:
            kept = await _decide(context, item.content_id, new)
            decided += 1
            items.append(DecidedShown(content_id=item.content_id, status=kept.submission.status, problem=""))
        except MagicError as exc:
            told = context.say.error(exc)
            failed = DecidedShown(content_id=item.content_id, status=None, problem=str(told), problem_message=told.said)
            items.append(failed)
    context.noted.params["n"], context.noted.nothing = decided, not decided
    context.noted.action = _SEVERAL[given.decision]
    return DecidedList(items=items)


@operation("POST", "/api/reviews/due", role=Role.OPERATOR, queues=reviewing.WORKFLOW_NAME)
async def do_due_reviews(context: Context) -> DueDone:
    """Do what is due: scheduled posts, retries, reminders. A gateway does it all the time."""
    ports = context.ports
    count = await due_work.attend(ports.publishing, ports.settings_of, ports.publishers, ports.notify, page=ports.page)
    return DueDone(count=count)


@operation("GET", "/api/reviews/{review_id}", problems=(404,))
async def show_review(
    context: Context,
    review_id: Annotated[str, Field(max_length=64, description="Its id, or a unique beginning or end of it.")],
) -> ReviewWhole:
    """A submission: its text, findings, what each target gets, versions, decisions, comments, posts."""
    records, by = context.ports.publishing, context.caller
    content_id = await reviewing.named(records, review_id, by=by)
    return await _whole(context, await reviewing.reviewed(records, content_id, by=by))


@operation(
    "PUT",
    "/api/reviews/{review_id}",
    problems=(404, 409),
    queues=reviewing.WORKFLOW_NAME,
    most_bytes=_MOST_BYTES,
    example={"fields": {"title": "Linen aprons"}, "row": 3},
)
async def edit_review(context: Context, review_id: ReviewId, given: ReviewEdit) -> ReviewWhole:
    """Save an edited submission as its next version. It is checked, and must be approved again."""
    kept = await reviewing.edit_reviewed(
        context.ports.publishing, review_id, given.fields, by=context.caller, row=given.row
    )
    return await _whole(context, kept)


@operation(
    "POST",
    "/api/reviews/{review_id}/decision",
    member=WorkspaceRole.REVIEWER,
    in_person=True,
    problems=(404, 409),
    queues=reviewing.WORKFLOW_NAME,
    example={"decision": "approve", "digest": "9f2b" * 16},
    audited="review.approved",
)
async def decide_review(context: Context, review_id: ReviewId, given: ReviewDecision) -> ReviewWhole:
    """Approve, reject, or ask for changes. Of two decisions at once, one wins; the other gets 409, and by whom."""
    new = reviewing.NewDecision(given.decision, given.digest, given.reasons)
    context.noted.action = _DECIDED[given.decision]
    return await _whole(context, await _decide(context, review_id, new))


@operation(
    "POST",
    "/api/reviews/{review_id}/suggestions/{number}",
    problems=(404, 409),
    queues=reviewing.WORKFLOW_NAME,
    example={"row": 3},
)
async def apply_suggestion(context: Context, review_id: ReviewId, number: Number, given: ReviewRow) -> ReviewWhole:
    """Write a finding's suggestion in its place, as the next version."""
    kept = await reviewing.apply_suggestion(
        context.ports.publishing, review_id, number, by=context.caller, row=given.row
    )
    return await _whole(context, kept)


@operation(
    "PUT",
    "/api/reviews/{review_id}/overrides/{number}",
    member=WorkspaceRole.REVIEWER,
    in_person=True,
    problems=(404, 409),
    audited="review.finding_overridden",
)
async def override_finding(
    context: Context,
    review_id: ReviewId,
    number: Number,
    *,
    row: Annotated[int | None, Field(description="`row` of what you looked at.")] = None,
) -> ReviewWhole:
    """Say that a finding is none. Later checks learn from it."""
    rules = await _rules(context)
    kept = await overriding.override(
        context.ports.publishing, review_id, number, by=context.caller, rules=rules, row=row
    )
    return await _whole(context, kept)


@operation("POST", "/api/reviews/{review_id}/checks", problems=(404, 409), queues=reviewing.WORKFLOW_NAME)
async def check_review(context: Context, review_id: ReviewId) -> ReviewWhole:
    """Run the checks of an undecided submission again. What they find replaces what they found before."""
    kept = await rechecking.recheck(context.ports.publishing, review_id, by=context.caller)
    return await _whole(context, kept)


@operation(
    "POST",
    "/api/reviews/{review_id}/comments",
    problems=(404, 409),
    example={"text": "Which blue?", "field": "title"},
)
async def comment_on_review(context: Context, review_id: ReviewId, given: ReviewComment) -> ReviewWhole:
    """Comment on a submission, or on characters of one of its fields."""
    place = (given.field, given.start, given.end)
    kept = await reviewing.comment(context.ports.publishing, review_id, given.text, by=context.caller, place=place)
    return await _whole(context, kept)


@operation("PUT", "/api/reviews/{review_id}/assignee", problems=(404, 409), example={"name": "ann"})
async def assign_review(context: Context, review_id: ReviewId, given: ReviewAssignment) -> ReviewWhole:
    """Assign a submission to a reviewer, or to nobody."""
    to = None if given.name is None else (await named(context.records.identities, given.name)).user_id
    kept = await reviewing.assign(context.ports.publishing, review_id, to, by=context.caller)
    return await _whole(context, kept)


@operation(
    "PUT",
    "/api/reviews/{review_id}/schedule",
    problems=(404, 409),
    queues=reviewing.WORKFLOW_NAME,
    example={"publish_at": "2026-12-01T09:00", "zone": "Europe/Berlin"},
)
async def schedule_review(context: Context, review_id: ReviewId, given: ReviewSchedule) -> ReviewWhole:
    """Change when a submission is published, once it is approved."""
    try:
        moment = given.moment
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(given.zone))
    except (ValueError, OSError, KeyError) as exc:
        raise Invalid("publish_time_invalid", publish_at=given.publish_at, zone=given.zone) from exc
    kept = await reviewing.reschedule(
        context.ports.publishing,
        review_id,
        None if moment is None else to_us(moment),
        given.zone,
        by=context.caller,
        rules=await _rules(context),
    )
    return await _whole(context, kept)


@operation(
    "POST",
    "/api/reviews/{review_id}/withdraw",
    problems=(404, 409),
    queues=reviewing.WORKFLOW_NAME,
    example={"reason": "Sold out."},
    audited="review.withdrawn",
)
async def withdraw_review(context: Context, review_id: ReviewId, given: ReviewReason) -> ReviewWhole:
    """Withdraw a submission, and take its posts down."""
    kept = await reviewing.withdraw(context.ports.publishing, review_id, by=context.caller, reason=given.reason)
    return await _whole(context, kept)


_DECIDED: dict[Verdict, str] = {
    "approve": "review.approved",
    "reject": "review.rejected",
    "change": "review.changes_requested",
}
_SEVERAL = {"approve": "review.several_approved", "reject": "review.several_rejected"}


async def _rules(context: Context) -> Rules:
    return await rules_in(context.records, context.settings, context.owner_id)


async def _decide(context: Context, content_id: str, new: reviewing.NewDecision) -> StoredSubmission:
    rules = await _rules(context)
    return await reviewing.decide(context.ports.publishing, content_id, new, by=context.caller, rules=rules)


async def _whole(context: Context, kept: StoredSubmission) -> ReviewWhole:
    one, rules = kept.submission, await _rules(context)
    people = [one.submitted_by, one.assigned_to, *(version.by for version in one.versions)]
    people += [decision.by for decision in one.decisions] + [comment.by for comment in one.comments]
    names, posts, is_running = await asyncio.gather(
        names_of(context.records.identities, people),
        posts_of(context.records, one.content_id, owner_id=one.owner_id),
        rechecking.is_under_way(context.ports.publishing, one),
    )
    refused: Refused | None = None
    try:
        may_decide(one, context.caller, rules)
    except Refused as exc:
        refused = context.say.error(exc)
    return ReviewWhole.whole(kept, names, posts, needed=rules.approvals, refused=refused, running=is_running)
