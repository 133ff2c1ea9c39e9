"""The Identities port over any Database."""

from collections.abc import Mapping

from integrations.records import keys, schedules, sessions, users
from integrations.records.database import Clock, Database
from magicai.accounts.identity import ApiKey, Role, Session, User
from magicai.ports import Identities


class SqlIdentities(Identities):
    """Users, sessions and keys in an SQL database."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def add_user(self, user: User, *, password_hash: str | None = None) -> User:
        """Add a user, or answer the one that has this id."""
        return await self._database.write(lambda c: users.add(c, user, password_hash))

    async def user(self, user_id: str) -> User:
        """A user."""
        return await self._database.read(lambda c: users.get(c, user_id))

    async def credentials(self, name: str) -> tuple[User, str | None] | None:
        """A user by name with the hash of their password."""
        return await self._database.read(lambda c: users.credentials(c, name))

    async def users(self) -> list[User]:
        """All users by name."""
        return await self._database.read(users.listed)

    async def change_user(
        self, user_id: str, *, role: Role | None = None, enabled: bool | None = None, password_hash: str | None = None
    ) -> User:
        """Change what is given."""
        return await self._database.write(
            lambda c: users.change(
                c, user_id, role=role, enabled=enabled, password_hash=password_hash, now=self._now(c)
            )
        )

    async def open_session(self, session: Session, *, digest: str) -> None:
        """Begin a session."""
        await self._database.write(lambda c: sessions.open_session(c, session, digest))

    async def session(self, session_id: str) -> Session | None:
        """A session by its id."""
        return await self._database.read(lambda c: sessions.get(c, session_id))

    async def session_of(self, digest: str) -> Session | None:
        """The session of a token that has not been used up."""
        return await self._database.read(lambda c: sessions.of_token(c, digest))

    async def rotate(self, digest: str, *, new: str) -> Session | None:
        """Use a token up and put the next one in its place."""
        return await self._database.write(lambda c: sessions.rotate(c, digest, new, self._now(c)))

    async def end_session(self, session_id: str) -> None:
        """End a session."""
        await self._database.write(lambda c: sessions.end(c, session_id, self._now(c)))

    async def add_key(self, key: ApiKey, *, digest: str) -> ApiKey:
        """Add an API key, or answer the one that has this id."""
        return await self._database.write(lambda c: keys.add(c, key, digest))

    async def key_of(self, digest: str) -> ApiKey | None:
        """The API key whose secret has this digest."""
        return await self._database.read(lambda c: keys.of_digest(c, digest))

    async def keys(self, user_id: str) -> list[ApiKey]:
        """A user's API keys, newest first."""
        return await self._database.read(lambda c: keys.of_user(c, user_id))

    async def revoke_key(self, user_id: str, key_id: str) -> None:
        """Revoke a user's API key."""
        await self._database.write(lambda c: keys.revoke(c, user_id, key_id, self._now(c)))

    async def bind_schedule(self, schedule: str, user_id: str | None) -> None:
        """Give a schedule's runs to a user."""
        await self._database.write(lambda c: schedules.bind(c, schedule, user_id, self._now(c)))

    async def schedule_owners(self) -> Mapping[str, User]:
        """Whose the runs of schedules are."""
        return await self._database.read(schedules.owners)
