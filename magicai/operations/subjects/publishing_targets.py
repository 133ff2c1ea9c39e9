"""Publishing: targets, posts, and the log of reviews."""

from typing import Annotated

from pydantic import Field

from magicai.accounts.identity import Role
from magicai.accounts.users import names_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.operations.subjects.publishing import ReviewId
from magicai.paging import cursor_at, cut, place_of, sliced
from magicai.publishing import auditing
from magicai.publishing import target as targets
from magicai.publishing.performance import look_at
from magicai.publishing.posts import KIND, PostState, post_in
from magicai.publishing.reviewing import reviewed
from magicai.shapes.subjects.publishing_targets import (
    AddedTarget,
    AuditEntry,
    AuditList,
    AuditVerified,
    LookedAt,
    PostList,
    PostShown,
    TargetChecked,
    TargetList,
    TargetShown,
)

TAG = "publishing"
_Name = Annotated[str, Field(max_length=40)]


@operation("GET", "/api/review-log")
async def list_review_log(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> AuditList:
    """Who did what to the workspace's submissions, in order."""
    return await _entries(context, None, limit, cursor)


@operation("GET", "/api/reviews/{review_id}/audit", problems=(404,))
async def show_review_audit(
    context: Context, review_id: ReviewId, limit: Limit = USUAL, cursor: Cursor = ""
) -> AuditList:
    """Who did what to a submission, in order."""
    await reviewed(context.ports.publishing, review_id, by=context.caller)
    return await _entries(context, review_id, limit, cursor)


@operation("GET", "/api/review-log/verification", role=Role.OPERATOR)
async def verify_review_log(
    context: Context, head: Annotated[str, Field(max_length=64, description="A hash that must be in it.")] = ""
) -> AuditVerified:
    """Verify the whole log of reviews."""
    found = await auditing.verified(context.ports.publishing, head=head)
    return AuditVerified(
        in_order=found.fault is None,
        count=found.count,
        erased=found.erased,
        head=found.head,
        fault=str(found.fault or ""),
        fault_message=found.fault,
    )


@operation("GET", "/api/posts")
async def list_posts(
    context: Context,
    *,
    state: Annotated[PostState | None, Field(description="Only posts in this state.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> PostList:
    """Your posts, newest first, and how they do."""
    (after,) = place_of(cursor, str) or ("",)
    page = await context.records.entities.listed(
        context.owner_id, KIND, state=state, after=after, limit=limit, newest_first=True
    )
    items = [PostShown.of(post_in(item.entity)) for item in page.items if item.entity is not None]
    return PostList(items=items, next_cursor=None if page.next is None else cursor_at(page.next))


@operation("POST", "/api/posts/look")
async def look_at_posts(context: Context) -> LookedAt:
    """Ask the platforms how your posts do. A gateway does it every hour."""
    found = await look_at(context.ports.publishing, context.ports.publishers, owner_id=context.owner_id)
    return LookedAt(posts=[PostShown.of(one) for one in found])


@operation("GET", "/api/targets")
async def list_targets(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> TargetList:
    """Your targets, without their secrets."""
    found = await targets.targets_of(context.records, context.owner_id)
    shown, next_cursor = sliced([TargetShown.of(one) for one in found], limit, cursor)
    return TargetList(items=shown, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/targets",
    status=201,
    problems=(409,),
    example={"name": "blog", "platform": "wordpress", "address": "https://blog.example"},
    audited="connection.target_saved",
)
async def add_target(context: Context, given: AddedTarget) -> TargetShown:
    """Add a target, or replace the one of its name. Its secret is encrypted, and never shown."""
    made = await targets.add_target(context.records, context.ports.seal, given.new, owner_id=context.owner_id)
    return TargetShown.of(made)


@operation("POST", "/api/targets/{name}/check", problems=(404, 409))
async def check_target(context: Context, name: _Name) -> TargetChecked:
    """Sign in to a target, without posting."""
    found = await targets.target_of(context.records, name, owner_id=context.owner_id)
    return TargetChecked(account=await (await context.ports.publishers(found)).check())


@operation("DELETE", "/api/targets/{name}", status=204, problems=(404,), audited="connection.target_removed")
async def remove_target(context: Context, name: _Name) -> None:
    """Remove a target. What was posted there stays."""
    await targets.remove_target(context.records, name, owner_id=context.owner_id)


async def _entries(context: Context, about: str | None, limit: int, cursor: str) -> AuditList:
    (after,) = place_of(cursor, int) or (0,)
    found = await context.ports.publishing.audit.listed(
        owner_id=context.owner_id, about=about, after=after, limit=limit + 1
    )
    shown, next_cursor = cut(found, limit, lambda one: (one.sequence,))
    names = await names_of(context.records.identities, [one.actor for one in shown])
    return AuditList(items=[AuditEntry.model_validate(one, context=names) for one in shown], next_cursor=next_cursor)
