"""Whose schedules are, and so the runs that they start: each is bound to a user in a workspace, in the records."""

from collections.abc import Sequence

from magicai.accounts.identity import Caller
from magicai.errors import MagicError, Refused
from magicai.ports import Identities
from magicai.ports.schedules import PlannedRuns, Schedules
from magicai.runs.run import JSON
from magicai.values.ids import new_id


async def owner_of(identities: Identities, names: Sequence[str], *, otherwise: str) -> tuple[str, str]:
    """Whose a schedule's run is: the workspace, and the user who starts it.

    Args:
        identities: where schedules are bound to users.
        names: by which the schedule is known, the surest first; none where no schedule started the run.
        otherwise: the owner where nobody was named.

    Raises:
        Refused: theirs who may do nothing there any more.
    """
    if not names:
        return otherwise, otherwise
    owners = await identities.schedule_owners()
    bound = next((owners[name] for name in names if name in owners), None)
    if bound is None:
        return otherwise, otherwise
    if bound.user is None:
        raise Refused("schedule_owner_deleted", names=names[-1])
    if not bound.user.enabled:
        raise Refused("schedule_user_disabled", name=bound.user.name, names=names[-1])
    if not bound.may_run:
        raise Refused("schedule_owner_left", name=bound.user.name, names=names[-1])
    return bound.workspace_id, bound.user.user_id


async def schedules_of(
    identities: Identities, schedules: Schedules, workspace_id: str, *, owner: str
) -> list[PlannedRuns]:
    """A workspace's schedules.

    Args:
        owner: the installation's, whose are those that nobody is named for.
    """
    owners = await identities.schedule_owners()
    found = await schedules.listed()
    return [one for one in found if workspace_id == (owners[one.name].workspace_id if one.name in owners else owner)]


async def add_schedule(
    identities: Identities, schedules: Schedules, caller: Caller, workflow: str, *, cron: str, zone: str, request: JSON
) -> PlannedRuns:
    """Add a schedule of a user's in a workspace.

    Raises:
        Invalid, Conflict, Temporary: as `Schedules.add` does; nothing of it stays then.
    """
    schedule_id = new_id()
    # Its owner first: a run that it starts at once is theirs, too.
    await identities.bind_schedule(schedule_id, caller.user.user_id, caller.owner_id)
    try:
        return await schedules.add(schedule_id, workflow, cron=cron, zone=zone, request=request)
    except MagicError:
        await identities.bind_schedule(schedule_id, None)
        raise
