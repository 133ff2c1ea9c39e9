from collections.abc import Awaitable, Callable

from magicai.brain.choice_points import NO, USE, YES, ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Missing
from magicai.ports import TextModel
from magicai.runs.plan import Resources
from magicai.shops.report.draft import Draft, PhrasedSentences
from magicai.shops.report.phrase import GENERATION, phrase
from magicai.shops.step_results import Ready


def _open(situation: Situation) -> tuple[tuple[str, ...], str]:
    wish, here = situation.request.get("model"), situation.machine.model_of("writer")
    if wish == "none":
        return (NO,), "no language model was asked for"
    if here is None and wish != "get":
        return (NO,), "no language model is installed; to download one: magicai model get"
    if wish == "get":
        return (YES,), "you asked for a language model"
    return (YES, NO), ""


@step(
    provides="phrased",
    optional=True,
    choices=(
        ChoicePoint(
            name=USE,
            options=(YES, NO),
            open=_open,
            features=("language=zh",),
            rewards=("time", "cost", "failure", "rating"),
        ),
    ),
    generation=GENERATION,
    text_role="writer",
    retries=2,
    retry_delay_s=2.0,
    resources=Resources(cpu=1.5, memory=2000),
)
async def phrase_report(
    run: StepRun,
    draft: Draft,
    model: Ready | None = None,
    *,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> PhrasedSentences:
    """Let a language model say the sentences in its own words; only what says the same is taken."""
    del model  # it is here now
    writer = await text_model(run.spender)
    if writer is None:
        raise Missing("No language model is installed.", way_out="To download one: magicai model get")
    phrased = await phrase(draft.sentences, writer, reporter=run.reporter, generation=run.generation)
    return PhrasedSentences(written_by=writer.name, sentences=phrased.sentences)
