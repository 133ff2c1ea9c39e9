from collections.abc import Awaitable, Callable, Mapping

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Missing
from magicai.ports import TextModel
from magicai.runs.plan import Resources
from magicai.shops.report.draft import Draft, PhrasedSentences
from magicai.shops.report.phrase import GENERATION, phrase
from magicai.shops.step_results import Ready


def _limits(situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    wish, here = situation.request.get("model"), situation.machine.model
    if wish == "none":
        return {"phrase_report": (("no",), "you asked for no language model")}
    if here is None and wish != "get":
        return {"phrase_report": (("no",), "no language model is here; `magicai model get` brings one")}
    return {}


@step(
    provides="phrased",
    may_be_left_out=True,
    limits=_limits,
    generation=GENERATION,
    retries=2,
    retry_delay_s=2.0,
    resources=Resources(cpu=2.0, memory=2000),
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
        raise Missing("No language model is here.", way_out="To fetch one: magicai model get")
    phrased = await phrase(draft.sentences, writer, reporter=run.reporter, generation=run.generation)
    return PhrasedSentences(written_by=writer.name, sentences=phrased.sentences)
