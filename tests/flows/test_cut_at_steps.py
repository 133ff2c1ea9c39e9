"""The main workflow, cut after each of its steps before what it gave is kept: in this process, without Prefect."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.crawl_analyze_generate import GOAL
from integrations.open import Ports, open_ports
from integrations.processes import on_demand
from magicai.brain.planner import Goal
from magicai.brain.steps import Step, StepRun
from magicai.runs.accept import accept
from magicai.runs.executor import Executor, Task
from magicai.runs.run import JSON, Origin, RunStatus
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from tests.flows.corner_shop import PRODUCTS, corner_shop
from tests.flows.leaving import found, told

STEPS = (
    *("crawl_shops", "save_products", "analyse_shops", "relate_brands"),
    *("compose_report", "file_report", "index_stores"),
)


class Cut(BaseException):
    """What no step expects, and nobody catches."""


def cut_once(steps: set[str], of: Goal) -> Goal:
    """A goal whose steps are cut once each, with their work done and what it gave not kept."""

    def mortal(step: Step) -> Step:
        async def go(run: StepRun, **inputs: Any) -> Any:
            value = await step.function(run, **inputs)
            if step.name in steps:
                steps.remove(step.name)
                raise Cut(step.name)
            return value

        return replace(step, function=go)

    return replace(of, steps=tuple(mortal(step) for step in of.steps))


async def _perform(_task: Task, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...


async def carried_out(ports: Ports, goal: Goal, shop: str, owner_id: str) -> tuple[str, JSON, int]:
    """A run's id, its result, and how often it was cut before."""
    request = CrawlAnalyzeGenerate(competitor_url=(f"http://{shop}",))
    run = await accept(ports.records, WORKFLOW.name, request, owner_id=owner_id, origin=Origin.CLI)
    for cuts in range(len(STEPS) + 1):
        attempt = await ports.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
        run = await ports.records.runs.get(run.run_id)
        executor = Executor(goal, run, request, attempt, ports, perform=_perform, show=_show)
        try:
            status, result = await executor.carry_out()
        except Cut:
            ((_, attempt),) = await ports.records.runs.unfinished()
            assert await ports.records.runs.close_dead(attempt, RunStatus.FAILED, {"status": "failed", "problems": []})
        else:
            assert status is RunStatus.COMPLETED, result["problems"]
            return run.run_id, result, cuts
    raise AssertionError("it was cut more often than it has steps")


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A shop, and an installation that may read it."""
    with corner_shop() as host:
        for name, value in (("HOME", str(tmp_path)), ("CRAWL_ALLOW_HOSTS", host), ("CRAWL_DELAY", "0")):
            monkeypatch.setenv(f"MAGICAI_{name}", value)
        monkeypatch.setenv("MAGICAI_MODEL", "none")
        yield host
    await on_demand.stop(tmp_path / "chroma")


async def test_cut_after_every_step_it_ends_as_if_nothing_had_happened(shop: str) -> None:
    async with open_ports() as ports:
        calm, calm_result, _ = await carried_out(ports, GOAL, shop, "undisturbed")
        run_id, result, cuts = await carried_out(ports, cut_once(set(STEPS), GOAL), shop, "disturbed")
        here, there = await found(ports, run_id, "disturbed"), await found(ports, calm, "undisturbed")
    assert cuts == len(STEPS)
    assert told(here.pop("report")) == told(there.pop("report"))
    assert here == there
    assert Counter(product["name"] for product in here["products"]) == Counter(name for name, *_ in PRODUCTS)
    assert told(result) == told(calm_result)
