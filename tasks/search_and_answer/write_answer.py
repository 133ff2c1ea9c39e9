from collections.abc import Awaitable, Callable

from magicai.brain.steps import Generation, StepRun, step
from magicai.errors import OverBudget, Permanent, Temporary
from magicai.knowledge import answer_cache
from magicai.knowledge.answer import Answer, abstained, extracted, unsure
from magicai.knowledge.conversation import Question
from magicai.knowledge.identifiers import names_another_thing
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.knowledge.searching import Context
from magicai.knowledge.writing import written
from magicai.ports import Cache, TextModel
from magicai.runs.events.streaming import Streaming
from magicai.runs.plan import Resources
from magicai.values.languages import language_of


@step(
    provides="answered",
    generation=Generation(max_tokens=300),
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
) -> Answer:
    """Answer from the ranked passages, each sentence with its source; or abstain."""
    language = language_of(request.query) if request.language == "auto" else request.language
    said = [f"{one.passage.title} {one.text}" for one in context.passages]
    if not said or names_another_thing(question.text, said):
        return abstained(context, language=language, why="nothing_found")
    if context.confidence < context.threshold:
        return unsure(question.text, context, language=language)
    model = await text_model(run.spender) if request.model == "auto" else None
    if model is None:
        return extracted(question.text, context, language=language)
    key = answer_cache.key_of(question.text, context, language=language, model=model.name)
    if (before := await answer_cache.kept(cache, key, context)) is not None:
        return before
    try:
        answer = await written(
            question.text,
            context,
            Streaming(run.reporter).through(model, item=run.run_id),
            language=language,
            max_tokens=run.generation.max_tokens,
            reporter=run.reporter,
        )
    except OverBudget:
        raise
    except (Temporary, Permanent) as exc:
        what = f"The answer was written without {model.name}: {exc.what}"
        await run.reporter.problem("model", what, exc.way_out, missing=False)
        return extracted(question.text, context, language=language)
    if answer.written_by == model.name:
        await answer_cache.keep(cache, key, answer)
    return answer
