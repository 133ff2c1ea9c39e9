"""Workspaces, their members and invitations."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.accounts.identity import WorkspaceRole
from magicai.paging import Page
from magicai.shapes.accounts import Name, Password
from magicai.shapes.base import Body, Shown
from magicai.values.mail_addresses import LONGEST
from magicai.values.times import Moment

WorkspaceName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$", examples=["Shop team"])]


class WorkspaceShown(Shown):
    """A workspace that you are in."""

    workspace_id: str = Field(description="Send it as X-Workspace with a request to work in it.")
    name: str
    role: WorkspaceRole = Field(description="Yours in it.")
    personal: bool = Field(description="Whether it is your own, in which requests without X-Workspace are.")
    created_at: Moment


class WorkspaceList(Page[WorkspaceShown]):
    """The workspaces that you are in: first your own, then by name."""


class WorkspaceNamed(Body):
    """A workspace's name."""

    name: WorkspaceName


class Confirmation(Body):
    """The name of what is deleted for good, typed by whoever means it."""

    name: str = Field(min_length=1, max_length=64)


class Deletion(BaseModel):
    """What was deleted."""

    finished: bool = Field(description="False: a store is down, or busy; it continues by itself.")
    rows: int
    schedules: list[str] = Field(description="Schedules that were deleted with it.")
    online: list[str] = Field(description="Addresses of what stays published elsewhere.")


class WorkspaceMemberShown(Shown):
    """Somebody in the workspace."""

    user_id: str
    name: str
    role: WorkspaceRole
    joined_at: Moment
    enabled: bool = Field(description="Whether they may sign in.")


class WorkspaceMemberList(Page[WorkspaceMemberShown]):
    """Who is in the workspace, in the order in which they joined."""


class MemberRoleChange(Body):
    """What a member is from now on."""

    role: WorkspaceRole


class NewInvitation(Body):
    """Whom you invite, as what."""

    role: WorkspaceRole = WorkspaceRole.EDITOR
    days: int = Field(7, ge=1, le=90, description="Days after which it expires.")
    email: str = Field("", max_length=LONGEST, description="Where its link is mailed to, if a mail server is set up.")
    language: Literal["en", "zh"] = Field("en", description="Of the mail.")


class InvitationShown(Shown):
    """An invitation."""

    invitation_id: str
    role: WorkspaceRole
    email: str = Field(description='Whom it was sent to; "" if its link is handed over otherwise.')
    invited_by: str = Field(description="Name of the member.")
    created_at: Moment
    expires_at: Moment
    accepted_at: Moment | None
    accepted_by: str = Field(description='Name of who has accepted it, or "".')


class InvitationMade(InvitationShown):
    """A new invitation."""

    mailed: bool = Field(description="Whether its link is mailed.")
    secret: str = Field(description='The end of its link, /join/SECRET. Shown only once; "" if it is mailed.')


class InvitationList(Page[InvitationShown]):
    """Invitations to the workspace, newest first."""


class InvitationSecret(Body):
    """The end of an invitation's link."""

    secret: Annotated[str, Field(min_length=1, max_length=200)]


class SignUp(InvitationSecret):
    """A new user, by an invitation."""

    name: Name
    password: Password


class InvitationRead(Shown):
    """What an invitation is to."""

    workspace: str = Field(description="Its name.")
    role: WorkspaceRole
    invited_by: str
    expires_at: Moment
