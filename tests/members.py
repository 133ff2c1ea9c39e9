"""People in workspaces."""

from magicai.accounts.identity import Caller, Invitation, Member, User, WorkspaceRole
from magicai.ports import Records
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, now_us


async def join(records: Records, workspace_id: str, user_id: str, role: WorkspaceRole) -> Member:
    """Somebody in a workspace, however often it is asked for."""
    known = await records.workspaces.member(workspace_id, user_id)
    if known is not None:
        return known
    made = Invitation(
        invitation_id=new_id(), workspace_id=workspace_id, role=role, email="", invited_by=workspace_id,
        created_at=now_us(), expires_at=now_us() + DAY_US,
    )  # fmt: skip
    await records.workspaces.invite(made, new_id())
    return await records.workspaces.accept(made.invitation_id, user_id)


def as_member(user: User, workspace_id: str, role: WorkspaceRole) -> Caller:
    """Somebody who asks in a workspace."""
    return Caller(user=user, member=Member(workspace_id=workspace_id, user_id=user.user_id, role=role, joined_at=1))
