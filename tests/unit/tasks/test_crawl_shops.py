"""What comes of shops of which nothing can be read; they lie on this machine, so none of them is asked."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.runs.accept import accept
from magicai.runs.executor import Executor, Task
from magicai.runs.run import JSON, Origin, RunResult, RunStatus
from magicai.runs.workflow import Workflow
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from tasks.crawl_analyze_generate.crawl_shops import crawl_shops

GOAL = goal(
    Workflow(name="w", request=CrawlAnalyzeGenerate, result=RunResult, quality=lambda _: (0.5, ())),
    gives=("crawl",),
    steps=(crawl_shops,),
)


@pytest.fixture
async def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ports]:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    async with open_ports() as opened:
        yield opened


async def _read(ports: Ports, *urls: str) -> tuple[RunStatus, JSON]:
    request = CrawlAnalyzeGenerate(competitor_url=urls)
    run = await accept(ports.records, "w", request, owner_id="local", origin=Origin.CLI)
    attempt = await ports.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

    async def perform(_task: Task, do: Callable[[], Awaitable[Any]]) -> Any:
        return await do()

    async def show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...

    executor = Executor(GOAL, run, request, attempt, ports, perform=perform, show=show)
    return await executor.carry_out()


@pytest.mark.parametrize("url", ["http://2130706433:8080/", "http://0x7f.1:8080/", "http://127.0.0.1:8080/"])
async def test_a_run_fails_where_nothing_can_be_read_and_says_why_once(ports: Ports, url: str) -> None:
    status, result = await _read(ports, url)
    assert status is RunStatus.FAILED
    (problem,) = result["problems"]
    assert url.removeprefix("http://").removesuffix("/") in problem["what"]
    assert "127.0.0.1:8080 is a loopback address: this machine" in problem["what"]
    assert "MAGICAI_CRAWL_ALLOW_HOSTS=127.0.0.1:8080" in problem["way_out"]


async def test_where_no_shop_can_be_read_each_is_named(ports: Ports) -> None:
    status, result = await _read(ports, "http://127.0.0.1:8080/", "http://[::1]:8080/")
    assert status is RunStatus.FAILED
    whats = [problem["what"] for problem in result["problems"]]
    assert ["127.0.0.1:8080" in whats[0], "[::1]:8080" in whats[1], whats[2]] == [
        True,
        True,
        "None of the 2 shops could be read.",
    ]
