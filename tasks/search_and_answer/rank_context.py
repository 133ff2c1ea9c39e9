from magicai.brain.steps import StepRun, step
from magicai.knowledge.collections import readable
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, merged
from magicai.ports import Embedder
from magicai.values.languages import language_of


@step(provides="context", retries=1)
async def rank_context(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    semantic: Hits,
    full_text: Hits | None = None,
    *,
    knowledge: KnowledgeRecords,
    embedder: Embedder,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now."""
    return await merged(
        knowledge.entities,
        question.text,
        semantic,
        full_text,
        among=await readable(knowledge, request.collections, user_id=run.owner_id),
        owner_id=run.owner_id,
        language=language_of(question.text),
        most=request.top_k,
        embedder=None if semantic.missing else embedder,
    )
