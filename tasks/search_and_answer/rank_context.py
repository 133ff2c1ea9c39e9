from magicai.brain.steps import StepRun, step
from magicai.knowledge.conversation import Question
from magicai.knowledge.languages import language_of
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, merged
from magicai.ports import Embedder, Records


@step(provides="context", retries=1)
async def rank_context(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    semantic: Hits,
    full_text: Hits | None = None,
    *,
    records: Records,
    embedder: Embedder,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now."""
    return await merged(
        records.entities,
        question.text,
        semantic,
        full_text,
        owner_id=run.owner_id,
        collections=request.collections,
        language=language_of(question.text),
        most=request.top_k,
        embedder=None if semantic.missing else embedder,
    )
