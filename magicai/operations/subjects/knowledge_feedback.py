"""Feedback on answers: what askers say of them."""

from typing import Annotated

from pydantic import Field

from magicai.accounts.identity import WorkspaceRole
from magicai.errors import NotFound
from magicai.knowledge import feedback, feedback_changes
from magicai.knowledge.feedback import StoredFeedback
from magicai.knowledge.interactions import interaction_by_id
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.knowledge_feedback import Feedback, FeedbackGiven, FeedbackList
from magicai.values.rewards import weights_of

TAG = "feedback"
InteractionId = Annotated[
    str, Field(max_length=200, description="The id of the run that answered, or a unique beginning or end of it.")
]


@operation("POST", "/api/interactions/{interaction_id}/feedback", problems=(404, 409), example={"helpful": True})
async def give_feedback(context: Context, interaction_id: InteractionId, given: Feedback) -> FeedbackGiven:
    """Give feedback on an answer of yours, at any time. What you send replaces the same fields of earlier feedback."""
    kept = await feedback_changes.give_feedback(
        context.ports.knowledge,
        await _whole_id(context, interaction_id),
        given,
        owner_id=context.owner_id,
        weights=weights_of(context.ports.settings.reward_weights),
    )
    return await _with_question(context, kept)


@operation("DELETE", "/api/interactions/{interaction_id}/feedback", problems=(404, 409))
async def undo_feedback(context: Context, interaction_id: InteractionId) -> FeedbackGiven:
    """Undo your feedback on an answer."""
    answer = await _whole_id(context, interaction_id)
    return await _with_question(
        context, await feedback_changes.undo_feedback(context.records, answer, owner_id=context.owner_id)
    )


@operation(
    "POST", "/api/interactions/{interaction_id}/feedback/strike", member=WorkspaceRole.REVIEWER, problems=(404, 409)
)
async def strike_feedback(context: Context, interaction_id: str) -> FeedbackGiven:
    """Exclude feedback on an answer from all that is learned. Requires the role reviewer."""
    struck, asked = await feedback_changes.strike_feedback(
        context.records, interaction_id, owner_id=context.owner_id, by=context.caller.user.user_id
    )
    return FeedbackGiven.of(struck, asked)


@operation("GET", "/api/feedback")
async def list_feedback(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> FeedbackList:
    """Feedback on answers, oldest answer first."""
    given = feedback.feedback(context.records.entities, owner_id=context.owner_id)
    found = [FeedbackGiven.of(*one) async for one in given]
    items, next_cursor = sliced(found, limit, cursor)
    return FeedbackList(items=items, next_cursor=next_cursor)


async def _whole_id(context: Context, interaction_id: str) -> str:
    """The id of an answer from a part of its run's, as lists of runs show it; an answer may be kept without its run."""
    try:
        return (await context.records.runs.get(interaction_id, owner_id=context.owner_id)).run_id
    except NotFound:
        return interaction_id


async def _with_question(context: Context, given: StoredFeedback) -> FeedbackGiven:
    asked = await interaction_by_id(context.records.entities, given.interaction_id, owner_id=context.owner_id)
    return FeedbackGiven.of(given, asked)
