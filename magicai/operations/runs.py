"""Runs: list, show, cancel, resume, and send messages to them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Union

from pydantic import Field

from magicai.accounts.users import names_of
from magicai.errors import Conflict
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of, sliced
from magicai.ports import ItemState
from magicai.runs import registry
from magicai.runs.events.messages import ClientMessage, receive
from magicai.runs.owned_run import owned_run
from magicai.runs.queue.resume import set_budget
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Run, RunResult, RunStatus
from magicai.runs.views.summaries import list_runs as list_runs_of
from magicai.runs.views.waiting_runs import waits_for_person
from magicai.runs.views.wording import event_for, result_for
from magicai.shapes.plans import ItemList, ItemShown, PlanList, PlanShown, StepItemsShown
from magicai.shapes.runs import Changed, EventList, MessageTaken, RunList, RunListed, RunNamed, RunShown, links_of

TAG = "runs"
_Workflow = Annotated[str, Field(max_length=100)]
_CHANGED: Any = {
    "status": 202,
    "created": ("run_id", "show_run", "show_result", "list_events", "list_items"),
    "location": "/api/runs/{run_id}",
}
# As each workflow declares it; of a run that did not complete, or whose workflow is not here, what there is of it.
_RESULTS: Any = Union[(*(registry.workflow(name).result for name in registry.names()), RunResult)]


@operation("GET", "/api/runs", problems=(404,), polled=True)
async def list_runs(
    context: Context,
    *,
    status: Annotated[list[RunStatus], Field(description="Can be repeated.")] = [],  # noqa: B006 - never changed
    workflow: Annotated[list[_Workflow], Field(description="Can be repeated.")] = [],  # noqa: B006 - never changed
    words: Annotated[
        str, Field(max_length=200, description="Words of the request, the name, the id or the workflow.")
    ] = "",
    waiting: Annotated[bool, Field(description="Only runs that wait for your decision.")] = False,
    follows: Annotated[str | None, Field(max_length=64, description="Only runs that this run started.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> RunList:
    """The workspace's runs, newest first."""
    (before,) = place_of(cursor, str) or (None,)
    runs = await list_runs_of(
        context.records,
        context.owner_id,
        statuses=status,
        workflows=workflow,
        words=words,
        waiting=waiting,
        follows=follows,
        limit=limit + 1,
        before=before,
    )
    shown, next_cursor = cut(runs, limit, lambda one: (one.summary.run.run_id,))
    people = await _people(context, [one.summary.run.started_by for one in shown])
    items = [RunListed.of_list(one, context.say, people=people) for one in shown]
    return RunList(items=items, next_cursor=next_cursor)


async def _people(context: Context, user_ids: Sequence[str | None]) -> Mapping[str, str] | None:
    """The names of whoever started runs; None where one is alone."""
    if len(await context.records.workspaces.members(context.owner_id)) <= 1:
        return None
    return await names_of(context.records.identities, user_ids)


@operation("GET", "/api/runs/{run_id}", problems=(404,), polled=True)
async def show_run(context: Context, run_id: str) -> RunShown:
    """One run."""
    run = await _mine(context, run_id)
    return RunShown.of(run, waiting=await waits_for_person(context.records, run))


@operation("PATCH", "/api/runs/{run_id}", problems=(404,), example={"name": "Spring prices"})
async def rename_run(context: Context, run_id: str, given: RunNamed) -> RunShown:
    """Rename a run."""
    run = await context.records.runs.rename((await _mine(context, run_id)).run_id, given.name)
    return RunShown.of(run, waiting=await waits_for_person(context.records, run))


@operation(
    "GET",
    "/api/runs/{run_id}/result",
    problems=(404, 409),
    described={"description": "The workflow's result.", "model": _RESULTS},
)
async def show_result(context: Context, run_id: str) -> JSON:
    """The result of a run that has ended, in whatever state."""
    run = await _mine(context, run_id)
    if not run.status.ended:
        raise Conflict("run_not_ended", run_id=run.run_id, status=run.status)
    return result_for(run, await whole_result(context.records, run), context.say)


@operation("GET", "/api/runs/{run_id}/plans", problems=(404,))
async def list_plans(context: Context, run_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> PlanList:
    """All revisions of a run's plan, with reasons."""
    run = await _mine(context, run_id)
    plans, next_cursor = sliced(await context.records.runs.plans(run.run_id), limit, cursor)
    return PlanList(items=[PlanShown.of(context.say.model(plan)) for plan in plans], next_cursor=next_cursor)


@operation("GET", "/api/runs/{run_id}/events", problems=(404,), polled=True)
async def list_events(
    context: Context,
    run_id: str,
    *,
    after: Annotated[int, Field(ge=0, le=2**53, description="Only events after this sequence.")] = 0,
    limit: Annotated[int, Field(ge=1, le=1000, description="Maximum items per page.")] = 500,
    cursor: Cursor = "",
) -> EventList:
    """Events of a run in order, after `cursor` or `after`, whichever is later."""
    run = await _mine(context, run_id)
    (behind,) = place_of(cursor, int) or (0,)
    found = await context.records.runs.events(run.run_id, after=max(after, behind), limit=limit + 1)
    events, next_cursor = cut(found, limit, lambda event: (event.sequence,))
    return EventList(items=[event_for(event, context.say) for event in events], next_cursor=next_cursor)


@operation("GET", "/api/runs/{run_id}/items", problems=(404,), polled=True)
async def list_items(
    context: Context,
    run_id: str,
    *,
    state: Annotated[list[ItemState], Field(description="Can be repeated.")] = [],  # noqa: B006 - never changed
    values: Annotated[bool, Field(description="With the input and result of each.")] = False,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ItemList:
    """The items that a run's steps work on, in order, and how many are in each state."""
    run = await _mine(context, run_id)
    records, say = context.records.items, context.say
    step, position = place_of(cursor, str, int) or ("", -1)
    found = await records.listed(run.run_id, states=state, after=(step, position), limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.step, one.position))
    counts = await records.counts(run.run_id)
    return ItemList(
        steps=[StepItemsShown(step=step, **asdict(one)) for step, one in counts.items()],
        items=[
            ItemShown.of(
                one,
                problem=one.problem and say.model(one.problem),
                input=one.input if values else None,
                result=one.result if values else None,
            )
            for one in shown
        ],
        next_cursor=next_cursor,
    )


@operation("POST", "/api/runs/{run_id}/cancel", problems=(404,), **_CHANGED)
async def cancel_run(context: Context, run_id: str) -> Changed:
    """Cancel a run after what is in progress, such as a page. A run that has ended does not change."""
    run = await _mine(context, run_id)
    status = await context.records.runs.request_cancel(run.run_id)
    return Changed(run_id=run.run_id, status=status, links=links_of(run.run_id))


@operation("POST", "/api/runs/{run_id}/dismiss", problems=(404,), **_CHANGED)
async def dismiss_run(context: Context, run_id: str) -> Changed:
    """Take a run that has failed or is partial off the home page. It stays in the list of runs."""
    run = await _mine(context, run_id)
    await context.records.runs.dismiss(run.run_id)
    return Changed(run_id=run.run_id, status=run.status, links=links_of(run.run_id))


@operation("POST", "/api/runs/{run_id}/resume", problems=(404, 409), **_CHANGED)
async def resume_run(
    context: Context,
    run_id: str,
    budget: Annotated[float | None, Field(ge=0, le=1e6, description="Its new budget, in US dollars.")] = None,
) -> Changed:
    """Resume a run that failed, was cancelled or is partial. Completed work is not repeated."""
    run = await _mine(context, run_id)
    if budget is not None:
        await set_budget(context.records, run, budget)
    run = await context.records.runs.requeue(run.run_id)
    return Changed(run_id=run.run_id, status=run.status, links=links_of(run.run_id))


@operation(
    "POST",
    "/api/runs/{run_id}/messages",
    problems=(404, 409),
    example={"type": "feedback", "id": "1", "rating": 5},
)
async def send_message(context: Context, run_id: str, message: ClientMessage) -> MessageTaken:
    """Send a message to a run, such as feedback on its result: its type, and the fields of that type."""
    run = await _mine(context, run_id)
    return MessageTaken(id=message.id, data=await receive(context.records, context.settings, run, message))


async def _mine(context: Context, run_id: str) -> Run:
    return await owned_run(context.records, run_id, owner_id=context.owner_id)
