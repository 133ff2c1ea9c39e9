from magicai.brain.steps import StepRun, step
from magicai.knowledge.collections import readable
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, merged
from magicai.values.languages import language_of


@step(provides="context", retries=1)
async def rank_context(
    run: StepRun,
    request: SearchAndAnswer,
    semantic: Hits,
    full_text: Hits | None = None,
    *,
    knowledge: KnowledgeRecords,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now."""
    return await merged(
        knowledge.entities,
        request.query,
        semantic,
        full_text,
        among=await readable(knowledge, request.collections, user_id=run.owner_id),
        language=language_of(request.query),
        most=request.top_k,
    )
