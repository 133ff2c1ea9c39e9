"""Runs: listed, looked at, stopped, gone on with."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from magicai.accounts.identity import Caller
from magicai.api.access import At, Reader, Starter
from magicai.api.answers import NOT_MODIFIED, leads_to, polled, problems
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.api.shapes.plans import (
    ItemList,
    ItemShown,
    PlanList,
    PlanShown,
    StepItemsShown,
)
from magicai.api.shapes.runs import Changed, EventList, RunList, RunShown, links_of
from magicai.errors import Conflict
from magicai.ports import ItemState
from magicai.runs.owned import owned_run
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Run, RunStatus

router = router_of("runs")
_CHANGED = leads_to(202, "run_id", "run_id", "show_run", "show_result", "list_events", "list_items")
_RESULT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The workflow's result: GET /api/workflows/{workflow} has its schema.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/api/runs", response_model=RunList, responses={**problems(404), **NOT_MODIFIED})
async def list_runs(
    gateway: At,
    request: Request,
    caller: Reader,
    *,
    status: Annotated[list[RunStatus], Query(description="May be given several times.")] = [],  # noqa: B006 - FastAPI copies it
    workflow: Annotated[str | None, Query(max_length=100)] = None,
    follows: Annotated[str | None, Query(max_length=64, description="Only those that this run led to.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(max_length=64, description="`next` of the page before.")] = None,
) -> Response:
    """One's runs, newest first."""
    if before is not None:
        await run_of(gateway, caller, before)
    runs = await gateway.records.runs.listed(
        owner_id=caller.owner_id,
        statuses=status,
        workflow=workflow,
        follows=follows,
        limit=limit + 1,
        before=before,
    )
    shown = [RunShown.of(run) for run in runs[:limit]]
    return polled(request, RunList(runs=shown, next=shown[-1].run_id if len(runs) > limit else None))


@router.get("/api/runs/{run_id}", response_model=RunShown, responses={**problems(404), **NOT_MODIFIED})
async def show_run(gateway: At, request: Request, caller: Reader, run_id: str) -> Response:
    """One run."""
    return polled(request, RunShown.of(await run_of(gateway, caller, run_id)))


@router.get("/api/runs/{run_id}/result", responses={**problems(404, 409), **_RESULT})
async def show_result(gateway: At, caller: Reader, run_id: str) -> JSON:
    """What came out of a run that has ended, however it ended."""
    run = await run_of(gateway, caller, run_id)
    if not run.status.ended:
        raise Conflict(f"Run {run_id} is {run.status}.", way_out=f"Follow it: /ws/task/{run_id}.")
    return await whole_result(gateway.records, run)


@router.get("/api/runs/{run_id}/plans", responses=problems(404))
async def list_plans(gateway: At, caller: Reader, run_id: str) -> PlanList:
    """What the run does, and why: every revision of its plan."""
    await run_of(gateway, caller, run_id)
    plans = await gateway.records.runs.plans(run_id)
    return PlanList(
        plans=[
            PlanShown(revision=one.revision, reason=one.reason, decision=one.decision, steps=list(one.steps))
            for one in plans
        ]
    )


@router.get("/api/runs/{run_id}/events", response_model=EventList, responses={**problems(404), **NOT_MODIFIED})
async def list_events(
    gateway: At,
    request: Request,
    caller: Reader,
    run_id: str,
    *,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Response:
    """What happened to a run, the first after a sequence."""
    await run_of(gateway, caller, run_id)
    events = await gateway.records.runs.events(run_id, after=after, limit=limit)
    return polled(request, EventList(events=events, next=events[-1].sequence if events else after))


@router.get("/api/runs/{run_id}/items", response_model=ItemList, responses={**problems(404), **NOT_MODIFIED})
async def list_items(
    gateway: At,
    request: Request,
    caller: Reader,
    run_id: str,
    *,
    state: Annotated[list[ItemState], Query(description="May be given several times.")] = [],  # noqa: B006 - FastAPI copies it
    after: Annotated[
        str | None, Query(pattern=r"^\d{1,9}\.\w{1,100}$", description="`next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """The many things that a run's steps work on, in their order, and how many stand where."""
    await run_of(gateway, caller, run_id)
    records = gateway.records.items
    position, _, step = (after or "-1.").partition(".")
    found = await records.listed(run_id, states=state, after=(step, int(position)), limit=limit + 1)
    shown = found[:limit]
    counts = await records.counts(run_id)
    return polled(
        request,
        ItemList(
            steps=[StepItemsShown(step=step, **asdict(one)) for step, one in counts.items()],
            items=[
                ItemShown(step=one.step, key=one.key, state=one.state, attempts=one.attempts, problem=one.problem)
                for one in shown
            ],
            next=f"{shown[-1].position}.{shown[-1].step}" if len(found) > limit else None,
        ),
    )


@router.post("/api/runs/{run_id}/cancel", status_code=202, responses={**problems(404), **_CHANGED})
async def cancel_run(gateway: At, caller: Starter, run_id: str) -> Changed:
    """Ask a run to stop at its next page; one that has ended stays as it is."""
    await run_of(gateway, caller, run_id)
    status = await gateway.records.runs.request_cancel(run_id)
    return Changed(run_id=run_id, status=status, links=links_of(run_id))


@router.post("/api/runs/{run_id}/resume", status_code=202, responses={**problems(404, 409), **_CHANGED})
async def resume_run(gateway: At, caller: Starter, run_id: str) -> Changed:
    """Go on with a run that ended without completing; what was done is kept."""
    await run_of(gateway, caller, run_id)
    run = await gateway.records.runs.requeue(run_id)
    return Changed(run_id=run_id, status=run.status, links=links_of(run_id))


async def run_of(gateway: Gateway, caller: Caller, run_id: str) -> Run:
    """A run of the caller's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return await owned_run(gateway.records, run_id, owner_id=caller.owner_id, way_out="GET /api/runs lists yours.")
