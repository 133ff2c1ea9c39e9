from collections.abc import Awaitable, Callable
from pathlib import Path

from integrations.text.progress import OnProgress, Progress
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.messages import Message, say
from magicai.runs.plan import Resources
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.step_results import Ready

_MB = 1_000_000


def _not_wanted(situation: Situation) -> Message | None:
    if situation.request.get("model") != "get":
        return say("model_download_not_wanted")
    model = situation.machine.model
    return None if model is None else say("model_already_installed", model=model)


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
