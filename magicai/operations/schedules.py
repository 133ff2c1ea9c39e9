"""What starts by itself in a workspace."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from magicai.accounts.callers import require
from magicai.accounts.identity import Role, Scope, WorkspaceRole
from magicai.accounts.schedules import add_schedule, schedules_of
from magicai.accounts.users import find_local_user, named
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MANY_BYTES, Context, Operation, operation, taking
from magicai.operations.workflows import example_of
from magicai.paging import sliced
from magicai.ports.schedules import PlannedRuns
from magicai.runs import registry
from magicai.runs.requests.intake import prepare_request
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin
from magicai.shapes.schedules import (
    CronAsked,
    EveryAsked,
    OnAsked,
    ScheduleChange,
    ScheduleList,
    ScheduleOwner,
    ScheduleShown,
    ScheduleTimes,
    TimeAsked,
    ZoneAsked,
)
from magicai.values.recurrence import Every, cron_of
from magicai.values.zones import zone_of

TAG = "schedules"


@operation("GET", "/api/schedules", problems=(404,))
async def list_schedules(
    context: Context,
    *,
    workflow: Annotated[str, Field(max_length=100, description="Only of this workflow.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> ScheduleList:
    """The workspace's schedules."""
    owners = await context.records.identities.schedule_owners()
    found = [ScheduleShown.of(one, bound=owners.get(one.name)) for one in await _mine(context)]
    shown, next_cursor = sliced([one for one in found if workflow in ("", one.workflow)], limit, cursor)
    return ScheduleList(items=shown, next_cursor=next_cursor)


@operation("GET", "/api/schedules/preview", problems=(409,))
async def preview_schedule(
    context: Context,
    *,
    every: EveryAsked = None,
    time: TimeAsked = "",
    on: OnAsked = [],  # noqa: B006 - never changed
    cron: CronAsked = "",
    zone: ZoneAsked = "",
) -> ScheduleTimes:
    """When a schedule would start runs: in words, and its next three times."""
    zone = zone or context.settings.time_zone
    chosen = _cron(every, time, on, cron, zone)
    return ScheduleTimes.of_cron(chosen, zone, await context.ports.schedules.next_times(chosen, zone))


@operation("PATCH", "/api/schedules/{schedule_id}", status=204, problems=(404,), example={"active": False})
async def change_schedule(context: Context, schedule_id: str, given: ScheduleChange) -> None:
    """Pause or activate a schedule."""
    await _check(context, schedule_id)
    await context.ports.schedules.switch(schedule_id, active=given.active)


@operation(
    "PUT",
    "/api/schedules/{schedule_id:path}/owner",
    problems=(404,),
    example={"name": "ann"},
    audited="schedule.owner_changed",
)
async def set_schedule_owner(
    context: Context, schedule_id: Annotated[str, Field(max_length=200)], given: ScheduleOwner
) -> ScheduleShown:
    """Take over a schedule: its runs are started by you; for admins, by any member.

    Admins of the installation also set it, for any user, where a schedule is deployed with it.
    """
    identities = context.records.identities
    is_admin = context.caller.user.role is Role.ADMIN
    mine = next((one for one in await _mine(context) if schedule_id in (one.name, one.schedule_id)), None)
    found = mine or (await _deployed(context, schedule_id) if is_admin else None)
    if found is None:
        raise _none(schedule_id)
    user = None if given.name is None else await named(identities, given.name)
    # Who starts a run is its author, and pays for it: nobody makes that somebody else who may not say so.
    if mine is not None and (user is None or user.user_id != context.caller.user.user_id):
        require(context.caller, scope=Scope.RUN, member=WorkspaceRole.ADMIN)
    workspace_id = None
    if user is not None and mine is not None:
        member = await context.records.workspaces.member(context.owner_id, user.user_id)
        workspace_id = context.owner_id if member is not None else None
    if workspace_id is None and not is_admin:
        raise NotFound("workspace_member_not_found")
    await identities.bind_schedule(found.name, user.user_id if user else None, workspace_id)
    owner = user or await find_local_user(identities, context.settings.owner)
    return ScheduleShown.of(found, owner=owner.name)


@operation("DELETE", "/api/schedules/{schedule_id}", status=204, problems=(404,), audited="schedule.deleted")
async def delete_schedule(context: Context, schedule_id: str) -> None:
    """Delete a schedule; the runs that it has started stay."""
    await _check(context, schedule_id)
    await context.ports.schedules.remove(schedule_id)
    await context.records.identities.bind_schedule(schedule_id, None)


def of_workflows() -> list[Operation[..., ScheduleShown]]:
    """The operations that add a schedule of a workflow."""
    return [schedule_of(name) for name in registry.names()]


def schedule_of(name: str) -> Operation[..., ScheduleShown]:
    """The operation that adds a schedule of a workflow."""
    shape = registry.workflow(name).request

    async def add(
        context: Context,
        parameters: BaseModel,
        every: EveryAsked = None,
        time: TimeAsked = "",
        on: OnAsked = [],  # noqa: B006 - never changed
        cron: CronAsked = "",
        zone: ZoneAsked = "",
    ) -> ScheduleShown:
        """Start runs with these parameters at given times: `every` and `time`, or `cron`."""
        zone = zone or context.settings.time_zone
        chosen = _cron(every, time, on, cron, zone)
        ports, identities = context.ports, context.records.identities
        taken = await prepare_request(ports, parameters, owner_id=context.owner_id, origin=Origin.SCHEDULE)
        row = as_row(taken)
        return ScheduleShown.of(
            await add_schedule(identities, ports.schedules, context.caller, name, cron=chosen, zone=zone, request=row),
            owner=context.caller.user.name,
        )

    add.__name__ = f"schedule_{name.replace('-', '_')}"
    return operation(
        "POST",
        f"/api/schedules/{name}",
        status=201,
        problems=(409,),
        location="/api/schedules/{schedule_id}",
        example=example_of(shape),
        most_bytes=MANY_BYTES,
        summary=f"Schedule {name}",
    )(taking(shape, add))


def _cron(every: Every | None, time: str, on: Sequence[str], cron: str, zone: str) -> str:
    """What is asked for as a cron expression, in a zone that exists."""
    zone_of(zone)
    return cron_of(cron, every, time, on)


async def _mine(context: Context) -> list[PlannedRuns]:
    identities, schedules = context.records.identities, context.ports.schedules
    found = await schedules_of(identities, schedules, context.owner_id, owner=context.settings.owner)
    return [one for one in found if one.workflow in registry.names()]


async def _deployed(context: Context, name: str) -> PlannedRuns | None:
    """The schedule of a deployment, which its workflow and slug name; what people add is named by an id."""
    planned = await context.ports.schedules.listed()
    return next((one for one in planned if one.name == name and name.startswith(f"{one.workflow}/")), None)


async def _check(context: Context, schedule_id: str) -> None:
    if schedule_id not in (one.name for one in await _mine(context)):
        raise _none(schedule_id)


def _none(schedule_id: str) -> NotFound:
    return NotFound("schedule_not_found", schedule_id=schedule_id[:64])
