"""Workflows: which there are, their parameters, what a run would do, and its start."""

import asyncio
from functools import cache
from typing import Any

from pydantic import BaseModel

from magicai.accounts.identity import Scope
from magicai.brain.estimates import Estimate, estimate
from magicai.brain.recall import recall
from magicai.brain.situation import Situation
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MANY_BYTES, Context, IdempotencyKey, Operation, operation, taking
from magicai.paging import sliced
from magicai.runs import registry
from magicai.runs.execution.plan_request import PlanRequest
from magicai.runs.requests.accept import accept, accept_once
from magicai.runs.requests.choices import check_choices
from magicai.runs.requests.files_in import with_counts
from magicai.runs.requests.intake import check_paths, prepare_request
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin, budget_within
from magicai.shapes.plans import WouldDo
from magicai.shapes.runs import Accepted, WorkflowList, WorkflowShown, links_of

TAG = "workflows"
_RUN = "/api/runs/{run_id}"
_LEADS_TO = (
    "run_id",
    *("show_run", "show_result", "list_plans", "list_events", "list_items"),
    *("list_files", "show_document", "show_view", "cancel_run", "resume_run"),
)


@operation("GET", "/api/workflows", polled=True)
async def list_workflows(_context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> WorkflowList:
    """All workflows, with their parameters and results as JSON Schemas."""
    names, next_cursor = sliced(registry.names(), limit, cursor)
    return WorkflowList(items=[workflow_shown(name) for name in names], next_cursor=next_cursor)


@operation("POST", "/api/workflows/{workflow}/sample", status=202, problems=(404,), created=_LEADS_TO, location=_RUN)
async def start_sample(context: Context, workflow: str, once: IdempotencyKey = None) -> Accepted:
    """Start a workflow on the sample that comes with MagicAI, which is served for this run only."""
    declared = registry.workflow(workflow) if workflow in registry.names() else None
    if declared is None:
        raise no_workflow(workflow)
    if declared.sample is None:
        raise NotFound("sample_not_found", workflow=workflow)
    machine = await context.ports.machine_now()
    wanted = await asyncio.to_thread(declared.sample.request, context.settings, machine)
    return await _accepted(context, workflow, declared.request.model_validate(wanted), once)


def of_workflows() -> list[Operation[..., Any]]:
    """The operations of each workflow."""
    names = (*registry.names(), registry.GENERAL)
    aliases = [_start(name, f"workflows/{alias}") for name in names for alias in registry.workflow(name).aliases]
    # The singular answers too, and is not in the description.
    singular = [_start(name, f"workflow/{name}", hidden=True) for name in names]
    return [
        *map(_show, names),
        *map(start_of, names),
        *aliases,
        *singular,
        *map(plan_of, names),
    ]


@cache
def start_of(workflow: str) -> Operation[..., Accepted]:
    """The operation that starts a workflow."""
    return _start(workflow, f"workflows/{workflow}")


def workflow_shown(name: str) -> WorkflowShown:
    """A workflow by its name."""
    shape: type[BaseModel] = registry.workflow(name).request
    schema, sample = shape.model_json_schema(), registry.workflow(name).sample
    links = {"start": f"/api/workflows/{name}", "plan": f"/api/plans/{name}"}
    if registry.workflow(name).preview is not None:
        links["preview"] = f"/api/previews/{name}"
    return WorkflowShown(
        name=name,
        title=schema.get("title", name),
        description=shape.__doc__ or "",
        parameters=schema,
        result=registry.workflow(name).result.model_json_schema(mode="serialization"),
        sample=sample.title if sample else None,
        links=links,
    )


def example_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The first example that a workflow's parameters name."""
    examples: list[dict[str, Any]] = shape.model_json_schema().get("examples", [])
    return examples[0] if examples else {}


def no_workflow(name: str) -> NotFound:
    """The error of a workflow that there is not."""
    return NotFound("workflow_not_found", name=name, names=", ".join(registry.names()))


def _start(name: str, path: str, *, hidden: bool = False) -> Operation[..., Accepted]:
    shape = registry.workflow(name).request

    async def start(context: Context, parameters: BaseModel, once: IdempotencyKey = None) -> Accepted:
        origin = Origin.CLI if context.names_paths else Origin.API
        taken = await prepare_request(context.ports, parameters, owner_id=context.owner_id, origin=origin)
        return await _accepted(context, name, taken, once)

    start.__name__ = f"start_{path.removeprefix('workflows/').replace('-', '_').replace('/', '_')}"
    start.__doc__ = f"{shape.__doc__ or ''} The run is queued."
    return operation(
        "POST",
        f"/api/{path}",
        status=202,
        created=_LEADS_TO,
        location=_RUN,
        example=example_of(shape),
        most_bytes=MANY_BYTES,
        summary=f"Start {name}",
        hidden=hidden,
    )(taking(shape, start))


@cache
def plan_of(name: str) -> Operation[..., WouldDo]:
    """The operation that plans a workflow."""
    shape = registry.workflow(name).request

    async def plan(context: Context, parameters: BaseModel) -> WouldDo:
        """Nothing is started."""
        owner_id = context.owner_id
        await asyncio.to_thread(check_choices, parameters, context.settings, owner_id=owner_id)
        row = await check_paths(parameters) if context.names_paths else parameters.model_dump(mode="json")
        asked = PlanRequest(
            workflow=name,
            request=await with_counts(context.records, parameters, owner_id=owner_id, row=row),
            owner_id=owner_id,
            machine=await context.ports.machine_now(),
            knowledge=await recall(context.records, name, owner_id),
            budget=context.settings.budget,
        )
        planned = await context.plan(asked)
        return WouldDo.of(context.say.model(planned))

    plan.__name__ = f"plan_{name.replace('-', '_')}"
    return operation(
        "POST",
        f"/api/plans/{name}",
        scope=Scope.READ,
        example=example_of(shape),
        most_bytes=MANY_BYTES,
        summary=f"Plan {name}",
    )(taking(shape, plan))


def _show(name: str) -> Operation[..., WorkflowShown]:
    async def show(_context: Context) -> WorkflowShown:
        """The parameters and the result, as JSON Schemas."""
        return workflow_shown(name)

    show.__name__ = f"show_{name.replace('-', '_')}"
    return operation("GET", f"/api/workflows/{name}", summary=f"The parameters and the result of {name}")(show)


async def _accepted(context: Context, name: str, taken: BaseModel, once: str | None) -> Accepted:
    """Accept a run, and return its address and estimated time."""
    records, owner_id, origin, by = context.records, context.owner_id, context.origin, context.caller.user.user_id
    # Before it is accepted: whoever hears of a failure here asks again, and must not have two runs then.
    expected = await _expected(context, name, taken)
    run = (
        await accept(records, name, taken, owner_id=owner_id, origin=origin, started_by=by)
        if once is None
        else await accept_once(records, name, taken, owner_id=owner_id, origin=origin, key=once, started_by=by)
    )
    return Accepted(
        run_id=run.run_id,
        task_id=run.run_id,
        status=run.status,
        estimated_time=expected.time,
        links=links_of(run.run_id),
    )


async def _expected(context: Context, name: str, taken: BaseModel) -> Estimate:
    """How long a run of a request will take, and what it will cost."""
    request = await with_counts(context.records, taken, owner_id=context.owner_id, row=as_row(taken))
    knowledge = await recall(context.records, name, context.owner_id)
    declared = registry.of_run(name, request)
    assert declared is not None
    machine = await context.ports.machine_now()
    situation = Situation(name, context.owner_id, declared.parameters(request), machine)
    budget = budget_within(situation.request, context.settings.budget)
    return await asyncio.to_thread(estimate, declared, situation, knowledge.outcomes, budget=budget)
