"""Feedback on answers: what askers say of them."""

from typing import Annotated

from fastapi import Depends, Query

from magicai.accounts.identity import Caller, Role, Scope
from magicai.api.access import At, Reader, Starter, requires
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.errors import Refused
from magicai.knowledge import feedback
from magicai.knowledge.feedback import Feedback
from magicai.knowledge.giving import give_feedback as give
from magicai.knowledge.giving import strike_feedback as strike
from magicai.knowledge.giving import undo_feedback as undo
from magicai.knowledge.interactions import interaction_by_id
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.shapes.subjects.knowledge_feedback import FeedbackGiven, FeedbackList
from magicai.values.rewards import weights_of

router = router_of("feedback")
BODIES = (Feedback,)
Reviewer = Annotated[Caller, Depends(requires(Scope.RUN, Role.REVIEWER))]


@router.post(
    "/api/interactions/{interaction_id}/feedback",
    responses=problems(404, 409, body=True),
    openapi_extra=described(Feedback, {"helpful": True}),
)
async def give_feedback(
    gateway: At, caller: Starter, interaction_id: str, given: Annotated[Feedback, Depends(body_of(Feedback))]
) -> FeedbackGiven:
    """Give feedback on an answer of yours, at any time. What you send replaces the same fields of earlier feedback."""
    weights = weights_of(gateway.ports.settings.reward_weights)
    kept = await give(gateway.ports.knowledge, interaction_id, given, owner_id=caller.owner_id, weights=weights)
    asked = await interaction_by_id(gateway.records.entities, interaction_id, owner_id=caller.owner_id)
    return FeedbackGiven.of(kept, asked)


@router.delete("/api/interactions/{interaction_id}/feedback", responses=problems(404, 409))
async def undo_feedback(gateway: At, caller: Starter, interaction_id: str) -> FeedbackGiven:
    """Undo your feedback on an answer."""
    kept = await undo(gateway.records, interaction_id, owner_id=caller.owner_id)
    asked = await interaction_by_id(gateway.records.entities, interaction_id, owner_id=caller.owner_id)
    return FeedbackGiven.of(kept, asked)


@router.post("/api/interactions/{interaction_id}/feedback/strike", responses=problems(404, 409))
async def strike_feedback(gateway: At, caller: Reviewer, interaction_id: str) -> FeedbackGiven:
    """Exclude somebody's feedback on an answer from all that is learned. Requires the role reviewer."""
    struck, asked = await strike(gateway.records, interaction_id, by=caller.user.user_id)
    return FeedbackGiven.of(struck, asked)


@router.get("/api/feedback", responses=problems())
async def list_feedback(
    gateway: At,
    caller: Reader,
    *,
    owner_id: Annotated[
        str, Query(max_length=64, description="Whose feedback; yours if empty. Others' requires the role reviewer.")
    ] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> FeedbackList:
    """Feedback on answers, oldest answer first."""
    if owner_id and owner_id != caller.owner_id and not caller.user.role.covers(Role.REVIEWER):
        raise Refused("feedback_requires_reviewer")
    whose = owner_id or caller.owner_id
    found = [FeedbackGiven.of(*one) async for one in feedback.feedback(gateway.records.entities, owner_id=whose)]
    items, next_cursor = sliced(found, limit, cursor)
    return FeedbackList(items=items, next_cursor=next_cursor)
