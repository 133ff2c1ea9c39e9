"""Deleting for good: a workspace by its admins, an account by its user or an admin."""

import logging

from integrations.archive.open import open_archive
from integrations.sqlite.compacting import compact
from magicai.accounts.identity import Role, Scope, User, WorkspaceRole
from magicai.errors import Conflict, Invalid, NotFound
from magicai.operations.operation import Context, operation
from magicai.shapes.workspaces import Confirmation, Deletion
from magicai.stores.erase import Erased, erase_for_good
from magicai.stores.leaving import end_runs, heirs_of, leave_to

TAG = "workspaces"
_PATIENCE_S = 900
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

    Its runs are cancelled, its members are removed, its API keys are revoked and its schedules deleted.
    """
    workspaces, workspace_id = context.records.workspaces, context.owner_id
    workspace = await workspaces.get(workspace_id)
    _must_match(given.name, workspace.name)
    if await _is_personal(context, workspace_id):
        raise Conflict("personal_workspace_deletion")
    for invitation in await workspaces.invitations(workspace_id):
        await workspaces.withdraw_invitation(workspace_id, invitation.invitation_id)
    # Whoever does it stays to the end, so that what was interrupted can be repeated.
    for member in await workspaces.members(workspace_id):
        if member.user_id != context.caller.user.user_id:
            await workspaces.remove_member(workspace_id, member.user_id)
    return await _erased(context, workspace_id)


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

    What you made in other workspaces stays there, without your name.
    """
    context.noted.nobody = True
    return await _delete(context, context.caller.user, given)


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

    What they made in other workspaces stays there, without their name.
    """
    return await _delete(context, await context.records.identities.user(user_id), given)


async def _is_personal(context: Context, workspace_id: str) -> bool:
    """Whether it is a user's own, of whom the caller may be a guest."""
    if context.caller.member is None:
        return True
    try:
        await context.records.identities.user(workspace_id)
    except NotFound:
        return False
    return True


async def _delete(context: Context, user: User, given: Confirmation) -> Deletion:
    _must_match(given.name, user.name)
    heirs = await heirs_of(context.records, user)
    await context.records.identities.change_user(user.user_id, enabled=False)  # they begin nothing from now on
    await leave_to(context.records, context.ports.schedules, user, heirs)
    return await _erased(context, user.user_id)


async def _erased(context: Context, owner_id: str) -> Deletion:
    ports, settings = context.ports, context.settings
    await end_runs(ports.records, ports.orchestrator, owner_id)
    done: Erased = await erase_for_good(
        ports.records,
        ports.files,
        ports.projections(),
        ports.orchestrator,
        owner_id,
        archive=None if settings.backup_dir is None else open_archive(settings),
        report=_log.info,
        compact=lambda: compact(settings.home),
    )
    return Deletion(rows=sum(done.rows.values()), schedules=[*done.schedules], online=[*done.online])


def _must_match(given: str, name: str) -> None:
    if given != name:
        raise Invalid("confirmation_mismatch", name=name)
