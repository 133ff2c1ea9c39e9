"""Users: found, added, changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Exists, RowMapping, exists, select, update

from integrations.records import keys, models, sessions
from integrations.records.database import add_new
from magicai.accounts.identity import Role, User
from magicai.errors import Conflict, NotFound

_USER = models.users.c


def add(connection: Connection, user: User, *, password_hash: str | None = None) -> User:
    """Insert a user, or find the one that this id already has."""
    theirs = exists().where(_USER.name == user.name, _USER.user_id != user.user_id)
    if connection.execute(select(theirs)).scalar():
        raise Conflict("user_name_taken", name=user.name)
    _check_email(connection, user.email, user.user_id)
    values = {**user.model_dump(), "role": str(user.role), "password": password_hash}
    add_new(connection, models.users, [values], key=("user_id",))
    personal = {"workspace_id": user.user_id, "name": user.name, "created_at": user.created_at}
    add_new(connection, models.workspaces, [personal])
    admin = {"workspace_id": user.user_id, "user_id": user.user_id, "role": "admin", "joined_at": user.created_at}
    add_new(connection, models.members, [admin])
    row = connection.execute(select(models.users).where(_USER.user_id == user.user_id)).mappings().one()
    return _as_user(row)


def get(connection: Connection, user_id: str) -> User:
    """A user by id."""
    return _as_user(_row(connection, user_id))


def credentials(connection: Connection, name: str) -> tuple[User, str | None] | None:
    """A user by name, with their password's hash."""
    row = connection.execute(select(models.users).where(_USER.name == name)).mappings().first()
    return None if row is None else (_as_user(row), row["password"])


def of_email(connection: Connection, email: str) -> User | None:
    """A user by their address, in lower case."""
    row = connection.execute(select(models.users).where(_USER.email == email)).mappings().first()
    return None if row is None else _as_user(row)


def set_email(connection: Connection, now: int, user_id: str, email: str | None) -> User:
    """Give a user an address that was shown to be theirs, or none."""
    _check_email(connection, email, user_id)
    values = {"email": email, "email_verified_at": now if email else None}
    connection.execute(update(models.users).where(_USER.user_id == user_id).values(values))
    return get(connection, user_id)


def listed(connection: Connection, *, after: str = "", limit: int | None = None) -> list[User]:
    """Users by name, behind `after`."""
    query = select(models.users).where(_USER.name > after).order_by(_USER.name).limit(limit)
    return [_as_user(row) for row in connection.execute(query).mappings()]


def lock(connection: Connection) -> Sequence[RowMapping]:
    """All users; held, so that two who may be the last admin cannot disable each other at once."""
    return connection.execute(select(models.users).order_by(_USER.user_id).with_for_update()).mappings().all()


def change(
    connection: Connection,
    now: int,
    user_id: str,
    *,
    role: Role | None = None,
    enabled: bool | None = None,
    password_hash: str | None = None,
    keep_keys: Collection[str] = (),
    needs_admin: bool = True,
) -> User:
    """Change what is given; end the sessions, and keys, where it takes away what they were made by.

    Args:
        needs_admin: whether somebody must be left who is an admin.
    """
    rows = lock(connection)
    row = next((row for row in rows if row["user_id"] == user_id), None)
    if row is None:
        raise _unknown(user_id)
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = str(role)
    if enabled and connection.execute(select(_being_deleted(user_id))).scalar():
        raise Conflict("user_being_deleted", user=row["name"])
    if enabled is not None:
        values["disabled_at"] = None if enabled else row["disabled_at"] or now
    if password_hash is not None:
        values["password"] = password_hash
    changed = _as_user({**row, **values})
    others = any(_is_admin(_as_user(other)) for other in rows if other["user_id"] != user_id)
    if needs_admin and _is_admin(_as_user(row)) and not _is_admin(changed) and not others:
        raise Conflict("last_admin", user=row["name"])
    if values:
        connection.execute(update(models.users).where(_USER.user_id == user_id).values(**values))
    if password_hash is not None or enabled is False:
        sessions.end_all(connection, user_id, now)
    if password_hash is not None:
        keys.revoke_others(connection, now, user_id, keep_keys)
    return changed


def _being_deleted(user_id: str) -> Exists:
    return exists().where(models.deletions.c.subject_id == user_id)


def _check_email(connection: Connection, email: str | None, user_id: str) -> None:
    known = of_email(connection, email) if email else None
    if known is not None and known.user_id != user_id:
        raise Conflict("user_email_taken", email=known.email)


def _is_admin(user: User) -> bool:
    return user.enabled and user.role is Role.ADMIN


def _row(connection: Connection, user_id: str) -> RowMapping:
    row = connection.execute(select(models.users).where(_USER.user_id == user_id)).mappings().first()
    if row is None:
        raise _unknown(user_id)
    return row


def _as_user(row: Any) -> User:
    return User(
        user_id=row["user_id"],
        name=row["name"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        email=row["email"],
        email_verified_at=row["email_verified_at"],
    )


def _unknown(user_id: str) -> NotFound:
    return NotFound("user_not_found", way_out="list_users", owner=user_id)
