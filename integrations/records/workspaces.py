"""Workspaces, who is in them, and who is invited."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from integrations.records import keys, mails, models, users
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.accounts.identity import Invitation, Member, Seat, User, Workspace, WorkspaceRole
from magicai.errors import Conflict, NotFound
from magicai.ports import StoredMail

_WORKSPACE, _MEMBER, _INVITATION = models.workspaces.c, models.members.c, models.invitations.c


def add(connection: Connection, workspace: Workspace, admin_id: str) -> None:
    """Insert a workspace with its first member."""
    connection.execute(insert(models.workspaces).values(workspace.model_dump()))
    _join(connection, workspace.workspace_id, admin_id, WorkspaceRole.ADMIN, workspace.created_at)


def get(connection: Connection, workspace_id: str) -> Workspace:
    """A workspace by its id."""
    row = (
        connection.execute(select(models.workspaces).where(_WORKSPACE.workspace_id == workspace_id)).mappings().first()
    )
    if row is None:
        raise NotFound("workspace_not_found", workspace_id=workspace_id[:64])
    return Workspace.model_validate(dict(row))


def seats(connection: Connection, user_id: str) -> list[Seat]:
    """The workspaces that somebody is in, by name."""
    joined = models.members.join(models.workspaces, _MEMBER.workspace_id == _WORKSPACE.workspace_id)
    query = select(models.workspaces, _MEMBER.role).select_from(joined).where(_MEMBER.user_id == user_id)
    rows = connection.execute(query.order_by(_WORKSPACE.name, _WORKSPACE.workspace_id)).mappings()
    return [Seat(workspace=Workspace.model_validate(dict(row)), role=WorkspaceRole(row["role"])) for row in rows]


def member(connection: Connection, workspace_id: str, user_id: str) -> Member | None:
    """What somebody is in a workspace."""
    row = connection.execute(select(models.members).where(_is(workspace_id, user_id))).mappings().first()
    return None if row is None else _as_member(row)


def members(connection: Connection, workspace_id: str) -> list[Member]:
    """Who is in a workspace, in the order in which they joined."""
    query = select(models.members).where(_MEMBER.workspace_id == workspace_id)
    return [
        _as_member(row) for row in connection.execute(query.order_by(_MEMBER.joined_at, _MEMBER.user_id)).mappings()
    ]


def rename(connection: Connection, workspace_id: str, name: str) -> Workspace:
    """Give a workspace another name."""
    this = _WORKSPACE.workspace_id == workspace_id
    connection.execute(update(models.workspaces).where(this).values(name=name))
    return get(connection, workspace_id)


def set_role(connection: Connection, workspace_id: str, user_id: str, role: WorkspaceRole) -> Member:
    """Change what somebody is in a workspace."""
    known = _check_leaves_an_admin(connection, workspace_id, user_id, role)
    connection.execute(update(models.members).where(_is(workspace_id, user_id)).values(role=str(role)))
    return known.model_copy(update={"role": role})


def remove_member(connection: Connection, now: int, workspace_id: str, user_id: str) -> None:
    """Let somebody go, with their keys for the workspace."""
    _check_leaves_an_admin(connection, workspace_id, user_id, None)
    connection.execute(delete(models.members).where(_is(workspace_id, user_id)))
    keys.revoke_of_workspace(connection, now, workspace_id, user_id)


def leave_others(connection: Connection, now: int, user_id: str) -> None:
    """Let somebody go from all workspaces but their personal one."""
    for seat in seats(connection, user_id):
        if seat.workspace.workspace_id != user_id:
            remove_member(connection, now, seat.workspace.workspace_id, user_id)


def close(connection: Connection, now: int, workspace_id: str) -> None:
    """Let everybody go, and nobody in: it is being deleted."""
    connection.execute(delete(models.invitations).where(_INVITATION.workspace_id == workspace_id))
    connection.execute(delete(models.members).where(_MEMBER.workspace_id == workspace_id))
    keys.revoke_of_workspace(connection, now, workspace_id)


def check_others_administer(connection: Connection, user_id: str) -> None:
    """See that nobody is left in a workspace whose only admin is this user.

    Raises:
        Conflict: somebody is; names the workspace.
    """
    for seat in seats(connection, user_id):
        if seat.role is WorkspaceRole.ADMIN and seat.workspace.workspace_id != user_id:
            others = _others(connection, _locked(connection, seat.workspace.workspace_id), user_id)
            if others and not any(one.role is WorkspaceRole.ADMIN for one in others):
                raise _last_admin(connection, seat.workspace.workspace_id, user_id)


def invite(connection: Connection, invitation: Invitation, digest: str, mail: StoredMail | None = None) -> None:
    """Insert an invitation, and the mail that brings it."""
    values = {**invitation.model_dump(), "role": str(invitation.role), "digest": digest}
    connection.execute(insert(models.invitations).values(values))
    if mail is not None:
        mails.add(connection, mail)


def invitations(connection: Connection, workspace_id: str) -> list[Invitation]:
    """Those of a workspace, newest first."""
    query = select(models.invitations).where(_INVITATION.workspace_id == workspace_id)
    rows = connection.execute(query.order_by(_INVITATION.created_at.desc(), _INVITATION.invitation_id)).mappings()
    return [_as_invitation(row) for row in rows]


def invitation_of(connection: Connection, digest: str) -> Invitation | None:
    """The invitation whose secret has this digest."""
    row = connection.execute(select(models.invitations).where(_INVITATION.digest == digest)).mappings().first()
    return None if row is None else _as_invitation(row)


def accept(connection: Connection, now: int, invitation_id: str, user_id: str) -> Member:
    """Let somebody in by an invitation; once."""
    this = _INVITATION.invitation_id == invitation_id
    row = connection.execute(select(models.invitations).where(this).with_for_update()).mappings().first()
    if row is None or not _as_invitation(row).is_open(now):
        raise Conflict("invitation_used")
    if member(connection, row["workspace_id"], user_id) is not None:
        raise Conflict("already_member")
    connection.execute(update(models.invitations).where(this).values(accepted_by=user_id, accepted_at=now))
    return _join(connection, row["workspace_id"], user_id, WorkspaceRole(row["role"]), now)


def join(connection: Connection, now: int, invitation_id: str, user: User, *, password_hash: str) -> User:
    """Insert a user and let them in."""
    made = users.add(connection, user, password_hash=password_hash)
    accept(connection, now, invitation_id, user.user_id)
    return made


def withdraw_invitation(connection: Connection, workspace_id: str, invitation_id: str) -> None:
    """Delete an invitation, so that it lets nobody in."""
    this = (_INVITATION.workspace_id == workspace_id) & (_INVITATION.invitation_id == invitation_id)
    if not connection.execute(delete(models.invitations).where(this)).rowcount:
        raise NotFound("workspace_invitation_not_found", invitation_id=invitation_id[:64])


def _check_leaves_an_admin(
    connection: Connection, workspace_id: str, user_id: str, role: WorkspaceRole | None
) -> Member:
    rows = _locked(connection, workspace_id)
    known = next((one for one in rows if one.user_id == user_id), None)
    if known is None:
        raise NotFound("workspace_member_not_found")
    if user_id == workspace_id and role is not WorkspaceRole.ADMIN:
        raise Conflict("personal_workspace_owner")
    if known.role is WorkspaceRole.ADMIN and role is not WorkspaceRole.ADMIN:
        others = _others(connection, rows, user_id)
        if not any(one.role is WorkspaceRole.ADMIN for one in others):
            raise _last_admin(connection, workspace_id, user_id)
    return known


def _locked(connection: Connection, workspace_id: str) -> list[Member]:
    """Who is in a workspace; held, so that two admins can't let each other go at once."""
    query = select(models.members).where(_MEMBER.workspace_id == workspace_id).order_by(_MEMBER.user_id)
    return [_as_member(row) for row in connection.execute(query.with_for_update()).mappings()]


def _others(connection: Connection, rows: Sequence[Member], user_id: str) -> list[Member]:
    """Those of them who are not this user, and may do something; read once their rows are held."""
    of = models.users.c
    query = select(of.user_id).where(of.user_id.in_([one.user_id for one in rows]), of.disabled_at.is_(None))
    enabled = set(connection.execute(query).scalars())
    return [one for one in rows if one.user_id in enabled and one.user_id != user_id]


def _last_admin(connection: Connection, workspace_id: str, user_id: str) -> Conflict:
    name = connection.execute(select(models.users.c.name).where(models.users.c.user_id == user_id)).scalar_one()
    return Conflict("last_admin_of_workspace", name=name, workspace=get(connection, workspace_id).name)


def _join(connection: Connection, workspace_id: str, user_id: str, role: WorkspaceRole, now: int) -> Member:
    joined = Member(workspace_id=workspace_id, user_id=user_id, role=role, joined_at=now)
    connection.execute(insert(models.members).values({**joined.model_dump(), "role": str(role)}))
    return joined


def _is(workspace_id: str, user_id: str) -> ColumnElement[bool]:
    return (_MEMBER.workspace_id == workspace_id) & (_MEMBER.user_id == user_id)


def _as_member(row: Any) -> Member:
    return Member.model_validate({**row, "role": WorkspaceRole(row["role"])})


def _as_invitation(row: Any) -> Invitation:
    known = {name: row[name] for name in Invitation.model_fields}
    return Invitation.model_validate({**known, "role": WorkspaceRole(row["role"])})


class SqlWorkspaces(Rows):
    """The Workspaces port over any Database."""

    add = writing(add)
    get = reading(get)
    seats = reading(seats)
    member = reading(member)
    members = reading(members)
    rename = writing(rename)
    set_role = writing(set_role)
    remove_member = writing_now(remove_member)
    invite = writing(invite)
    invitations = reading(invitations)
    invitation_of = reading(invitation_of)
    accept = writing_now(accept)
    join = writing_now(join)
    withdraw_invitation = writing(withdraw_invitation)
