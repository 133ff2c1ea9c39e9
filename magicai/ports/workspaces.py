"""What belongs together, and who is in it."""

from typing import Protocol

from magicai.accounts.identity import Invitation, Member, Seat, User, Workspace, WorkspaceRole
from magicai.ports.mail_records import StoredMail


class Workspaces(Protocol):
    """Workspaces, their members, and invitations. A user's personal workspace is made with the user."""

    async def add(self, workspace: Workspace, admin_id: str) -> None:
        """Add a workspace with its first member, who administers it."""
        ...

    async def get(self, workspace_id: str) -> Workspace:
        """A workspace.

        Raises:
            NotFound: none such.
        """
        ...

    async def seats(self, user_id: str) -> list[Seat]:
        """The workspaces that somebody is in, by name."""
        ...

    async def member(self, workspace_id: str, user_id: str) -> Member | None:
        """What somebody is in a workspace; None where they are not in it."""
        ...

    async def members(self, workspace_id: str) -> list[Member]:
        """Who is in a workspace, in the order in which they joined."""
        ...

    async def rename(self, workspace_id: str, name: str) -> Workspace:
        """Give a workspace another name.

        Raises:
            NotFound: none such.
        """
        ...

    async def set_role(self, workspace_id: str, user_id: str, role: WorkspaceRole) -> Member:
        """Change what somebody is in a workspace.

        Raises:
            NotFound: they are not in it.
            Conflict: it would have no admin, or is their personal one.
        """
        ...

    async def remove_member(self, workspace_id: str, user_id: str) -> None:
        """Let somebody go; their keys for the workspace are revoked in the same transaction.

        Raises:
            NotFound: they are not in it.
            Conflict: it would have no admin, or is their personal one.
        """
        ...

    async def invite(self, invitation: Invitation, digest: str, mail: StoredMail | None = None) -> None:
        """Add an invitation whose secret has this digest, together with the mail that brings it."""
        ...

    async def invitations(self, workspace_id: str) -> list[Invitation]:
        """Those of a workspace, newest first, accepted ones too."""
        ...

    async def invitation_of(self, digest: str) -> Invitation | None:
        """The invitation whose secret has this digest."""
        ...

    async def accept(self, invitation_id: str, user_id: str) -> Member:
        """Let somebody in by an invitation; of two at once, one.

        Raises:
            Conflict: it was used, withdrawn or has expired, or they are in the workspace.
        """
        ...

    async def join(self, invitation_id: str, user: User, *, password_hash: str) -> User:
        """Add a user who accepts an invitation, in one transaction.

        Raises:
            Conflict: somebody has this name; or as `accept`.
        """
        ...

    async def withdraw_invitation(self, workspace_id: str, invitation_id: str) -> None:
        """Delete an invitation, so that it lets nobody in.

        Raises:
            NotFound: the workspace has none such.
        """
        ...
