"""The tools: one for each workflow, those for runs, and those for what was decided about them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from mcp import types
from pydantic import BaseModel, ConfigDict, Field

from magicai.brain.overview import BrainKnown, look
from magicai.errors import Invalid
from magicai.mcp.answers import answer, run_and_findings
from magicai.mcp.backend import Backend, run_of
from magicai.mcp.following import ReportProgress, followed
from magicai.mcp.operated import answered, tool_of
from magicai.mcp.shapes import DecisionPage, OneRun, RunFacts, RunPage
from magicai.operations import runs
from magicai.paging import LONGEST, cut, place_of
from magicai.runs import registry
from magicai.runs.requests.accept import check_request
from magicai.runs.run import JSON, Run
from magicai.runs.views.decisions import DecisionShown
from magicai.values.rewards import ToldKind, ToldValue

_FOLLOW = "follow"
_FOLLOW_SCHEMA: JSON = {
    "type": "boolean",
    "default": True,
    "title": "Follow",
    "description": "Wait for the end, with progress. false returns the run's id immediately; then use show_run.",
}
_LOOKS = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_WORKS = types.ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
)
_TELLS = types.ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_STOPS = types.ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OneRun(_Arguments):
    run_id: Annotated[str, Field(description="The run's id.")]


class _ShowRun(_OneRun):
    wait_s: Annotated[int, Field(ge=0, le=300, description="Seconds to wait for its end, with progress.")] = 0


class _ListDecisions(_Arguments):
    run_id: Annotated[str | None, Field(max_length=64, description="Only decisions of this run.")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="Maximum items per page.")] = 20
    cursor: Annotated[str, Field(max_length=LONGEST, description="`next_cursor` of the previous page.")] = ""


class _ShowBrain(_Arguments):
    workflow: Annotated[str | None, Field(max_length=100, description="Only choices of this workflow.")] = None
    policy: Annotated[
        str | None, Field(max_length=100, description="Policy to evaluate: default, greedy, uniform, or an option.")
    ] = None


class _RewardDecision(_Arguments):
    decision_id: Annotated[str, Field(max_length=64, description="The decision's id.")]
    kind: ToldKind
    value: ToldValue


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
        output_schema=_schema(OneRun),
        annotations=_WORKS,
    )


async def _start(workflow: str, its: Call) -> types.CallToolResult:
    values = dict(its.arguments)
    follow = values.pop(_FOLLOW, True)
    if not isinstance(follow, bool):
        raise Invalid("follow_invalid", follow=follow)
    run = await its.backend.start(workflow, check_request(registry.workflow(workflow).request, values))
    its.begun(run)
    return run_and_findings(await followed(its.backend, run, its.report) if follow else run, its.backend.say)


async def _list_runs(its: Call) -> types.CallToolResult:
    """Without findings and problems, which quote pages of others."""
    await its.backend.close_dead_runs(None)
    page = await answered(runs.list_runs, its.backend, its.arguments)
    return answer(RunPage(items=[RunFacts.of(run) for run in page.items], next_cursor=page.next_cursor))


async def _show_run(its: Call) -> types.CallToolResult:
    asked = check_request(_ShowRun, its.arguments)
    assert isinstance(asked, _ShowRun)
    await its.backend.close_dead_runs(None)
    run = await run_of(its.backend, asked.run_id)
    if asked.wait_s:
        run = await followed(its.backend, run, its.report, limit_s=asked.wait_s)
    return run_and_findings(run, its.backend.say)


async def _cancel_run(its: Call) -> types.CallToolResult:
    run = await _named(its)
    await its.backend.cancel(run)
    return run_and_findings(await run_of(its.backend, run.run_id), its.backend.say)


async def _resume_run(its: Call) -> types.CallToolResult:
    run = await _named(its)
    await its.backend.resume(run)
    return run_and_findings(await run_of(its.backend, run.run_id), its.backend.say)


async def _list_decisions(its: Call) -> types.CallToolResult:
    asked = check_request(_ListDecisions, its.arguments)
    assert isinstance(asked, _ListDecisions)
    found = await its.backend.records.decisions.listed(
        owner_id=its.backend.owner_id,
        run_id=asked.run_id,
        before=place_of(asked.cursor, int, str),
        limit=asked.limit + 1,
    )
    made, next_cursor = cut(found, asked.limit, lambda one: (one.at, one.decision_id))
    shown = [its.backend.say.model(DecisionShown.of(one)) for one in made]
    return answer(DecisionPage(items=shown, next_cursor=next_cursor))


async def _show_brain(its: Call) -> types.CallToolResult:
    asked = check_request(_ShowBrain, its.arguments)
    assert isinstance(asked, _ShowBrain)
    workflows = registry.chosen(asked.workflow)
    known = await look(its.backend.records, its.backend.owner_id, workflows, policy=asked.policy)
    return answer(known)


async def _reward_decision(its: Call) -> types.CallToolResult:
    asked = check_request(_RewardDecision, its.arguments)
    assert isinstance(asked, _RewardDecision)
    rewarded = await its.backend.reward(asked.decision_id, asked.kind, asked.value)
    return answer(its.backend.say.model(DecisionShown.of(rewarded)))


async def _send_message(its: Call) -> types.CallToolResult:
    return answer(await answered(runs.send_message, its.backend, its.arguments))


async def _named(its: Call) -> Run:
    asked = check_request(_OneRun, its.arguments)
    assert isinstance(asked, _OneRun)
    await its.backend.close_dead_runs(None)
    return await run_of(its.backend, asked.run_id)


def _tool(
    name: str,
    title: str,
    description: str,
    shape: type[BaseModel],
    annotations: types.ToolAnnotations,
    answers: type[BaseModel] = OneRun,
) -> types.Tool:
    return types.Tool(
        name=name,
        title=title,
        description=description,
        input_schema=shape.model_json_schema(),
        output_schema=_schema(answers),
        annotations=annotations,
    )


def _schema(shape: type[BaseModel]) -> JSON:
    return shape.model_json_schema(mode="serialization")


_OTHERS: dict[str, tuple[types.Tool, Act]] = {
    tool.name: (tool, act)
    for tool, act in (
        (tool_of(runs.list_runs, RunPage), _list_runs),
        (
            _tool("show_run", "Show a run", "The status and main findings of a run.", _ShowRun, _LOOKS),
            _show_run,
        ),
        (
            _tool(
                "cancel_run",
                "Cancel a run",
                "Stop a run after what is in progress, such as a page. What it gathered is kept.",
                _OneRun,
                _STOPS,
            ),
            _cancel_run,
        ),
        (
            _tool(
                "resume_run",
                "Resume a run",
                "Continue a run that failed, was cancelled or is partial.",
                _OneRun,
                _WORKS,
            ),
            _resume_run,
        ),
        (
            _tool(
                "list_decisions",
                "List decisions",
                "What was chosen for your runs, why, and with what reward.",
                _ListDecisions,
                _LOOKS,
                DecisionPage,
            ),
            _list_decisions,
        ),
        (
            _tool(
                "show_brain",
                "Show the brain",
                "What was learned from your decisions.",
                _ShowBrain,
                _LOOKS,
                BrainKnown,
            ),
            _show_brain,
        ),
        (
            _tool(
                "reward_decision",
                "Reward a decision",
                "Send the user's judgement of a decision. Later decisions take it into account.",
                _RewardDecision,
                _TELLS,
                DecisionShown,
            ),
            _reward_decision,
        ),
        (tool_of(runs.send_message), _send_message),
    )
}
