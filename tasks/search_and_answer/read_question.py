from collections.abc import Awaitable, Callable

from magicai.brain.steps import StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge.calls import allowed
from magicai.knowledge.conversation import Question, joined, rewritten
from magicai.knowledge.conversations import turns_of
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.messages import Message, say
from magicai.ports import Records, TextModel
from magicai.settings import Settings


@step(provides="question", text_role="answerer", retries=2)
async def read_question(
    run: StepRun,
    request: SearchAndAnswer,
    *,
    records: Records,
    text_model: Callable[..., Awaitable[TextModel | None]],
    settings: Settings,
) -> Question:
    """Read the question with the earlier ones of its conversation; a model puts it in other words too."""
    turns = await turns_of(records.entities, request.conversation_id, owner_id=run.owner_id)
    if request.model == "none" or not allowed(settings.answer_calls).rewriting:
        return joined(request.query, turns)
    name: str | Message = say("the_language_model")
    try:
        model = await text_model(run.spender)
        if model is None:
            return joined(request.query, turns)
        name = model.name
        question, usage = await rewritten(request.query, turns, model)
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        what = say("question_read_without_model", model=name, why=exc.message)
        await run.reporter.problem("model", what, exc.way, missing=False)
        return joined(request.query, turns)
    await run.reporter.spent(usage)
    return question
