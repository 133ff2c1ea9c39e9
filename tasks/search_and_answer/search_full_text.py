from magicai.brain.steps import StepRun, step
from magicai.errors import Permanent, Temporary
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Hits, by_words
from magicai.messages import say
from magicai.ports import SearchIndex
from magicai.runs.plan import Resources


@step(provides="full_text", resources=Resources(cpu=0.5, memory=100))
async def search_full_text(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    *,
    knowledge: KnowledgeRecords,
    search: SearchIndex,
) -> Hits:
    """Search passages by their words; where that can't be done, meaning must do."""
    among = await searched(knowledge, request.collections, user_id=run.owner_id)
    try:
        return await by_words(search, question, among=among)
    except (Temporary, Permanent) as exc:
        await run.reporter.problem(
            "search",
            say("answered_without_full_text_search", why=exc.message),
            exc.way,
            temporary=isinstance(exc, Temporary),
            missing=False,
        )
        return Hits(missing=exc.what)
