from magicai.brain.steps import StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Hits, by_meaning
from magicai.messages import say
from magicai.ports import SemanticSearch
from magicai.runs.plan import Resources


@step(provides="semantic", resources=Resources(cpu=1.0, memory=300))
async def search_semantic(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    *,
    knowledge: KnowledgeRecords,
    vectors: SemanticSearch,
) -> Hits:
    """Search passages that mean something near; where that can't be done, words must do."""
    among = await searched(knowledge, request.collections, user_id=run.owner_id)
    try:
        return await by_meaning(vectors, question, among=among, spender=run.spender, on_usage=run.reporter.spent)
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        await run.reporter.problem(
            "vectors",
            say("answered_without_semantic_search", why=exc.message),
            exc.way,
            temporary=isinstance(exc, Temporary),
            missing=False,
        )
        return Hits(missing=exc.what)
