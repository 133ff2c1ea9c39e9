"""Publishing: reviews and decisions."""

import asyncio
from collections.abc import Iterable
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Path, Query

from magicai.accounts.identity import Caller, Role, Scope
from magicai.accounts.users import named
from magicai.api.access import At, Reader, Starter, requires
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.errors import Invalid, MagicError, NotFound, Refused
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of, sliced
from magicai.publishing import auditing, overriding, rechecking, reviewing
from magicai.publishing.ports import Kept, PublishingRecords
from magicai.publishing.posts import posts_of
from magicai.publishing.review_settings import rules_of
from magicai.publishing.rules import may_decide
from magicai.publishing.submission import Status
from magicai.shapes.subjects.publishing import (
    DecidedList,
    DecidedShown,
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
from magicai.shapes.subjects.publishing_targets import AuditEntry, AuditList
from magicai.values.times import to_us

router = router_of("publishing")
BODIES = (
    ReviewAssignment,
    ReviewComment,
    ReviewDecision,
    ReviewDecisions,
    ReviewEdit,
    ReviewReason,
    ReviewRow,
    ReviewSchedule,
)
_MOST = 4_000_000
_DECISION = {"decision": "approve", "digest": "9f2b" * 16}
# A decision is a person's, who is signed in: no API key, and nothing that follows a link in a mail.
Decider = Annotated[Caller, Depends(requires(Scope.RUN, Role.REVIEWER, in_person=True))]
Id = Annotated[str, Path(max_length=64)]


@router.get("/api/reviews", responses=problems())
async def list_reviews(
    gateway: At,
    caller: Reader,
    *,
    status: Annotated[Status | None, Query(description="Only in this status. Default: those that wait.")] = None,
    every: Annotated[bool, Query(description="In any status.")] = False,
    mine: Annotated[bool, Query(description="Only those assigned to you.")] = False,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ReviewList:
    """Submissions, oldest first: your own, or as a reviewer everybody's."""
    (after,) = place_of(cursor, str) or ("",)
    found = await gateway.ports.publishing.submissions.listed(
        owner_id=_whose(caller),
        statuses=() if every else (status or Status.PENDING_REVIEW,),
        assigned_to=caller.owner_id if mine else None,
        after=after,
        limit=limit + 1,
    )
    shown, next_cursor = cut(found, limit, lambda one: (one.content_id,))
    names = await _names(gateway, [one.owner_id for one in shown] + [one.assigned_to or "" for one in shown])
    return ReviewList(items=[ReviewShown.of(one, names) for one in shown], next_cursor=next_cursor)


@router.get("/api/reviews/counts", responses=problems())
async def count_reviews(gateway: At, caller: Reader) -> ReviewCounts:
    """How many submissions there are, by status."""
    counts = await gateway.ports.publishing.submissions.counts(owner_id=_whose(caller))
    return ReviewCounts(counts=dict(counts))


@router.post(
    "/api/reviews/decisions",
    responses=problems(body=True),
    openapi_extra=described(
        ReviewDecisions, {"decision": "approve", "items": [{"content_id": "01a2", "digest": "9f"}]}
    ),
)
async def decide_reviews(
    gateway: At, caller: Decider, given: Annotated[ReviewDecisions, Depends(body_of(ReviewDecisions, most_bytes=_MOST))]
) -> DecidedList:
    """Decide about several submissions; one that can't be decided holds up no other."""
    items: list[DecidedShown] = []
    for one in given.items:
        said = reviewing.Said(given.decision, one.digest, given.reasons)
        try:
            kept = await _decided(gateway, caller, one.content_id, said)
            items.append(DecidedShown(content_id=one.content_id, status=kept.submission.status, problem=""))
        except MagicError as exc:
            items.append(DecidedShown(content_id=one.content_id, status=None, problem=str(exc)))
    return DecidedList(items=items)


@router.get("/api/reviews/{review_id}", responses=problems(404))
async def show_review(gateway: At, caller: Reader, review_id: Id) -> ReviewWhole:
    """A submission: its text, findings, what each target gets, versions, decisions, comments, posts."""
    return await _whole(gateway, caller, await _kept(gateway, caller, review_id))


@router.put(
    "/api/reviews/{review_id}",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewEdit, {"fields": {"title": "Linen aprons"}, "row": 3}),
)
async def edit_review(
    gateway: At,
    caller: Starter,
    review_id: Id,
    given: Annotated[ReviewEdit, Depends(body_of(ReviewEdit, most_bytes=_MOST))],
) -> ReviewWhole:
    """Save an edited submission as its next version. It is checked, and must be approved again."""
    kept = await reviewing.edit_reviewed(
        gateway.ports.publishing, review_id, given.fields, user=caller.user, row=given.row
    )
    return await _whole(gateway, caller, kept)


@router.post(
    "/api/reviews/{review_id}/decision",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewDecision, _DECISION),
)
async def decide_review(
    gateway: At, caller: Decider, review_id: Id, given: Annotated[ReviewDecision, Depends(body_of(ReviewDecision))]
) -> ReviewWhole:
    """Approve, reject, or ask for changes. Of two decisions at once, one wins; the other gets 409, and by whom."""
    said = reviewing.Said(given.decision, given.digest, given.reasons)
    return await _whole(gateway, caller, await _decided(gateway, caller, review_id, said))


@router.post(
    "/api/reviews/{review_id}/suggestions/{number}",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewRow, {"row": 3}),
)
async def apply_suggestion(
    gateway: At,
    caller: Starter,
    review_id: Id,
    number: Annotated[int, Path(ge=1)],
    given: Annotated[ReviewRow, Depends(body_of(ReviewRow))],
) -> ReviewWhole:
    """Write a finding's suggestion in its place, as the next version."""
    kept = await reviewing.apply_suggestion(
        gateway.ports.publishing, review_id, number, user=caller.user, row=given.row
    )
    return await _whole(gateway, caller, kept)


@router.put("/api/reviews/{review_id}/overrides/{number}", responses=problems(404, 409))
async def override_finding(
    gateway: At,
    caller: Decider,
    review_id: Id,
    number: Annotated[int, Path(ge=1)],
    *,
    row: Annotated[int | None, Query(description="`row` of what you looked at.")] = None,
) -> ReviewWhole:
    """Say that a finding is none. Later checks learn from it."""
    kept = await overriding.override(
        gateway.ports.publishing, review_id, number, user=caller.user, rules=rules_of(gateway.settings), row=row
    )
    return await _whole(gateway, caller, kept)


@router.post("/api/reviews/{review_id}/checks", responses=problems(404, 409))
async def check_review(gateway: At, caller: Starter, review_id: Id) -> ReviewWhole:
    """Run the checks of an undecided submission again. What they find replaces what they found before."""
    return await _whole(
        gateway, caller, await rechecking.recheck(gateway.ports.publishing, review_id, user=caller.user)
    )


@router.post(
    "/api/reviews/{review_id}/comments",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewComment, {"text": "Which blue?", "field": "title"}),
)
async def comment_on_review(
    gateway: At, caller: Starter, review_id: Id, given: Annotated[ReviewComment, Depends(body_of(ReviewComment))]
) -> ReviewWhole:
    """Comment on a submission, or on characters of one of its fields."""
    place = (given.field, given.start, given.end)
    kept = await reviewing.comment(gateway.ports.publishing, review_id, given.text, user=caller.user, place=place)
    return await _whole(gateway, caller, kept)


@router.put(
    "/api/reviews/{review_id}/assignee",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewAssignment, {"name": "ann"}),
)
async def assign_review(
    gateway: At,
    caller: Starter,
    review_id: Id,
    given: Annotated[ReviewAssignment, Depends(body_of(ReviewAssignment))],
) -> ReviewWhole:
    """Assign a submission to a reviewer, or to nobody."""
    to = None if given.name is None else (await named(gateway.records.identities, given.name)).user_id
    kept = await reviewing.assign(gateway.ports.publishing, review_id, to, user=caller.user)
    return await _whole(gateway, caller, kept)


@router.put(
    "/api/reviews/{review_id}/schedule",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewSchedule, {"publish_at": "2026-12-01T09:00", "zone": "Europe/Berlin"}),
)
async def schedule_review(
    gateway: At, caller: Starter, review_id: Id, given: Annotated[ReviewSchedule, Depends(body_of(ReviewSchedule))]
) -> ReviewWhole:
    """Change when a submission is published, once it is approved."""
    try:
        moment = given.moment
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(given.zone))
    except (ValueError, OSError, KeyError) as exc:
        raise Invalid("publish_time_invalid", publish_at=given.publish_at, zone=given.zone) from exc
    kept = await reviewing.reschedule(
        gateway.ports.publishing,
        review_id,
        None if moment is None else to_us(moment),
        given.zone,
        user=caller.user,
        rules=rules_of(gateway.settings),
    )
    return await _whole(gateway, caller, kept)


@router.post(
    "/api/reviews/{review_id}/withdraw",
    responses=problems(404, 409, body=True),
    openapi_extra=described(ReviewReason, {"reason": "Sold out."}),
)
async def withdraw_review(
    gateway: At, caller: Starter, review_id: Id, given: Annotated[ReviewReason, Depends(body_of(ReviewReason))]
) -> ReviewWhole:
    """Withdraw a submission, and take its posts down."""
    kept = await reviewing.withdraw(gateway.ports.publishing, review_id, user=caller.user, reason=given.reason)
    return await _whole(gateway, caller, kept)


@router.get("/api/reviews/{review_id}/audit", responses=problems(404))
async def show_review_audit(
    gateway: At, caller: Reader, review_id: Id, limit: Limit = USUAL, cursor: Cursor = ""
) -> AuditList:
    """Who did what to a submission, in order."""
    found = [one async for one in auditing.entries(gateway.ports.publishing, about=review_id, user=caller.user)]
    shown, next_cursor = sliced(found, limit, cursor)
    names = await _names(gateway, [str((one.details or {}).get("actor", "")) for one in shown])
    return AuditList(items=[AuditEntry.of(one, names) for one in shown], next_cursor=next_cursor)


def _whose(caller: Caller) -> str | None:
    return None if caller.user.role.covers(Role.REVIEWER) else caller.owner_id


async def _kept(gateway: Gateway, caller: Caller, review_id: str) -> Kept:
    return await reviewing.reviewed(gateway.ports.publishing, review_id, user=caller.user)


async def _decided(gateway: Gateway, caller: Caller, content_id: str, said: reviewing.Said) -> Kept:
    records: PublishingRecords = gateway.ports.publishing
    return await reviewing.decide(records, content_id, said, user=caller.user, rules=rules_of(gateway.settings))


async def _whole(gateway: Gateway, caller: Caller, kept: Kept) -> ReviewWhole:
    one, rules = kept.submission, rules_of(gateway.settings)
    people = [one.owner_id, one.assigned_to or "", *(version.by for version in one.versions)]
    people += [decision.by or "" for decision in one.decisions] + [comment.by for comment in one.comments]
    names, posts, is_running = await asyncio.gather(
        _names(gateway, people),
        posts_of(gateway.records, one.content_id, owner_id=one.owner_id),
        rechecking.is_under_way(gateway.ports.publishing, one),
    )
    try:
        may_decide(one, caller.user, rules)
        why_not = ""
    except Refused as exc:
        why_not = str(exc)
    return ReviewWhole.whole(kept, names, posts, needed=rules.approvals, why_not=why_not, running=is_running)


async def _names(gateway: Gateway, user_ids: Iterable[str]) -> dict[str, str]:
    """Users by id; those who are gone have no name."""
    found: dict[str, str] = {}
    for user_id in {one for one in user_ids if one}:
        try:
            found[user_id] = (await gateway.records.identities.user(user_id)).name
        except NotFound:
            continue
    return found
