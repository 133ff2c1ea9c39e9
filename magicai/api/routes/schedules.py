"""What starts by itself: one's schedules."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import BaseModel

from magicai.accounts.identity import Caller
from magicai.accounts.schedules import add_schedule, schedules_of
from magicai.api.access import At, Reader, Starter
from magicai.api.answers import problems
from magicai.api.bodies import MOST_BYTES, body_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.api.routes.workflows import example_of
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.ports.schedules import PlannedRuns
from magicai.runs import registry
from magicai.runs.requests.intake import prepare_request
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin
from magicai.shapes.schedules import ScheduleChange, ScheduleList, ScheduleShown

router = router_of("schedules")


@router.get("/api/schedules", responses=problems())
async def list_schedules(
    gateway: At,
    caller: Reader,
    workflow: Annotated[str, Query(max_length=100, description="Only of this workflow.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ScheduleList:
    """One's schedules."""
    mine = [one for one in await _mine(gateway, caller) if workflow in ("", one.workflow)]
    shown, next_cursor = sliced(mine, limit, cursor)
    return ScheduleList(items=[ScheduleShown.of(one) for one in shown], next_cursor=next_cursor)


@router.patch(
    "/api/schedules/{schedule_id}",
    status_code=204,
    responses=problems(404, body=True),
    openapi_extra=described(ScheduleChange, {"active": False}),
)
async def change_schedule(
    gateway: At,
    caller: Starter,
    schedule_id: str,
    given: Annotated[ScheduleChange, Depends(body_of(ScheduleChange))],
) -> None:
    """Pause or activate a schedule."""
    await _check(gateway, caller, schedule_id)
    await gateway.ports.schedules.switch(schedule_id, active=given.active)


@router.delete("/api/schedules/{schedule_id}", status_code=204, responses=problems(404))
async def delete_schedule(gateway: At, caller: Starter, schedule_id: str) -> None:
    """Delete a schedule; the runs that it has started stay."""
    await _check(gateway, caller, schedule_id)
    await gateway.ports.schedules.remove(schedule_id)
    await gateway.records.identities.bind_schedule(schedule_id, None)


def add_workflows() -> None:
    """Add a route for each workflow, whose body is its own parameters."""
    for name in registry.names():
        shape = registry.workflow(name).request
        router.add_api_route(
            f"/api/schedules/{name}",
            _add(name, shape),
            methods=["POST"],
            status_code=201,
            name=f"schedule_{name.replace('-', '_')}",
            summary=f"Schedule {name}",
            responses=problems(409, body=True),
            openapi_extra=described(shape, example_of(shape)),
        )


def _add(name: str, shape: type[BaseModel]) -> Callable[..., Awaitable[ScheduleShown]]:
    async def add(
        gateway: At,
        caller: Starter,
        response: Response,
        cron: Annotated[str, Query(max_length=100, description="Five fields, such as `0 7 * * 1`.")],
        parameters: Annotated[BaseModel, Depends(body_of(shape, most_bytes=MOST_BYTES))],
        zone: Annotated[str, Query(max_length=100, description="Such as Europe/Oslo.")] = "UTC",
    ) -> ScheduleShown:
        taken = await prepare_request(gateway.ports, parameters, owner_id=caller.owner_id, origin=Origin.SCHEDULE)
        identities, schedules, user = gateway.records.identities, gateway.ports.schedules, caller.user
        made = await add_schedule(identities, schedules, user, name, cron=cron, zone=zone, request=as_row(taken))
        response.headers["Location"] = f"/api/schedules/{made.name}"
        return ScheduleShown.of(made)

    return add


async def _mine(gateway: Gateway, caller: Caller) -> list[PlannedRuns]:
    identities, schedules = gateway.records.identities, gateway.ports.schedules
    found = await schedules_of(identities, schedules, caller.user, owner=gateway.settings.owner)
    return [one for one in found if one.workflow in registry.names()]


async def _check(gateway: Gateway, caller: Caller, schedule_id: str) -> None:
    if schedule_id not in (one.name for one in await _mine(gateway, caller)):
        raise NotFound("schedule_not_found", schedule_id=schedule_id[:64])


add_workflows()
