"""A model is fetched, and how far it is is told in megabytes."""

from collections.abc import Awaitable
from pathlib import Path

from integrations.text.progress import OnProgress, Progress
from tasks.crawl_analyze_generate.fetch_model import fetch_model
from tests.unit.tasks.conftest import REQUEST, Bench


async def test_what_was_fetched_is_named_and_progress_told(bench: Bench) -> None:
    async def fetch(on_progress: OnProgress) -> Path:
        for done in (0, 2_000_000):
            told = on_progress(Progress("fetching", "models.example", done, 4_000_000))
            if isinstance(told, Awaitable):
                await told
        return Path("models/small.gguf")

    ready = await fetch_model(bench.step(), REQUEST, fetch_language_model=fetch)
    assert ready.name == "small"
    assert bench.heard.told == [(0, 4), (2, 4)]
