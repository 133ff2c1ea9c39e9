from magicai.brain.steps import StepRun, step
from magicai.knowledge.conversation import Question, in_conversation
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.ports import Records


@step(provides="question", retries=2)
async def read_question(run: StepRun, request: SearchAndAnswer, *, records: Records) -> Question:
    """Read the question with the earlier ones of its conversation."""
    return await in_conversation(records.entities, request.query, request.conversation_id, owner_id=run.owner_id)
