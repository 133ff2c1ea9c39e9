"""What ends before a workspace or a person is erased: runs in progress, and what others go on with."""

import asyncio
from collections.abc import Mapping

from magicai.accounts.identity import User, WorkspaceRole
from magicai.accounts.workspaces import people_of
from magicai.errors import Conflict
from magicai.ports import Orchestrator, Records
from magicai.ports.schedules import Schedules
from magicai.runs.queue.dead_runs import close_dead_runs
from magicai.runs.run import Attempt, Run

# How long a run may take to end by itself, such as after a page; then its process is ended.
_PATIENCE_S = 30.0
_POLL_S = 0.2


async def end_runs(records: Records, orchestrator: Orchestrator, owner_id: str) -> None:
    """Cancel an owner's runs, and wait until they have ended."""
    for run in await _unended(records, owner_id):
        await records.runs.request_cancel(run.run_id)
    for _ in range(round(_PATIENCE_S / _POLL_S)):
        if not await _active(records, owner_id):
            break
        await asyncio.sleep(_POLL_S)
    for attempt in await _active(records, owner_id):
        await orchestrator.stop(attempt)
        await orchestrator.abort(attempt.run_id)
    await close_dead_runs(records, orchestrator)


async def heirs_of(records: Records, user: User) -> Mapping[str, str]:
    """The shared workspaces that somebody is in, each with another admin of it.

    Raises:
        Conflict: they are the only admin of one; names it.
    """
    heirs: dict[str, str] = {}
    for seat in await records.workspaces.seats(user.user_id):
        workspace = seat.workspace
        if workspace.workspace_id == user.user_id:
            continue
        admins = [one.user_id for one in await people_of(records, workspace.workspace_id, WorkspaceRole.ADMIN)]
        heir = next((user_id for user_id in admins if user_id != user.user_id), None)
        if heir is None:
            raise Conflict("last_admin_of_workspace", name=user.name, workspace=workspace.name)
        heirs[workspace.workspace_id] = heir
    return heirs


async def leave_to(records: Records, schedules: Schedules, user: User, heirs: Mapping[str, str]) -> None:
    """Leave workspaces. Schedules there are paused, and of the other admin from now on."""
    bound = await records.identities.schedule_owners()
    theirs = {name for name, one in bound.items() if one.user.user_id == user.user_id and one.workspace_id in heirs}
    for planned in await schedules.listed() if theirs else ():
        if planned.name in theirs:
            await schedules.switch(planned.schedule_id, active=False)
    for name in theirs:
        workspace_id = bound[name].workspace_id
        await records.identities.bind_schedule(name, heirs[workspace_id], workspace_id)
    for workspace_id in heirs:
        await records.workspaces.remove_member(workspace_id, user.user_id)


async def _active(records: Records, owner_id: str) -> list[Attempt]:
    return [attempt for run, attempt in await records.runs.unfinished() if run.owner_id == owner_id]


async def _unended(records: Records, owner_id: str) -> list[Run]:
    found: list[Run] = []
    before = None
    while page := await records.runs.listed(owner_id=owner_id, limit=500, before=before):
        found += [run for run in page if not run.status.ended]
        before = page[-1].run_id
    return found
