"""The tools: one for each workflow, those for runs, and those for what was decided about them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import CancelScope
from mcp import types
from pydantic import BaseModel, ConfigDict, Field

from magicai.errors import Invalid
from magicai.mcp.answers import answer, run_and_findings
from magicai.mcp.backend import Backend, run_of
from magicai.mcp.following import ReportProgress, followed
from magicai.mcp.operated import answered, arguments_of, tool_of
from magicai.mcp.shapes import OneRun, RunFacts, RunPage
from magicai.operations import decisions, runs
from magicai.operations.operation import Operation
from magicai.operations.workflows import start_of
from magicai.runs import registry
from magicai.runs.requests.accept import check_request
from magicai.runs.run import JSON, Run
from magicai.shapes.runs import Accepted

_FOLLOW = "follow"
_FOLLOW_SCHEMA: JSON = {
    "type": "boolean",
    "default": True,
    "title": "Follow",
    "description": "Wait for the end, with progress. false returns the run's id immediately; then use show_run.",
}
_ONE_RUN: JSON = OneRun.model_json_schema(mode="serialization")
_LOOKS = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WORKS = types.ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
)
_STOPS = types.ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ShowRun(_Arguments):
    run_id: Annotated[str, Field(description="The run's id.")]
    wait_s: Annotated[int, Field(ge=0, le=300, description="Seconds to wait for its end, with progress.")] = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool.

    Attributes:
        report: takes how far a run is, 0 to 100, and in which step.
        begun: is told the run that this call has started.
    """

    backend: Backend
    arguments: Mapping[str, Any]
    report: ReportProgress
    begun: Callable[[Run], None]


Act = Callable[[Call], Awaitable[types.CallToolResult]]


async def call(name: str, its: Call) -> types.CallToolResult:
    """Do what a tool does.

    Raises:
        MagicError: why not.
    """
    if name in _workflows():
        return await _start(name, its)
    if name not in _OTHERS:
        raise Invalid("tool_not_found", name=name[:80], names=", ".join([*_OTHERS, *_workflows()]))
    return await _OTHERS[name][1](its)


def listed() -> list[types.Tool]:
    """Every tool; what is said of them is ours alone."""
    return [*(_of_workflow(name) for name in _workflows()), *(tool for tool, _ in _OTHERS.values())]


def _workflows() -> list[str]:
    """The workflows, and the general one, which is composed of what they can do."""
    return [*registry.names(), registry.GENERAL]


def _of_workflow(name: str) -> types.Tool:
    shape = registry.workflow(name).request
    schema: JSON = shape.model_json_schema()
    schema["properties"] = {**schema["properties"], _FOLLOW: _FOLLOW_SCHEMA}
    return types.Tool(
        name=name,
        title=schema.get("title", name),
        description=f"{shape.__doc__} Takes minutes. The result and its files are resources in the answer.",
        input_schema=schema,
        output_schema=_ONE_RUN,
        annotations=_WORKS,
    )


async def _start(workflow: str, its: Call) -> types.CallToolResult:
    values = dict(its.arguments)
    follow = values.pop(_FOLLOW, True)
    if not isinstance(follow, bool):
        raise Invalid("follow_invalid", follow=follow)
    run = await _begun(workflow, its, values)
    return run_and_findings(await followed(its.backend, run, its.report) if follow else run, its.backend.say)


async def _begun(workflow: str, its: Call, values: JSON) -> Run:
    """Without a break: who takes the request back meanwhile must learn which run to stop."""
    with CancelScope(shield=True):
        accepted: Accepted = await answered(start_of(workflow), its.backend, values)
        run = await run_of(its.backend, accepted.run_id)
        its.begun(run)
        await its.backend.begin(run)
        return run
    raise AssertionError("a shield swallows nothing")


async def _list_runs(its: Call) -> types.CallToolResult:
    """Without findings and problems, which quote pages of others."""
    await its.backend.close_dead_runs(None)
    page = await answered(runs.list_runs, its.backend, its.arguments)
    return answer(RunPage(items=[RunFacts.of(run) for run in page.items], next_cursor=page.next_cursor))


async def _show_run(its: Call) -> types.CallToolResult:
    asked = check_request(_ShowRun, its.arguments)
    assert isinstance(asked, _ShowRun)
    run = await _named(its, asked.run_id)
    if asked.wait_s:
        run = await followed(its.backend, run, its.report, limit_s=asked.wait_s)
    return run_and_findings(run, its.backend.say)


async def _cancel_run(its: Call) -> types.CallToolResult:
    run = await _named(its, arguments_of(runs.cancel_run, its.arguments)["run_id"])
    await its.backend.cancel(run)
    return run_and_findings(await run_of(its.backend, run.run_id), its.backend.say)


async def _resume_run(its: Call) -> types.CallToolResult:
    given = arguments_of(runs.resume_run, its.arguments)
    run = await _named(its, given["run_id"])
    await its.backend.resume(run, given["budget"])
    return run_and_findings(await run_of(its.backend, run.run_id), its.backend.say)


async def _named(its: Call, run_id: str) -> Run:
    await its.backend.close_dead_runs(None)
    return await run_of(its.backend, run_id)


def _as_it_is(operation: Operation[..., Any]) -> tuple[types.Tool, Act]:
    async def act(its: Call) -> types.CallToolResult:
        return answer(its.backend.say.model(await answered(operation, its.backend, its.arguments)))

    return tool_of(operation), act


_OTHERS: dict[str, tuple[types.Tool, Act]] = {
    tool.name: (tool, act)
    for tool, act in (
        (tool_of(runs.list_runs, RunPage), _list_runs),
        (
            types.Tool(
                name="show_run",
                title="Show run",
                description="The status and main findings of a run.",
                input_schema=_ShowRun.model_json_schema(),
                output_schema=_ONE_RUN,
                annotations=_LOOKS,
            ),
            _show_run,
        ),
        (tool_of(runs.cancel_run, OneRun, _STOPS), _cancel_run),
        (tool_of(runs.resume_run, OneRun, _WORKS), _resume_run),
        _as_it_is(decisions.list_decisions),
        _as_it_is(decisions.show_brain),
        _as_it_is(decisions.reward_decision),
        _as_it_is(runs.send_message),
    )
}
