"""Workspaces: yours, and who is in the one that a request is in."""

from collections.abc import Callable, Sequence

from magicai.accounts import workspaces as use_cases
from magicai.accounts.identity import Invitation, Member, Scope, Seat, WorkspaceRole
from magicai.accounts.users import names_of
from magicai.errors import Invalid
from magicai.mail.composing import compose
from magicai.mail.set_up import is_set_up
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.ports import StoredMail
from magicai.shapes.workspaces import (
    InvitationList,
    InvitationMade,
    InvitationSecret,
    InvitationShown,
    MemberRoleChange,
    NewInvitation,
    WorkspaceList,
    WorkspaceMemberList,
    WorkspaceMemberShown,
    WorkspaceNamed,
    WorkspaceShown,
)
from magicai.values.mail_addresses import is_address

TAG = "workspaces"


@operation("GET", "/api/workspaces", scope=Scope.READ)
async def list_workspaces(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> WorkspaceList:
    """The workspaces that you are in."""
    own_id = context.caller.user.user_id
    seats = await context.records.workspaces.seats(own_id)
    shown = [_shown(seat, own_id) for seat in sorted(seats, key=lambda seat: seat.workspace.workspace_id != own_id)]
    items, next_cursor = sliced(shown, limit, cursor)
    return WorkspaceList(items=items, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/workspaces",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=201,
    problems=(409,),
    example={"name": "Shop team"},
    audited="workspace.created",
)
async def make_workspace(context: Context, given: WorkspaceNamed) -> WorkspaceShown:
    """Create a workspace, of which you are the admin."""
    made = await use_cases.add_workspace(context.records.workspaces, given.name, context.caller.user)
    context.noted.workspace_id = made.workspace_id
    return _shown(Seat(workspace=made, role=WorkspaceRole.ADMIN), context.caller.user.user_id)


@operation(
    "PATCH",
    "/api/workspace",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    problems=(404, 409),
    example={"name": "Shop team"},
    audited="workspace.renamed",
)
async def rename_workspace(context: Context, given: WorkspaceNamed) -> WorkspaceShown:
    """Rename the workspace."""
    user = context.caller.user
    named = await use_cases.rename_workspace(context.records.workspaces, context.owner_id, given.name, user)
    return _shown(Seat(workspace=named, role=WorkspaceRole.ADMIN), user.user_id)


@operation("GET", "/api/workspace/members")
async def list_members(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> WorkspaceMemberList:
    """Who is in the workspace."""
    found, next_cursor = sliced(await context.records.workspaces.members(context.owner_id), limit, cursor)
    return WorkspaceMemberList(items=[await _member(context, one) for one in found], next_cursor=next_cursor)


@operation(
    "PUT",
    "/api/workspace/members/{user_id}",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    in_person=True,
    problems=(404, 409),
    example={"role": "reviewer"},
    audited="member.role_changed",
)
async def change_member(context: Context, user_id: str, given: MemberRoleChange) -> WorkspaceMemberShown:
    """Change a member's role. A workspace keeps an admin."""
    changed = await context.records.workspaces.set_role(context.owner_id, user_id, given.role)
    return await _member(context, changed)


@operation(
    "DELETE",
    "/api/workspace/members/{user_id}",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    status=204,
    problems=(404, 409),
    audited="member.removed",
)
async def remove_member(context: Context, user_id: str) -> None:
    """Remove a member, or leave. Their API keys for the workspace are revoked, and their schedules stop."""
    names = await names_of(context.records.identities, [user_id])
    context.noted.params["name"] = names.get(user_id, user_id)
    if user_id == context.caller.user.user_id:
        context.noted.action = "member.left"
    await use_cases.remove_member(context.records.workspaces, context.caller, user_id)


@operation("GET", "/api/workspace/invitations", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN)
async def list_invitations(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> InvitationList:
    """Invitations to the workspace."""
    found, next_cursor = sliced(await context.records.workspaces.invitations(context.owner_id), limit, cursor)
    return InvitationList(items=await _invitations(context, found), next_cursor=next_cursor)


@operation(
    "POST",
    "/api/workspace/invitations",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    in_person=True,
    status=201,
    example={"role": "editor"},
    audited="invitation.created",
)
async def make_invitation(context: Context, given: NewInvitation) -> InvitationMade:
    """Invite one person by a link, which works once; by mail if you name an address and a mail server is set up."""
    email = given.email.strip().lower()
    if email and not is_address(email):
        raise Invalid("mail_address_invalid", address=email)
    mail = await _mail(context, given, email) if email and context.ports.page and is_set_up(context.settings) else None
    made, secret = await use_cases.invite(
        context.records.workspaces, context.caller, given.role, email=email, mail=mail, days=given.days
    )
    (shown,) = await _invitations(context, [made])
    return InvitationMade(**shown.model_dump(), mailed=mail is not None, secret="" if mail else secret)


@operation(
    "DELETE",
    "/api/workspace/invitations/{invitation_id}",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    status=204,
    problems=(404,),
    audited="invitation.withdrawn",
)
async def remove_invitation(context: Context, invitation_id: str) -> None:
    """Withdraw an invitation. Who has accepted it stays a member."""
    await context.records.workspaces.withdraw_invitation(context.owner_id, invitation_id)


@operation(
    "POST",
    "/api/invitations/accept",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    problems=(404, 409),
    example={"secret": "miv_nQ7r0nUOQy1JmT3V5ZrKc0d3mC7x2s1Wf8b9a4e6g5h"},
    audited="invitation.accepted",
)
async def join_workspace(context: Context, given: InvitationSecret) -> WorkspaceShown:
    """Accept an invitation. Accepting it again changes nothing."""
    user = context.caller.user
    member = await use_cases.accept_invitation(context.records.workspaces, given.secret, user)
    workspace = await context.records.workspaces.get(member.workspace_id)
    context.noted.workspace_id = member.workspace_id
    return _shown(Seat(workspace=workspace, role=member.role), user.user_id)


async def _mail(context: Context, given: NewInvitation, email: str) -> Callable[[str], StoredMail]:
    workspace = await context.records.workspaces.get(context.owner_id)
    params = {"name": context.caller.user.name, "workspace": workspace.name, "days": given.days}

    def mail(secret: str) -> StoredMail:
        linked = {**params, "link": f"{context.ports.page}/join/{secret}"}
        return compose(
            context.settings,
            owner_id=context.owner_id,
            to=email,
            kind="invitation",
            params=linked,
            language=given.language,
        )

    return mail


def _shown(seat: Seat, own_id: str) -> WorkspaceShown:
    one = seat.workspace
    return WorkspaceShown.of(one, role=seat.role, personal=one.workspace_id == own_id)


async def _member(context: Context, one: Member) -> WorkspaceMemberShown:
    user = await context.records.identities.user(one.user_id)
    return WorkspaceMemberShown.of(one, name=user.name, enabled=user.enabled)


async def _invitations(context: Context, found: Sequence[Invitation]) -> list[InvitationShown]:
    people = [user_id for one in found for user_id in (one.invited_by, one.accepted_by)]
    names = await names_of(context.records.identities, people)
    return [
        InvitationShown.of(
            one, invited_by=names.get(one.invited_by, ""), accepted_by=names.get(one.accepted_by or "", "")
        )
        for one in found
    ]
