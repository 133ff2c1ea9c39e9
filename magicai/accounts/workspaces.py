"""Workspaces: made, joined by invitation, left."""

from collections.abc import Callable, Collection

from magicai.accounts.identity import Caller, Invitation, Member, Role, User, Workspace, WorkspaceRole
from magicai.accounts.passwords import hashed
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.accounts.users import check_name
from magicai.errors import Conflict, NotFound, Refused
from magicai.ports import Records, StoredMail, Workspaces
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, now_us

PREFIX = "miv_"
INVITATION_DAYS = 7


async def add_workspace(workspaces: Workspaces, name: str, user: User) -> Workspace:
    """Make a workspace that somebody administers.

    Raises:
        Conflict: they are in one of this name.
    """
    await _check_name(workspaces, name, user)
    made = Workspace(workspace_id=new_id(), name=name, created_at=now_us())
    await workspaces.add(made, user.user_id)
    return made


async def rename_workspace(workspaces: Workspaces, workspace_id: str, name: str, user: User) -> Workspace:
    """Give a workspace another name.

    Raises:
        Conflict: whoever renames it is in another one of this name.
    """
    await _check_name(workspaces, name, user, but=workspace_id)
    return await workspaces.rename(workspace_id, name)


async def invite(
    workspaces: Workspaces,
    caller: Caller,
    role: WorkspaceRole,
    *,
    email: str = "",
    mail: Callable[[str], StoredMail] | None = None,
    days: int = INVITATION_DAYS,
) -> tuple[Invitation, str]:
    """Invite somebody into the caller's workspace; answers the invitation with its secret, shown once.

    Args:
        email: whom it is mailed to, in lower case.
        mail: the mail that brings a secret; None where it is handed over otherwise.
    """
    secret, now = new_secret(PREFIX), now_us()
    made = Invitation(
        invitation_id=new_id(),
        workspace_id=caller.owner_id,
        role=role,
        email=email if mail else "",
        invited_by=caller.user.user_id,
        created_at=now,
        expires_at=now + days * DAY_US,
    )
    await workspaces.invite(made, digest_of(secret), mail(secret) if mail else None)
    return made, secret


async def invitation_behind(workspaces: Workspaces, secret: str) -> Invitation:
    """The invitation of a secret that lets somebody in now.

    Raises:
        NotFound: there is none, or it was withdrawn.
        Conflict: it was used, or has expired.
    """
    found = await workspaces.invitation_of(digest_of(secret))
    if found is None:
        raise NotFound("invitation_unknown")
    if found.accepted_at is not None:
        raise Conflict("invitation_used")
    if not found.is_open(now_us()):
        raise Conflict("invitation_expired")
    return found


async def accept_invitation(workspaces: Workspaces, secret: str, user: User) -> Member:
    """Join a workspace by an invitation's secret; whoever has joined by it before is in already.

    Raises:
        NotFound, Conflict: as `invitation_behind`; or they are in the workspace.
        Refused: it was mailed to another address than theirs.
    """
    known = await workspaces.invitation_of(digest_of(secret))
    if known is not None and known.accepted_by == user.user_id:
        member = await workspaces.member(known.workspace_id, user.user_id)
        if member is not None:
            return member
    found = await invitation_behind(workspaces, secret)
    if found.email and user.email_verified_at is not None and user.email != found.email:
        raise Refused("invitation_for_other_address", email=user.email)
    return await workspaces.accept(found.invitation_id, user.user_id)


async def join_as_new_user(workspaces: Workspaces, secret: str, name: str, password: str) -> User:
    """Make a user who joins a workspace by an invitation's secret; neither without the other.

    Raises:
        NotFound, Conflict: as `invitation_behind`; or somebody has this name, or the address that it was mailed to.
        Invalid: the name or the password can't be one.
    """
    found = await invitation_behind(workspaces, secret)
    now = now_us()
    user = User(user_id=new_id(), name=check_name(name), role=Role.USER, created_at=now)
    if found.email:  # nobody else has the link
        user = user.model_copy(update={"email": found.email, "email_verified_at": now})
    return await workspaces.join(found.invitation_id, user, password_hash=await hashed(password))


async def remove_member(workspaces: Workspaces, caller: Caller, user_id: str) -> None:
    """Let somebody go: oneself, or as an admin anybody.

    Raises:
        Refused: they are somebody else, and the caller is no admin.
        NotFound, Conflict: as `Workspaces.remove_member`.
    """
    if user_id != caller.user.user_id and caller.workspace_role is not WorkspaceRole.ADMIN:
        raise Refused(
            "workspace_role_insufficient",
            name=caller.user.name,
            role=caller.workspace_role.called,
            required=WorkspaceRole.ADMIN.called,
        )
    await workspaces.remove_member(caller.owner_id, user_id)


async def people_of(records: Records, workspace_id: str, role: WorkspaceRole) -> list[User]:
    """The users who have at least this role in a workspace, and may do something."""
    found = await records.workspaces.members(workspace_id)
    users = [await records.identities.user(one.user_id) for one in found if one.role.covers(role)]
    return [user for user in users if user.enabled]


async def _check_name(workspaces: Workspaces, name: str, user: User, *, but: str = "") -> None:
    theirs = [seat.workspace for seat in await workspaces.seats(user.user_id)]
    others: Collection[str] = {one.name.casefold() for one in theirs if one.workspace_id != but}
    if name.casefold() in others:
        raise Conflict("workspace_name_taken", name=name)
