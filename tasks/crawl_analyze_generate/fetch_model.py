from collections.abc import Awaitable, Callable
from pathlib import Path

from integrations.text.progress import OnProgress, Progress
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.runs.plan import Resources
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.step_results import Ready

_MB = 1_000_000


def _not_wanted(situation: Situation) -> str | None:
    if situation.request.get("model") != "get":
        return "only `--model get` downloads one"
    return None if situation.machine.model is None else f"{situation.machine.model} is already installed"


@step(provides="model", optional=True, unless=_not_wanted, resources=Resources(cpu=0.2, memory=100))
async def fetch_model(
    run: StepRun,
    request: CrawlAnalyzeGenerate,  # noqa: ARG001 - begins at once
    *,
    fetch_language_model: Callable[[OnProgress], Awaitable[Path]],
) -> Ready:
    """Fetch the language model while the shop is read."""

    async def on_progress(now: Progress) -> None:
        done, total = now.done // _MB, now.total // _MB
        await run.reporter.progress(done, total, f"MB, {now.stage}", source=now.source, rate=now.rate / _MB)

    model = await fetch_language_model(on_progress)
    return Ready(name=model.stem)
