from collections.abc import Awaitable, Callable

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Missing, OverBudget, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import TextModel
from magicai.runs.plan import Resources
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawl_result import ReportSummary
from magicai.shops.report.draft import Draft
from magicai.shops.report.summarising import GENERATION, Summariser, Unusable
from magicai.shops.step_results import Ready


def _without_model(situation: Situation) -> Message | None:
    wish, here = situation.request.get("model"), situation.machine.model_of("writer")
    if wish == "none":
        return say("summary_not_wanted")
    if here is None and wish != "get":
        return say("no_model_for_summary")
    return None


# No retries: what a try has paid for must not be paid for again. A busy server is waited for inside.
@step(
    provides="summary",
    optional=True,
    unless=_without_model,
    generation=GENERATION,
    text_role="writer",
    resources=Resources(cpu=1.5, memory=2000),
)
async def summarise_report(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    draft: Draft,
    model: Ready | None = None,
    *,
    text_model: Callable[..., Awaitable[TextModel | None]],
) -> ReportSummary | None:
    """Have a language model say what the findings mean and what to do; None where it gave nothing to show."""
    del model  # it is here now
    writer = await text_model(run.spender)
    if writer is None:
        raise Missing("language_model_not_installed")
    verifier = await text_model(run.spender, role="verifier")
    made = Summariser(writer, verifier, run.reporter, max_tokens=run.generation.max_tokens)
    try:
        summary = await made.summarise(draft.sentences, request.language)
    except OverBudget:
        raise
    except Unusable as exc:
        what = say("summary_not_usable", model=writer.name, why=exc.message)
        await run.reporter.problem("summary", what, missing=True)
        return None
    except (Temporary, Permanent) as exc:
        what = say("summary_not_written", model=writer.name, why=exc.message)
        await run.reporter.problem("summary", what, exc.way, missing=True)
        return None
    if made.not_corrected:
        what = say("summary_not_corrected", model=writer.name, why=made.not_corrected.message)
        await run.reporter.problem("summary", what, made.not_corrected.way, missing=False)
    if made.not_checked and verifier is not None:
        what = say("summary_not_checked", model=verifier.name, why=made.not_checked.message)
        await run.reporter.problem("summary", what, made.not_checked.way, missing=False)
    return summary
