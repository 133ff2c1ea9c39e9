import time
from collections.abc import Mapping
from typing import Any

from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Missing, Temporary
from magicai.knowledge.collections import searched
from magicai.knowledge.conversation import Question
from magicai.knowledge.ports import KnowledgeRecords
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Hits, by_words
from magicai.ports import SearchIndex
from magicai.runs.plan import Resources
from magicai.values.rewards import TOLD

# Semantic search that is surer than this is enough.
SURE = 0.8
_BELOW = (f"{SURE:g}", "0.6")


def _unsure(_situation: Situation, have: Mapping[str, Any]) -> str | None:
    semantic = Hits.model_validate(have["semantic"])
    if semantic.missing:
        return "semantic search is not available"
    return None if semantic.sure >= SURE else f"semantic search is {semantic.sure:.2f} sure, less than {SURE:g}"


@step(
    provides="full_text",
    trigger=_unsure,
    choices=(ChoicePoint(name="below", options=_BELOW, rewards=("time", *TOLD), inside=True),),
    resources=Resources(cpu=0.5, memory=100),
)
async def search_full_text(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    semantic: Hits,
    *,
    knowledge: KnowledgeRecords,
    search: SearchIndex,
) -> Hits:
    """Search passages by their words, too."""
    # A choice where options differ: what people say of answers tells how sure is sure enough.
    differ = not semantic.missing and semantic.sure >= float(_BELOW[-1])
    if differ and semantic.sure >= float(await run.decide("below")):
        await run.reward("below", seconds=0.0)
        return Hits()
    began = time.monotonic()
    among = await searched(knowledge, request.collections, user_id=run.owner_id)
    try:
        found = await by_words(search, question.text, among=among)
    except (Missing, Temporary) as exc:
        if semantic.missing:
            raise
        await run.reporter.problem(
            "search",
            f"The question was answered without full-text search: {exc.what}",
            exc.way_out,
            temporary=isinstance(exc, Temporary),
            missing=False,
        )
        return Hits(missing=exc.what)
    if differ:
        await run.reward("below", seconds=time.monotonic() - began)
    return found
