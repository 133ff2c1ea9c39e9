"""Each workflow: its parameters, what a run would do, and its start."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from magicai.api.access import At, Reader, Starter
from magicai.api.answers import leads_to, problems
from magicai.api.bodies import MOST_BYTES, body_of, described
from magicai.api.gateway import Gateway
from magicai.api.methods import known_methods
from magicai.api.router import router_of
from magicai.api.routing import Once
from magicai.api.telling import said_to
from magicai.brain.estimates import Estimate, estimate
from magicai.brain.recall import recall
from magicai.brain.situation import Situation
from magicai.errors import NotFound
from magicai.operations.workflows import workflow_shown
from magicai.runs import registry
from magicai.runs.requests.accept import accept, accept_once
from magicai.runs.requests.choices import ChoiceFrom, check_choice
from magicai.runs.requests.fields import leaves
from magicai.runs.requests.files_in import with_counts
from magicai.runs.requests.intake import prepare_request
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin, budget_within
from magicai.shapes.plans import WouldDo
from magicai.shapes.runs import Accepted, WorkflowShown, links_of

_STARTED = leads_to(
    202, "run_id",
    "show_run", "show_result", "list_plans", "list_events", "list_items",
    "list_files", "show_document", "show_view", "cancel_run", "resume_run",
)  # fmt: skip
router = router_of("workflows")


@router.post("/api/workflows/{workflow}/sample", status_code=202, responses={**problems(404), **_STARTED})
async def start_sample(
    gateway: At, caller: Starter, http: Request, response: Response, workflow: str, once: Once = None
) -> Accepted:
    """Start a workflow on the sample that comes with MagicAI, which is served for this run only."""
    declared = registry.workflow(workflow) if workflow in registry.names() else None
    if declared is None:
        raise _no_workflow(workflow)
    if declared.sample is None:
        raise NotFound("sample_not_found", workflow=workflow)
    machine = await gateway.ports.machine_now()
    wanted = await asyncio.to_thread(declared.sample.request, gateway.settings, machine)
    request = declared.request.model_validate(wanted)
    return await _accepted(gateway, caller.owner_id, http, response, workflow, request, once)


def add_workflows() -> None:
    """Add the routes of each workflow, whose bodies are its own parameters."""
    for name in (*registry.names(), registry.GENERAL):
        declared = registry.workflow(name)
        shape = declared.request
        plain = name.replace("-", "_")
        extra = described(shape, example_of(shape))
        router.add_api_route(
            f"/api/workflows/{name}",
            _show(name),
            methods=["GET"],
            name=f"show_{plain}",
            summary=f"The parameters and the result of {name}",
            responses=problems(),
        )
        # The singular answers too, and is not in the description.
        for path in (f"workflows/{name}", *(f"workflows/{alias}" for alias in declared.aliases), f"workflow/{name}"):
            router.add_api_route(
                f"/api/{path}",
                _start(name, shape),
                methods=["POST"],
                status_code=202,
                name=f"start_{path.removeprefix('workflows/').replace('-', '_').replace('/', '_')}",
                summary=f"Start {name}",
                description=(shape.__doc__ or "") + " The run is queued.",
                responses={**problems(body=True), **_STARTED},
                openapi_extra=extra,
                include_in_schema=path.startswith("workflows/"),
            )
        router.add_api_route(
            f"/api/plans/{name}",
            _plan(name, shape),
            methods=["POST"],
            name=f"plan_{plain}",
            summary=f"Plan {name}",
            description="Nothing is started.",
            responses=problems(body=True),
            openapi_extra=extra,
        )
    for spelling in ("workflows", "workflow", "plans"):
        router.add_api_route(
            f"/api/{spelling}/{{workflow}}",
            _unknown,
            methods=["GET", "POST"],
            include_in_schema=False,
            name=f"no_{spelling}",
        )


def _start(name: str, shape: type[BaseModel]) -> Callable[..., Awaitable[Accepted]]:
    async def start(
        gateway: At,
        caller: Starter,
        http: Request,
        response: Response,
        parameters: Annotated[BaseModel, Depends(body_of(shape, most_bytes=MOST_BYTES))],
        once: Once = None,
    ) -> Accepted:
        taken = await prepare_request(gateway.ports, parameters, owner_id=caller.owner_id, origin=Origin.API)
        return await _accepted(gateway, caller.owner_id, http, response, name, taken, once)

    return start


async def _accepted(
    gateway: Gateway, owner: str, http: Request, response: Response, name: str, taken: BaseModel, once: str | None
) -> Accepted:
    """Accept a run, and return its address and estimated time."""
    records = gateway.records
    # Before it is accepted: whoever hears of a failure here asks again, and must not have two runs then.
    expected = await _expected(gateway, owner, name, taken)
    run = (
        await accept(records, name, taken, owner_id=owner, origin=Origin.API)
        if once is None
        else await accept_once(records, name, taken, owner_id=owner, origin=Origin.API, key=once)
    )
    http.state.run_id = run.run_id
    links = links_of(run.run_id)
    response.headers["Location"] = links["self"]
    return Accepted(
        run_id=run.run_id,
        task_id=run.run_id,
        status=run.status,
        estimated_time=expected.time,
        links=links,
    )


async def _expected(gateway: Gateway, owner: str, name: str, taken: BaseModel) -> Estimate:
    """How long a run of a request will take, and what it will cost."""
    request = await with_counts(gateway.records, taken, owner_id=owner, row=as_row(taken))
    knowledge = await recall(gateway.records, name, owner)
    declared = registry.of_run(name, request)
    assert declared is not None
    machine = await asyncio.to_thread(gateway.ports.machine)
    situation = Situation(name, owner, declared.parameters(request), machine)
    budget = budget_within(situation.request, gateway.ports.settings.budget)
    return await asyncio.to_thread(estimate, declared, situation, knowledge.outcomes, budget=budget)


def _plan(name: str, shape: type[BaseModel]) -> Callable[..., Awaitable[WouldDo]]:
    async def plan(
        gateway: At,
        caller: Reader,
        http: Request,
        parameters: Annotated[BaseModel, Depends(body_of(shape, most_bytes=MOST_BYTES))],
    ) -> WouldDo:
        for leaf in leaves(parameters):
            if (mark := leaf.shape.mark(ChoiceFrom)) is not None:
                owner_id = caller.owner_id
                await asyncio.to_thread(check_choice, leaf, mark, gateway.ports.settings, owner_id=owner_id)
        row = parameters.model_dump(mode="json")
        request = await with_counts(gateway.records, parameters, owner_id=caller.owner_id, row=row)
        planned = await gateway.planning.plan(name, request, owner_id=caller.owner_id)
        made = said_to(http).model(planned)
        return WouldDo(
            workflow=name,
            revision=made.revision,
            reason=made.reason,
            message=made.message,
            decision=made.decision,
            steps=list(made.steps),
            most_calls=made.most_calls,
            per_item=made.per_item,
        )

    return plan


def _show(name: str) -> Callable[..., Awaitable[WorkflowShown]]:
    async def show(_caller: Reader) -> WorkflowShown:
        return workflow_shown(name)

    return show


async def _unknown(request: Request, _caller: Reader, workflow: str) -> None:
    if known_methods(request.app, request.url.path):
        raise HTTPException(405)
    raise _no_workflow(workflow)


def example_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The first example that a workflow's model names."""
    examples: list[dict[str, Any]] = shape.model_json_schema().get("examples", [])
    return examples[0] if examples else {}


def _no_workflow(name: str) -> NotFound:
    return NotFound("workflow_not_found", name=name, names=", ".join(registry.names()))


add_workflows()
