"""Who may ask."""

from collections.abc import Collection, Mapping
from typing import Protocol

from magicai.accounts.external import ExternalIdentity
from magicai.accounts.identity import ApiKey, Role, ScheduleOwner, Session, User


class Identities(Protocol):
    """Users, and what proves who asks. Secrets come as digests; whoever asks has made them."""

    async def add_user(self, user: User, *, password_hash: str | None = None) -> User:
        """Add a user; the same id again gives the first one back, unchanged.

        Raises:
            Conflict: somebody else has this name or this address.
        """
        ...

    async def user(self, user_id: str) -> User:
        """A user.

        Raises:
            NotFound: none such.
        """
        ...

    async def credentials(self, name: str) -> tuple[User, str | None] | None:
        """A user by name with the hash of their password, if they have one; None where there is no such user."""
        ...

    async def users(self, *, after: str = "", limit: int | None = None) -> list[User]:
        """Users by name, behind the name `after`; all of them without a limit."""
        ...

    async def change_user(
        self,
        user_id: str,
        *,
        role: Role | None = None,
        enabled: bool | None = None,
        password_hash: str | None = None,
        keep_keys: Collection[str] = (),
    ) -> User:
        """Change what is given; a new password or being disabled ends their sessions, in the same transaction.

        Args:
            user_id: whose.
            role: the new one.
            enabled: whether they may do anything.
            password_hash: of a new password; it revokes their API keys, too.
            keep_keys: those that it does not revoke.

        Raises:
            NotFound: none such, or a key that is to be kept is none of theirs.
            Conflict: nobody else is an enabled admin of the installation, or of a workspace that others are in, and
                this one would not be any more.
        """
        ...

    async def open_session(self, session: Session, *, digest: str) -> None:
        """Begin a session whose first token has this digest."""
        ...

    async def session(self, session_id: str) -> Session | None:
        """A session by its id."""
        ...

    async def session_of(self, digest: str) -> Session | None:
        """The session of a token that has not been used up."""
        ...

    async def rotate(self, digest: str, *, new: str) -> Session | None:
        """Use a token up and put the next one in its place.

        Answers None for a token that nobody knows, whose session has ended, or that was used before: in that case
        somebody else has it, and the session ends.
        """
        ...

    async def end_session(self, session_id: str) -> None:
        """End a session; one that has ended stays as it is."""
        ...

    async def sessions(
        self, user_id: str, *, before: tuple[int, str] | None = None, limit: int | None = None
    ) -> list[Session]:
        """A user's sessions that have not ended, newest first.

        Args:
            user_id: whose.
            before: when the last known one began, and its id.
            limit: how many.
        """
        ...

    async def end_other_sessions(self, user_id: str, *, keep: str | None) -> None:
        """End all sessions of a user but the one that is named."""
        ...

    async def note_session_use(self, session_id: str) -> None:
        """Note that a session is in use now."""
        ...

    async def external_user(self, issuer: str, subject: str) -> User | None:
        """The user to whom an identity at a provider is linked."""
        ...

    async def email_taken(self, email: str) -> bool:
        """Whether a user has this address, which is in lower case."""
        ...

    async def user_of_email(self, email: str) -> User | None:
        """The user who has this address, which is in lower case."""
        ...

    async def set_email(self, user_id: str, email: str | None) -> User:
        """Give a user an address that was shown to be theirs, or none.

        Raises:
            NotFound: none such.
            Conflict: it is somebody else's.
        """
        ...

    async def add_external_user(self, user: User, identity: ExternalIdentity) -> User:
        """Add a user together with their identity; where that is linked already, answers whose it is.

        Args:
            user: with a name that is changed where somebody has it.
            identity: at a provider.

        Raises:
            Conflict: somebody has the user's address.
        """
        ...

    async def link_external(self, identity: ExternalIdentity, *, verified: bool) -> ExternalIdentity:
        """Link an identity to its user; the same again gives the first one back, unchanged.

        Args:
            identity: what is linked.
            verified: whether its address is theirs; it becomes the user's, if they have none and it is nobody else's.

        Raises:
            Conflict: it is linked to somebody else.
        """
        ...

    async def unlink_external(self, user_id: str, identity_id: str) -> None:
        """Unlink a user's identity.

        Raises:
            NotFound: they have none such.
            Conflict: they have no password and no other identity.
        """
        ...

    async def external(self, user_id: str) -> list[ExternalIdentity]:
        """A user's identities at providers, newest first."""
        ...

    async def add_key(self, key: ApiKey, *, digest: str) -> ApiKey:
        """Add an API key; the same id again gives the first one back, unchanged.

        Raises:
            Unknown: the key by which it is made has ended.
        """
        ...

    async def key_of(self, digest: str) -> ApiKey | None:
        """The API key whose secret has this digest."""
        ...

    async def keys(
        self, user_id: str, *, before: tuple[int, str] | None = None, limit: int | None = None
    ) -> list[ApiKey]:
        """A user's API keys, newest first, revoked ones too.

        Args:
            before: when the last known one was made, and its id.
        """
        ...

    async def revoke_key(self, user_id: str, key_id: str) -> None:
        """Revoke a user's API key, and those that were made by it.

        Raises:
            NotFound: they have none such.
        """
        ...

    async def bind_schedule(self, schedule: str, user_id: str | None, workspace_id: str | None = None) -> None:
        """Let the runs of a schedule be a user's from now on; whoever starts the worker's where None.

        Args:
            schedule: WORKFLOW/SLUG, or its id where it has no slug.
            user_id: whose.
            workspace_id: in which workspace; in their personal one where None.

        Raises:
            NotFound: there is no such user.
        """
        ...

    async def schedule_owners(self) -> Mapping[str, ScheduleOwner]:
        """Whose the runs of schedules are, by the schedules' names; those are missing that nobody was named for."""
        ...
