"""Feedback from any way in: kept, remembered, and counted for how sure answers are."""

from collections.abc import Mapping

from magicai.knowledge import feedback
from magicai.knowledge.answer import Confidence
from magicai.knowledge.confidence import recalibrate
from magicai.knowledge.entries import remove_correction, write_correction
from magicai.knowledge.feedback import Feedback, StoredFeedback
from magicai.knowledge.interactions import Interaction, interaction_by_id
from magicai.knowledge.ports import KnowledgeRecords
from magicai.ports import Records


async def give_feedback(
    records: KnowledgeRecords,
    interaction_id: str,
    said: Feedback,
    *,
    owner_id: str,
    weights: Mapping[str, float],
) -> StoredFeedback:
    """Keep what an asker says of an answer of theirs.

    Raises:
        NotFound: there is no such answer of theirs.
        Invalid: the source is none that was found for the question.
        Conflict: the source's document is gone; or a reviewer struck out what was said before.
    """
    given = await feedback.give(records, interaction_id, said, owner_id=owner_id, weights=weights)
    if said.corrected_answer is not None:
        asked = await interaction_by_id(records.entities, interaction_id, owner_id=owner_id)
        await write_correction(records, asked, said.corrected_answer, owner_id=owner_id)
    await _recalibrate(records, owner_id=owner_id)
    return given


async def undo_feedback(records: Records, interaction_id: str, *, owner_id: str) -> StoredFeedback:
    """Take back what an asker said of an answer.

    Raises:
        NotFound: there is no such answer of theirs, or they have said nothing of it.
        Conflict: a reviewer struck it out.
    """
    undone = await feedback.undo(records, interaction_id, owner_id=owner_id)
    if undone.corrected_answer is not None:
        asked = await interaction_by_id(records.entities, interaction_id, owner_id=owner_id)
        await remove_correction(records.entities, asked, owner_id=owner_id)
    await _recalibrate(records, owner_id=owner_id)
    return undone


async def strike_feedback(
    records: Records, interaction_id: str, *, owner_id: str, by: str
) -> tuple[StoredFeedback, Interaction]:
    """Let what was said of an answer count no more, at a reviewer's word; answers it with its question.

    Args:
        owner_id: whose answer it is.
        by: the reviewer.

    Raises:
        NotFound: nobody has said anything of such an answer.
    """
    struck, asked = await feedback.strike(records, interaction_id, owner_id=owner_id, by=by)
    if struck.corrected_answer is not None:
        await remove_correction(records.entities, asked, owner_id=owner_id)
    await _recalibrate(records, owner_id=owner_id)
    return struck, asked


async def _recalibrate(records: Records, *, owner_id: str) -> None:
    votes = [one async for one in feedback.feedback(records.entities, owner_id=owner_id)]
    judged: list[tuple[Confidence, float, bool]] = [
        (asked.confidence, asked.match, right)
        for given, asked in votes
        if asked.confidence is not None and (right := feedback.says_right(given, asked)) is not None
    ]
    await recalibrate(records.entities, judged, owner_id=owner_id)
