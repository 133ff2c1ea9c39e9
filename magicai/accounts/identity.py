"""Who asks: users, what they may do, and what proves it."""

from enum import StrEnum
from typing import Self

from pydantic import Field

from magicai.messages import Message, say
from magicai.values.frozen import Frozen
from magicai.values.times import Moment

NAME_PATTERN = r"^[a-z0-9][a-z0-9._@-]{0,63}$"
LEAST_PASSWORD, LONGEST_PASSWORD = 10, 256


class _Rank(StrEnum):
    """Roles in order; each may do what those before it may."""

    def covers(self, other: Self) -> bool:
        """Whether this role may do what the other may."""
        order = list(type(self))
        return order.index(self) >= order.index(other)

    @property
    def called(self) -> Message:
        """Its name, as people read it."""
        return say(f"role_{self.value}")


class Role(_Rank):
    """What a person is to the installation: `operator` sees to its servers, `admin` to its users and settings."""

    USER = "user"
    OPERATOR = "operator"
    ADMIN = "admin"


class WorkspaceRole(_Rank):
    """What a person is in a workspace.

    `viewer` looks, `editor` starts runs and changes things, `reviewer` decides what is published, `admin` changes
    members and settings.
    """

    VIEWER = "viewer"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API key is for; whoever logs in has all of them.

    `read` looks, `run` starts and stops runs, `account` changes keys, password and users.
    """

    READ = "read"
    RUN = "run"
    ACCOUNT = "account"


class User(Frozen):
    """Somebody who may log in; their id is that of their personal workspace, too. Times are UTC microseconds.

    Attributes:
        email: in lower case; of one user at most.
        email_verified_at: when it was seen to be theirs.
    """

    user_id: str
    name: str
    role: Role
    created_at: Moment
    disabled_at: Moment | None = None
    email: str | None = None
    email_verified_at: Moment | None = None

    @property
    def enabled(self) -> bool:
        """Whether they may do anything now."""
        return self.disabled_at is None


class Workspace(Frozen):
    """What belongs together; its id is the owner of all that is in it."""

    workspace_id: str
    name: str
    created_at: Moment


class Member(Frozen):
    """Somebody in a workspace."""

    workspace_id: str
    user_id: str
    role: WorkspaceRole
    joined_at: Moment


class Seat(Frozen):
    """A workspace that somebody is in, and what they are there."""

    workspace: Workspace
    role: WorkspaceRole


class ScheduleOwner(Frozen):
    """Whose the runs of a schedule are.

    Attributes:
        user: None where they were deleted.
        role: what the user is in the workspace; None where they have left it.
    """

    user: User | None
    workspace_id: str
    role: WorkspaceRole | None

    @property
    def may_run(self) -> bool:
        """Whether they may start runs there now."""
        if self.user is None or self.role is None:
            return False
        return self.user.enabled and self.role.covers(WorkspaceRole.EDITOR)


class Invitation(Frozen):
    """What lets one person into a workspace, once; its secret is shown once, and kept as a digest.

    Attributes:
        email: whom it was sent to; "" where its link is handed over otherwise.
        accepted_by: the user who has accepted it.
    """

    invitation_id: str
    workspace_id: str
    role: WorkspaceRole
    email: str
    invited_by: str
    created_at: Moment
    expires_at: Moment
    accepted_by: str | None = None
    accepted_at: Moment | None = None

    def is_open(self, now: int) -> bool:
        """Whether it lets somebody in at that time."""
        return self.accepted_at is None and now < self.expires_at


class SessionKind(StrEnum):
    """`refresh`: a family of refresh tokens, each of which works once; `page`: a browser's cookie."""

    REFRESH = "refresh"
    PAGE = "page"


class Session(Frozen):
    """A login that lasts, until it ends by time, by logging out, or because a token of it was used twice.

    Attributes:
        used_at: when it was last used, within minutes; None of one that was not used since it began.
        client: the User-Agent that it began with.
    """

    session_id: str
    user_id: str
    kind: SessionKind
    created_at: Moment
    expires_at: Moment
    ended_at: int | None = None
    used_at: Moment | None = None
    client: str | None = None

    def holds(self, now: int) -> bool:
        """Whether it is good at that time."""
        return self.ended_at is None and now < self.expires_at


class ApiKey(Frozen):
    """A key for programs; its secret is shown once, and kept as a digest.

    Attributes:
        hint: the first characters of the secret, by which a person knows it again.
        parent_id: the key that has made it, with which it ends; None where somebody who was logged in has.
        workspace_id: the one that it is for; None: its user's personal workspace.
    """

    key_id: str
    user_id: str
    name: str
    scopes: tuple[Scope, ...]
    hint: str
    created_at: Moment
    expires_at: Moment | None = None
    revoked_at: Moment | None = None
    parent_id: str | None = None
    workspace_id: str | None = None

    def holds(self, now: int) -> bool:
        """Whether it is good at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class SigningKey(Frozen):
    """What access tokens are signed with; kept until the last token that it signed has ended."""

    key_id: str
    secret: str = Field(repr=False)
    created_at: int


class Caller(Frozen):
    """Who asks, in which workspace, and what the proof that they brought allows.

    Attributes:
        member: what they are in the workspace; None in their personal one, which they administer.
        session_id: the login that it belongs to, if any.
        key_id: the API key, if it is one.
        until: when the proof ends, UTC microseconds; None where it does not end by itself.
    """

    user: User
    member: Member | None = None
    scopes: frozenset[Scope] = frozenset(Scope)
    session_id: str | None = None
    key_id: str | None = None
    until: int | None = None

    @property
    def owner_id(self) -> str:
        """The workspace, whose things they see."""
        return self.user.user_id if self.member is None else self.member.workspace_id

    @property
    def workspace_role(self) -> WorkspaceRole:
        """What they are in it."""
        return WorkspaceRole.ADMIN if self.member is None else self.member.role
