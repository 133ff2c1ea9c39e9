"""Who asks: users, what they may do, and what proves it."""

from enum import StrEnum

from pydantic import Field

from magicai.values.frozen import Frozen
from magicai.values.times import Moment

NAME_PATTERN = r"^[a-z0-9][a-z0-9._@-]{0,63}$"
LEAST_PASSWORD, LONGEST_PASSWORD = 10, 256


class Role(StrEnum):
    """What a person is to the installation; each may do what those before it may."""

    USER = "user"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Scope(StrEnum):
    """What an API key is for; whoever logs in has all of them.

    `read` looks, `run` starts and stops runs, `account` changes keys, password and users.
    """

    READ = "read"
    RUN = "run"
    ACCOUNT = "account"


class User(Frozen):
    """Somebody who may log in; their id is the owner of what is theirs. Times are UTC microseconds.

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

    def holds(self, now: int) -> bool:
        """Whether it is good at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class SigningKey(Frozen):
    """What access tokens are signed with; kept until the last token that it signed has ended."""

    key_id: str
    secret: str = Field(repr=False)
    created_at: int


class Caller(Frozen):
    """Who asks, and what the proof that they brought allows.

    Attributes:
        session_id: the login that it belongs to, if any.
        key_id: the API key, if it is one.
        until: when the proof ends, UTC microseconds; None where it does not end by itself.
    """

    user: User
    scopes: frozenset[Scope] = frozenset(Scope)
    session_id: str | None = None
    key_id: str | None = None
    until: int | None = None

    @property
    def owner_id(self) -> str:
        """Whose runs they see."""
        return self.user.user_id
