from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.knowledge.answer import Answer, Confidence
from magicai.knowledge.confidence import calibrated
from magicai.knowledge.conversation import Question, Turn
from magicai.knowledge.conversations import add_turn
from magicai.knowledge.interactions import interaction_of, note_interaction
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context
from magicai.ports import Records
from magicai.values.languages import language_of
from magicai.values.times import now_us


class Noted(BaseModel):
    """What was kept of an answer, and how sure it is by the votes on others like it."""

    interaction_id: str
    understood_as: str
    confidence: Confidence | None
    confidence_score: float | None


@step(provides="noted", retries=2)
async def note_answer(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    context: Context,
    answered: Answer,
    *,
    records: Records,
) -> Noted:
    """Keep the question with its answer; one without an answer is a gap."""
    interaction = interaction_of(
        run.run_id,
        question.text,
        answered,
        context,
        language=language_of(request.query),
        collections=request.collections,
        at=now_us(),
    )
    await note_interaction(records.entities, interaction, owner_id=run.owner_id)
    turn = Turn(question=request.query, answer=answered.answer, run_id=run.run_id)
    await add_turn(records.entities, question, turn, request.conversation_id, owner_id=run.owner_id)
    sure = await calibrated(records, answered, interaction.match, owner_id=run.owner_id)
    return Noted(
        understood_as=question.text,
        interaction_id=interaction.interaction_id,
        confidence=sure.confidence,
        confidence_score=sure.confidence_score,
    )
