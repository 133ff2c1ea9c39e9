"""Runs: list, show, cancel, resume."""

from dataclasses import asdict
from typing import Annotated, Any, Union

from fastapi import Query, Request
from starlette.responses import Response

from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Role, Scope
from magicai.api.access import At, Reader, Starter
from magicai.api.answers import NOT_MODIFIED, leads_to, polled, problems
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.api.telling import event_said, result_said, said_to
from magicai.errors import Conflict, NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of, sliced
from magicai.ports import ItemState
from magicai.runs import registry
from magicai.runs.owned import owned_run
from magicai.runs.queue.resume import set_budget
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Run, RunResult, RunStatus
from magicai.runs.views.summaries import list_others
from magicai.runs.views.summaries import list_runs as list_runs_of
from magicai.runs.views.waiting import waits_for_person
from magicai.shapes.plans import (
    ItemList,
    ItemShown,
    PlanList,
    PlanShown,
    StepItemsShown,
)
from magicai.shapes.runs import Changed, EventList, RunList, RunListed, RunShown, links_of
from magicai.told import Said

router = router_of("runs")
Workflow = Annotated[str, Query(max_length=100)]
EVERYBODY = "*"
_CHANGED = leads_to(202, "run_id", "show_run", "show_result", "list_events", "list_items")
# As each workflow declares it; of a run that did not complete, or whose workflow is not here, what there is of it.
_RESULTS: Any = Union[(*(registry.workflow(name).result for name in registry.names()), RunResult)]
_RESULT: dict[int | str, dict[str, Any]] = {200: {"description": "The workflow's result.", "model": _RESULTS}}


@router.get("/api/runs", response_model=RunList, responses={**problems(404), **NOT_MODIFIED})
async def list_runs(
    gateway: At,
    request: Request,
    caller: Reader,
    *,
    status: Annotated[list[RunStatus], Query(description="Can be repeated.")] = [],  # noqa: B006 - FastAPI copies it
    workflow: Annotated[list[Workflow], Query(description="Can be repeated.")] = [],  # noqa: B006 - FastAPI copies it
    words: Annotated[str, Query(max_length=200, description="Words of the request, the id or the workflow.")] = "",
    waiting: Annotated[bool, Query(description="Only runs that wait for your decision.")] = False,
    follows: Annotated[str | None, Query(max_length=64, description="Only runs that this run started.")] = None,
    owner: Annotated[
        str | None, Query(max_length=64, description="For admins: the runs of the user of this name; `*`: everybody's.")
    ] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """Your runs, newest first; for admins also other users', without findings."""
    (before,) = place_of(cursor, str) or (None,)
    if owner is not None:
        shown = await _others(gateway, caller, owner, (status, workflow, words), limit, before, said_to(request))
        return polled(request, shown)
    runs = await list_runs_of(
        gateway.records,
        caller.owner_id,
        statuses=status,
        workflows=workflow,
        words=words,
        waiting=waiting,
        follows=follows,
        limit=limit + 1,
        before=before,
    )
    shown, next_cursor = cut(runs, limit, lambda one: (one.summary.run.run_id,))
    return polled(
        request, RunList(items=[RunListed.of_list(one, said_to(request)) for one in shown], next_cursor=next_cursor)
    )


async def _others(
    gateway: Gateway,
    caller: Caller,
    owner: str,
    wanted: tuple[list[RunStatus], list[str], str],
    limit: int,
    before: str | None,
    say: Said,
) -> RunList:
    """Runs that may be somebody else's, each with its owner's name."""
    require(caller, scope=Scope.READ, role=Role.ADMIN)
    users = {user.user_id: user.name for user in await gateway.records.identities.users()}
    owner_id = next((user_id for user_id, name in users.items() if name == owner), None)
    if owner_id is None and owner != EVERYBODY:
        raise NotFound("user_not_found", owner=owner)
    status, workflow, words = wanted
    runs = await list_others(
        gateway.records, owner_id, statuses=status, workflows=workflow, words=words, limit=limit + 1, before=before
    )
    found, next_cursor = cut(runs, limit, lambda one: (one.summary.run.run_id,))
    ids = [one.summary.run.owner_id for one in found]
    shown = [RunListed.of_list(one, say, owner=users.get(whose, whose)) for one, whose in zip(found, ids, strict=True)]
    return RunList(items=shown, next_cursor=next_cursor)


@router.get("/api/runs/{run_id}", response_model=RunShown, responses={**problems(404), **NOT_MODIFIED})
async def show_run(gateway: At, request: Request, caller: Reader, run_id: str) -> Response:
    """One run."""
    run = await run_of(gateway, caller, run_id)
    return polled(request, RunShown.of(run, waiting=await waits_for_person(gateway.records, run)))


@router.get("/api/runs/{run_id}/result", response_model=None, responses={**problems(404, 409), **_RESULT})
async def show_result(gateway: At, request: Request, caller: Reader, run_id: str) -> JSON:
    """The result of a run that has ended, in whatever state."""
    run = await run_of(gateway, caller, run_id)
    if not run.status.ended:
        raise Conflict("run_not_ended", run_id=run_id, status=run.status)
    return result_said(run, await whole_result(gateway.records, run), said_to(request))


@router.get("/api/runs/{run_id}/plans", responses=problems(404))
async def list_plans(
    gateway: At, request: Request, caller: Reader, run_id: str, limit: Limit = USUAL, cursor: Cursor = ""
) -> PlanList:
    """All revisions of a run's plan, with reasons."""
    await run_of(gateway, caller, run_id)
    plans, next_cursor = sliced(await gateway.records.runs.plans(run_id), limit, cursor)
    say = said_to(request)
    shown = [
        PlanShown(
            revision=one.revision,
            reason=one.reason,
            message=one.message,
            decision=one.decision,
            steps=list(one.steps),
        )
        for one in map(say.model, plans)
    ]
    return PlanList(items=shown, next_cursor=next_cursor)


@router.get("/api/runs/{run_id}/events", response_model=EventList, responses={**problems(404), **NOT_MODIFIED})
async def list_events(
    gateway: At,
    request: Request,
    caller: Reader,
    run_id: str,
    *,
    after: Annotated[int, Query(ge=0, le=2**53, description="Only events after this sequence.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Maximum items per page.")] = 500,
    cursor: Cursor = "",
) -> Response:
    """Events of a run in order, after `cursor` or `after`, whichever is later."""
    await run_of(gateway, caller, run_id)
    (behind,) = place_of(cursor, int) or (0,)
    found = await gateway.records.runs.events(run_id, after=max(after, behind), limit=limit + 1)
    events, next_cursor = cut(found, limit, lambda event: (event.sequence,))
    say = said_to(request)
    return polled(request, EventList(items=[event_said(event, say) for event in events], next_cursor=next_cursor))


@router.get("/api/runs/{run_id}/items", response_model=ItemList, responses={**problems(404), **NOT_MODIFIED})
async def list_items(
    gateway: At,
    request: Request,
    caller: Reader,
    run_id: str,
    *,
    state: Annotated[list[ItemState], Query(description="Can be repeated.")] = [],  # noqa: B006 - FastAPI copies it
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> Response:
    """The items that a run's steps work on, in order, and how many are in each state."""
    await run_of(gateway, caller, run_id)
    records = gateway.records.items
    step, position = place_of(cursor, str, int) or ("", -1)
    found = await records.listed(run_id, states=state, after=(step, position), limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.step, one.position))
    counts = await records.counts(run_id)
    say = said_to(request)
    return polled(
        request,
        ItemList(
            steps=[StepItemsShown(step=step, **asdict(one)) for step, one in counts.items()],
            items=[
                ItemShown(
                    step=one.step,
                    key=one.key,
                    state=one.state,
                    attempts=one.attempts,
                    problem=one.problem and say.model(one.problem),
                )
                for one in shown
            ],
            next_cursor=next_cursor,
        ),
    )


@router.post("/api/runs/{run_id}/cancel", status_code=202, responses={**problems(404), **_CHANGED})
async def cancel_run(gateway: At, caller: Starter, response: Response, run_id: str) -> Changed:
    """Cancel a run after what is in progress, such as a page. A run that has ended does not change."""
    await run_of(gateway, caller, run_id)
    status = await gateway.records.runs.request_cancel(run_id)
    return _changed(response, run_id, status)


@router.post("/api/runs/{run_id}/resume", status_code=202, responses={**problems(404, 409), **_CHANGED})
async def resume_run(
    gateway: At,
    caller: Starter,
    response: Response,
    run_id: str,
    budget: Annotated[float | None, Query(ge=0, le=1e6, description="Its new budget, in US dollars.")] = None,
) -> Changed:
    """Resume a run that failed, was cancelled or is partial. Completed work is not repeated."""
    run = await run_of(gateway, caller, run_id)
    if budget is not None:
        await set_budget(gateway.records, run, budget)
    run = await gateway.records.runs.requeue(run_id)
    return _changed(response, run_id, run.status)


def _changed(response: Response, run_id: str, status: RunStatus) -> Changed:
    links = links_of(run_id)
    response.headers["Location"] = links["self"]
    return Changed(run_id=run_id, status=status, links=links)


async def run_of(gateway: Gateway, caller: Caller, run_id: str) -> Run:
    """A run of the caller's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    return await owned_run(gateway.records, run_id, owner_id=caller.owner_id)
