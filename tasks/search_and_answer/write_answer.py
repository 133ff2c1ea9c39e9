from collections.abc import Awaitable, Callable

from magicai.brain.steps import Generation, StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge import answer_cache
from magicai.knowledge.answer import Answer, closest
from magicai.knowledge.answering import QuestionWithPassages, answered
from magicai.knowledge.calls import allowed
from magicai.knowledge.conversation import Question
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context
from magicai.messages import Message, say
from magicai.ports import Cache, TextModel
from magicai.runs.events.streaming import Streaming
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.values.languages import language_of


@step(
    provides="answered",
    generation=Generation(max_tokens=1_500),
    text_role="answerer",
    retries=1,
    resources=Resources(cpu=1.0, memory=300),
)
async def write_answer(
    run: StepRun,
    request: SearchAndAnswer,
    question: Question,
    context: Context,
    *,
    cache: Cache,
    text_model: Callable[..., Awaitable[TextModel | None]],
    settings: Settings,
) -> Answer:
    """Answer from the ranked passages, each sentence with its quotes; without a model, show the closest ones."""
    language = language_of(request.query) if request.language == "auto" else request.language
    nearest = closest(question.text, context, language=language)
    if not context.passages or request.model == "none":
        return nearest
    asked = QuestionWithPassages.of(question.text, context, language=language)
    name: str | Message = say("the_language_model")
    try:
        model = await text_model(run.spender)
        if model is None:
            return nearest
        name = model.name
        key = answer_cache.key_of(asked, model=name)
        if (before := await answer_cache.kept(cache, key)) is not None:
            return before
        async with Streaming(run.reporter).showing(run.run_id) as show:
            answer = await answered(
                asked,
                model,
                max_tokens=run.generation.max_tokens,
                second_try=allowed(settings.answer_calls).second_try,
                reporter=run.reporter,
                on_sentence=show,
            )
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        what = say("model_gave_no_answer", model=name, why=exc.message)
        await run.reporter.problem("model", what, exc.way, missing=True)
        return nearest
    if answer.answerable == "not_judged":
        await run.reporter.problem("model", say("answer_not_proved", model=name), missing=True)
    elif not answer.left_out:  # what is left out may be proved the next time
        await answer_cache.keep(cache, key, answer)
    return answer
