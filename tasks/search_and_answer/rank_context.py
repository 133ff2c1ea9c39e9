from collections.abc import Awaitable, Callable

from magicai.brain.steps import StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge.calls import allowed
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.reading import lacking
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context, Hits, merged
from magicai.messages import say
from magicai.models.choices import TEXT_MODEL
from magicai.ports import Reranker
from magicai.settings import Settings


@step(provides="context", retries=1)
async def rank_context(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    semantic: Hits,
    full_text: Hits,
    *,
    knowledge: KnowledgeRecords,
    reranker: Callable[..., Awaitable[Reranker | None]],
    settings: Settings,
) -> Context:
    """Rank what was found, with the passages' texts as the records have them now.

    Raises:
        Temporary: nothing could be searched, so nobody knows what the documents say.
    """
    if semantic.missing and full_text.missing:
        raise Temporary("document_search_failed", reason=semantic.missing, otherwise=full_text.missing)

    async def tell(exc: Temporary | Permanent) -> None:
        what = say("ranked_without_reranker", why=exc.message)
        await run.reporter.problem("reranker", what, exc.way, missing=False)

    try:
        reads = await reranker(run.spender, run.reporter.spent)
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        await tell(exc)
        reads = None
    asks_model = reads is not None and reads.name == TEXT_MODEL
    if asks_model and (request.model == "none" or not allowed(settings.answer_calls).reranking):
        reads = None
    among = await searched(knowledge, request.collections, user_id=run.owner_id)
    context = await merged(
        knowledge.entities,
        question,
        semantic,
        full_text,
        among=among,
        owner_id=run.owner_id,
        most=request.top_k,
        reranker=reads,
        on_failure=tell,
    )
    if not context.passages and (why := await lacking(knowledge, request.collections, user_id=run.owner_id)):
        await run.reporter.problem("documents", why, missing=False)
    return context
