"""Feedback from any way in: kept, remembered, and looked at by the guard."""

from collections.abc import Mapping

from magicai.knowledge import feedback
from magicai.knowledge.feedback import Feedback, Given
from magicai.knowledge.guarding import guard
from magicai.knowledge.ports import KnowledgeRecords
from magicai.ports import Records


async def give_feedback(
    records: KnowledgeRecords,
    interaction_id: str,
    said: Feedback,
    *,
    owner_id: str,
    weights: Mapping[str, float],
) -> Given:
    """Keep what an asker says of an answer of theirs.

    Raises:
        NotFound: there is no such answer of theirs.
        Invalid: the source is none that was found for the question.
        Conflict: the source's document is gone; or a reviewer struck out what was said before.
    """
    given = await feedback.give(records, interaction_id, said, owner_id=owner_id, weights=weights)
    await guard(records.entities, owner_id=owner_id)
    return given


async def undo_feedback(records: Records, interaction_id: str, *, owner_id: str) -> Given:
    """Take back what an asker said of an answer.

    Raises:
        NotFound: there is no such answer of theirs, or they have said nothing of it.
        Conflict: a reviewer struck it out.
    """
    return await feedback.undo(records, interaction_id, owner_id=owner_id)
