from magicai.brain.steps import StepRun, step
from magicai.errors import Temporary
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.reading import lacking
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, merged
from magicai.ports import Embedder


@step(provides="context", retries=1)
async def rank_context(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    semantic: Hits,
    full_text: Hits,
    *,
    knowledge: KnowledgeRecords,
    embedder: Embedder,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now.

    Raises:
        Temporary: nothing could be searched, so nobody knows what the documents say.
    """
    if semantic.missing and full_text.missing:
        raise Temporary(f"The documents could not be searched: {semantic.missing} {full_text.missing}")
    among = await searched(knowledge, request.collections, user_id=run.owner_id)
    context = await merged(
        knowledge.entities,
        question,
        semantic,
        full_text,
        among=among,
        owner_id=run.owner_id,
        most=request.top_k,
        embedder=None if semantic.missing else embedder,
    )
    if not context.passages and (why := await lacking(knowledge, request.collections, user_id=run.owner_id)):
        way_out = "To add some: magicai knowledge add PATH"
        await run.reporter.problem("documents", why, way_out, missing=False)
    return context
