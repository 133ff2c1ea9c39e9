"""Deleting for good: a workspace by its admins, an account by its user or an admin."""

import logging
from dataclasses import replace
from typing import Literal

from integrations.archive.open import open_archive
from integrations.open import Ports
from integrations.sqlite.compacting import compact
from magicai.accounts.audit import event_of
from magicai.accounts.identity import Role, Scope, WorkspaceRole
from magicai.errors import Conflict, Invalid, NotFound
from magicai.operations.operation import Context, operation
from magicai.runs.background_loop import keep_doing
from magicai.runs.published_elsewhere import left_outside
from magicai.shapes.workspaces import Confirmation, Deletion
from magicai.stores.deletions import Deleting, attempt, go_on, new_deletion, only_one
from magicai.stores.erase import Report

TAG = "workspaces"
_PATIENCE_S = 900
_EVERY_S = 5.0
_log = logging.getLogger(__name__)


@operation(
    "POST",
    "/api/workspace/deletion",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    in_person=True,
    problems=(409,),
    example={"name": "Shop team"},
    patience_s=_PATIENCE_S,
    audited="workspace.deleted",
    audited_in="installation",
)
async def delete_workspace(context: Context, given: Confirmation) -> Deletion:
    """Delete the workspace with all that is in it, from every store. Its name confirms that.

    Its members are removed and its API keys revoked at once; its runs are cancelled and its schedules deleted. While a
    store is down, `finished` is false: it continues by itself.
    """
    workspaces, workspace_id = context.records.workspaces, context.owner_id
    workspace = await workspaces.get(workspace_id)
    _must_match(given.name, workspace.name)
    if await _is_personal(context, workspace_id):
        raise Conflict("personal_workspace_deletion")
    return await _delete(context, "workspace", workspace_id, "workspace.deleted", given.name)


@operation(
    "POST",
    "/api/me/deletion",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    problems=(409,),
    example={"name": "ann"},
    patience_s=_PATIENCE_S,
    audited="user.deleted",
    audited_in="installation",
)
async def delete_me(context: Context, given: Confirmation) -> Deletion:
    """Delete your account with your personal workspace. Your name confirms that.

    What you made in other workspaces stays there, without your name. While a store is down, `finished` is false:
    you are signed out, and it continues by itself.
    """
    user = context.caller.user
    _must_match(given.name, user.name)
    return await _delete(context, "user", user.user_id, "user.deleted", user.name)


@operation(
    "POST",
    "/api/users/{user_id}/deletion",
    scope=Scope.ACCOUNT,
    role=Role.ADMIN,
    member=WorkspaceRole.VIEWER,
    in_person=True,
    problems=(404, 409),
    example={"name": "ann"},
    patience_s=_PATIENCE_S,
    audited="user.deleted",
    audited_in="installation",
)
async def delete_user(context: Context, user_id: str, given: Confirmation) -> Deletion:
    """Delete a user with their personal workspace. Their name confirms that.

    What they made in other workspaces stays there, without their name. While a store is down, `finished` is
    false: they are signed out, and it continues by itself.
    """
    user = await context.records.identities.user(user_id)
    _must_match(given.name, user.name)
    return await _delete(context, "user", user_id, "user.deleted", user.name)


async def _is_personal(context: Context, workspace_id: str) -> bool:
    """Whether it is a user's own, of whom the caller may be a guest."""
    if context.caller.member is None:
        return True
    try:
        await context.records.identities.user(workspace_id)
    except NotFound:
        return False
    return True


def deleting(ports: Ports, *, report: Report = _log.info) -> Deleting:
    """Everything that something is deleted from."""
    settings = ports.settings
    return Deleting(
        ports.records,
        ports.files,
        ports.projections(),
        ports.orchestrator,
        archive=None if settings.backup_dir is None else open_archive(settings),
        report=report,
        compact=lambda: compact(settings.home),
    )


async def keep_deleting(ports: Ports) -> None:
    """Go on for ever with what was begun."""

    async def do() -> None:
        await go_on(ports.records, lambda: deleting(ports))

    await keep_doing(do, log=_log, waits="deletions", pause_s=lambda: _EVERY_S)


async def _delete(
    context: Context, kind: Literal["workspace", "user"], subject_id: str, action: str, name: str
) -> Deletion:
    records, caller = context.records, context.caller
    own = subject_id == caller.user.user_id  # nobody is left who did it
    event = await event_of(
        records,
        action,
        {"name": name},
        replace(context.source, address="") if own else context.source,
        by=None if own else caller.user,
        key_id=caller.key_id,
        installation=True,
    )
    context.noted.nothing = True  # its event is there with its row
    async with only_one(records.leases) as alone:
        wanted = new_deletion(kind, subject_id, asked_by="" if own else caller.user.user_id)
        online = await left_outside(records, subject_id)
        begun = await records.deletions.begin(wanted, event)
        done = await attempt(records, begun, lambda: deleting(context.ports)) if alone else None
    if done is None:
        return Deletion(finished=False, rows=0, schedules=[], online=[*online])
    return Deletion(finished=True, rows=sum(done.rows.values()), schedules=[*done.schedules], online=[*online])


def _must_match(given: str, name: str) -> None:
    if given != name:
        raise Invalid("confirmation_mismatch", name=name)
