"""Publishing: targets, posts, and the audit log as a whole."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request
from starlette.responses import RedirectResponse

from magicai.api.access import Anybody, At, Operator, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.paging import USUAL, Cursor, Limit
from magicai.api.routes import router_of
from magicai.api.routes.subjects.publishing_readers import counts_of_reader
from magicai.api.shapes.subjects.publishing_targets import (
    AddedTarget,
    AuditVerified,
    PostList,
    PostShown,
    TargetChecked,
    TargetList,
    TargetShown,
)
from magicai.errors import NotFound
from magicai.paging import cursor_at, place_of, sliced
from magicai.publishing import auditing
from magicai.publishing import target as targets
from magicai.publishing.performance import count_click
from magicai.publishing.posts import KIND, PostState, post_in

router = router_of("publishing")
BODIES = (AddedTarget,)


@router.get("/api/audit/verification", responses=problems())
async def verify_audit(
    gateway: At,
    caller: Operator,
    head: Annotated[str, Query(max_length=64, description="A hash that must be in it.")] = "",
) -> AuditVerified:
    """Verify the whole audit log."""
    del caller
    found = await auditing.verified(gateway.ports.publishing, head=head)
    return AuditVerified(
        in_order=not found.fault, count=found.count, erased=found.erased, head=found.head, fault=found.fault
    )


@router.get("/api/posts", responses=problems())
async def list_posts(
    gateway: At,
    caller: Reader,
    *,
    state: Annotated[PostState | None, Query(description="Only posts in this state.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> PostList:
    """Your posts, newest first, and how they do."""
    (after,) = place_of(cursor, str) or ("",)
    page = await gateway.records.entities.listed(
        caller.owner_id, KIND, state=state, after=after, limit=limit, newest_first=True
    )
    items = [PostShown.of(post_in(one.entity)) for one in page.items if one.entity is not None]
    return PostList(items=items, next_cursor=None if page.next is None else cursor_at(page.next))


@router.get("/api/clicks/{review_id}/{target}", response_class=RedirectResponse, responses=problems(404, login=False))
async def follow_link(
    gateway: At,
    anybody: Anybody,
    request: Request,
    review_id: Annotated[str, Path(max_length=64)],
    target: Annotated[str, Path(max_length=40)],
) -> RedirectResponse:
    """Count a click on a post's link, one a day of each address, and lead to it."""
    del anybody
    counts = await counts_of_reader(gateway, request, f"click {review_id} {target}")
    link = await count_click(gateway.ports.publishing, review_id, target, counts=counts)
    if not link.startswith(("https://", "http://")):
        raise NotFound("post_link_not_found")
    return RedirectResponse(
        link, status_code=302, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


@router.get("/api/targets", responses=problems())
async def list_targets(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> TargetList:
    """Your targets, without their secrets."""
    found = await targets.targets_of(gateway.records, caller.owner_id)
    shown, next_cursor = sliced([TargetShown.of(one) for one in found], limit, cursor)
    return TargetList(items=shown, next_cursor=next_cursor)


@router.post(
    "/api/targets",
    status_code=201,
    responses=problems(409, body=True),
    openapi_extra=described(AddedTarget, {"name": "blog", "platform": "wordpress", "address": "https://blog.example"}),
)
async def add_target(
    gateway: At, caller: Starter, given: Annotated[AddedTarget, Depends(body_of(AddedTarget))]
) -> TargetShown:
    """Add a target, or replace the one of its name. Its secret is encrypted, and never shown."""
    made = await targets.add_target(gateway.records, gateway.ports.seal, given.new, owner_id=caller.owner_id)
    return TargetShown.of(made)


@router.post("/api/targets/{name}/check", responses=problems(404, 409))
async def check_target(gateway: At, caller: Starter, name: Annotated[str, Path(max_length=40)]) -> TargetChecked:
    """Sign in to a target, without posting."""
    found = await targets.target_of(gateway.records, name, owner_id=caller.owner_id)
    return TargetChecked(account=await (await gateway.ports.publishers(found)).check())


@router.delete("/api/targets/{name}", status_code=204, responses=problems(404))
async def remove_target(gateway: At, caller: Starter, name: Annotated[str, Path(max_length=40)]) -> None:
    """Remove a target. What was posted there stays."""
    await targets.remove_target(gateway.records, name, owner_id=caller.owner_id)
