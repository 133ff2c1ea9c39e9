"""Runs that are cut after each of their steps before what it gave is kept: in this process, without Prefect."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from integrations.open import Ports
from magicai.brain.planner import Goal
from magicai.brain.steps import Step, StepRun
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin, RunStatus

_MOST_CUTS = 20


class Cut(BaseException):
    """What no step expects, and nobody catches."""


def cut_once(steps: set[str], of: Goal) -> Goal:
    """A goal whose steps are cut once each, with their work done and what it gave not kept.

    Args:
        steps: which; one that was cut is taken out.
        of: the goal that they are of.
    """

    def mortal(step: Step) -> Step:
        async def go(run: StepRun, **inputs: Any) -> Any:
            value = await step.function(run, **inputs)
            if step.name in steps:
                steps.remove(step.name)
                raise Cut(step.name)
            return value

        return replace(step, function=go)

    return replace(of, steps=tuple(mortal(step) for step in of.steps))


async def _perform(_task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    return await do()


async def _show(_key: str, _content: str | Sequence[Mapping[str, object]]) -> None: ...


async def carry_out(ports: Ports, goal: Goal, request: BaseModel, owner_id: str) -> tuple[str, JSON]:
    """A run's id, and its result once an attempt at it was not cut.

    Args:
        ports: of the installation.
        goal: of the workflow.
        request: as a run's row may hold it.
        owner_id: whose run it is.
    """
    run = await accept(ports.records, goal.workflow.name, request, owner_id=owner_id, origin=Origin.CLI)
    for _ in range(_MOST_CUTS):
        status, result = await attempt(ports, goal, run.run_id, request)
        if status is not None:
            assert status in (RunStatus.COMPLETED, RunStatus.PARTIAL), result["problems"]
            return run.run_id, result
    raise AssertionError("it is cut again and again")


async def attempt(ports: Ports, goal: Goal, run_id: str, request: BaseModel) -> tuple[RunStatus | None, JSON]:
    """How the next attempt at a run ends, with its result; no status where it was cut."""
    begun = await ports.records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    run = await ports.records.runs.get(run_id)
    try:
        return await Executor(goal, run, request, begun, ports, perform=_perform, show=_show).carry_out()
    except Cut:
        ((_, begun),) = await ports.records.runs.unfinished()
        assert await ports.records.runs.close_dead(begun, RunStatus.FAILED, {"status": "failed", "problems": []})
        return None, {}
