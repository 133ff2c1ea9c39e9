from magicai.brain.steps import StepRun, step
from magicai.errors import Missing, Temporary
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.reading import lacking
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, by_words, merged
from magicai.ports import Embedder, SearchIndex
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
    search: SearchIndex,
    embedder: Embedder,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now.

    Where full text was left out and the ranking is not sure enough to answer, it is searched after all: what both ways
    find is surer.
    """
    among = await searched(knowledge, request.collections, user_id=run.owner_id)

    async def ranked(hits: Hits | None) -> Context:
        return await merged(
            knowledge.entities,
            question.text,
            semantic,
            hits,
            among=among,
            owner_id=run.owner_id,
            language=language_of(question.text),
            most=request.top_k,
            embedder=None if semantic.missing else embedder,
        )

    context = await ranked(full_text)
    left_out = full_text is None or not (full_text.scores or full_text.missing)
    if left_out and context.confidence < context.threshold:
        try:
            context = await ranked(await by_words(search, question.text, among=among))
        except (Missing, Temporary):
            # Where nothing could be searched, nobody knows whether the documents answer.
            if semantic.missing:
                raise
    if not context.passages and (why := await lacking(knowledge, request.collections, user_id=run.owner_id)):
        way_out = "To add some: magicai knowledge add PATH"
        await run.reporter.problem("documents", why, way_out, missing=False)
    return context
