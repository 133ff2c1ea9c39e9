from collections.abc import Awaitable, Callable

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError, Missing, OverBudget, Permanent, Temporary
from magicai.ports import TextModel
from magicai.runs.plan import Resources
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawl_result import ReportSummary
from magicai.shops.report.draft import Draft
from magicai.shops.report.summarising import GENERATION, Summariser, Unusable
from magicai.shops.step_results import Ready


def _without_model(situation: Situation) -> str | None:
    wish, here = situation.request.get("model"), situation.machine.model_of("writer")
    if wish == "none":
        return "no language model was asked for"
    if here is None and wish != "get":
        return "no language model is installed; to download one: magicai model get"
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
        what = f"Nothing that {writer.name} wrote can stand in the report: {exc.what}. The report has no summary."
        await run.reporter.problem("summary", what, missing=True)
        return None
    except (Temporary, Permanent) as exc:
        what = f"{writer.name} wrote no summary: {_within(exc)}. The report has none."
        await run.reporter.problem("summary", what, exc.way_out, missing=True)
        return None
    if made.not_corrected:
        what = f"{writer.name} could not correct the sentences that are left out: {_within(made.not_corrected)}."
        await run.reporter.problem("summary", what, made.not_corrected.way_out, missing=False)
    if made.not_checked and verifier is not None:
        what = f"{verifier.name} could not check the summary: {_within(made.not_checked)}."
        await run.reporter.problem("summary", what, made.not_checked.way_out, missing=False)
    return summary


def _within(error: MagicError) -> str:
    return error.what.rstrip(".")
