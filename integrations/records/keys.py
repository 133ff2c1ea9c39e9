"""API keys. One that was made by another ends with it."""

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, select, tuple_, update

from integrations.records import models
from integrations.records.database import add_new
from magicai.accounts.identity import ApiKey, Scope
from magicai.errors import NotFound, Unknown

_KEY = models.api_keys.c


def add(connection: Connection, now: int, key: ApiKey, *, digest: str) -> ApiKey:
    """Insert a key, or find the one that this id already has; by no key that has ended."""
    if key.parent_id is not None:
        _lock(connection, key.user_id)
        parent = next((one for one in of_user(connection, key.user_id) if one.key_id == key.parent_id), None)
        if parent is None or not parent.holds(now):
            raise Unknown("api_key_invalid")
    values = {**key.model_dump(), "scopes": " ".join(key.scopes), "digest": digest}
    add_new(connection, models.api_keys, [values], key=("key_id",))
    return _as_key(connection.execute(select(models.api_keys).where(_KEY.key_id == key.key_id)).mappings().one())


def of_digest(connection: Connection, digest: str) -> ApiKey | None:
    """The key whose secret has this digest."""
    row = connection.execute(select(models.api_keys).where(_KEY.digest == digest)).mappings().first()
    return None if row is None else _as_key(row)


def of_user(
    connection: Connection, user_id: str, *, before: tuple[int, str] | None = None, limit: int | None = None
) -> list[ApiKey]:
    """A user's keys, newest first, older than `before`."""
    query = select(models.api_keys).where(_KEY.user_id == user_id)
    if before is not None:
        query = query.where(tuple_(_KEY.created_at, _KEY.key_id) < tuple_(*before))
    query = query.order_by(_KEY.created_at.desc(), _KEY.key_id.desc()).limit(limit)
    return [_as_key(row) for row in connection.execute(query).mappings()]


def revoke(connection: Connection, now: int, user_id: str, key_id: str) -> None:
    """Revoke a key and what was made by it; one that was revoked before keeps its time."""
    _lock(connection, user_id)
    known = of_user(connection, user_id)
    _check(known, [key_id])
    _end(connection, now, known, {key_id})


def revoke_others(connection: Connection, now: int, user_id: str, keep: Collection[str]) -> None:
    """Revoke a user's keys but these, and what was made by those that end."""
    _lock(connection, user_id)
    known = of_user(connection, user_id)
    _check(known, keep)
    _end(connection, now, known, {one.key_id for one in known} - set(keep))


def revoke_of_workspace(connection: Connection, now: int, workspace_id: str, user_id: str | None = None) -> None:
    """Revoke the keys for a workspace, of a user or of all."""
    this = (_KEY.workspace_id == workspace_id) & _KEY.revoked_at.is_(None)
    if user_id is not None:
        this &= _KEY.user_id == user_id
    connection.execute(update(models.api_keys).where(this).values(revoked_at=now))


def _lock(connection: Connection, user_id: str) -> None:
    """Hold the user's row, so that no key is made by one that is just being revoked."""
    connection.execute(select(models.users.c.user_id).where(models.users.c.user_id == user_id).with_for_update())


def _check(known: Collection[ApiKey], key_ids: Collection[str]) -> None:
    theirs = {one.key_id for one in known}
    for key_id in key_ids:
        if key_id not in theirs:
            raise NotFound("api_key_not_found", key_id=key_id)


def _end(connection: Connection, now: int, known: Collection[ApiKey], ended: set[str]) -> None:
    while True:
        more = {one.key_id for one in known if one.parent_id in ended} - ended
        if not more:
            break
        ended |= more
    mine = update(models.api_keys).where(_KEY.key_id.in_(ended), _KEY.revoked_at.is_(None))
    connection.execute(mine.values(revoked_at=now))


def _as_key(row: RowMapping) -> ApiKey:
    scopes = tuple(Scope(scope) for scope in str(row["scopes"]).split())
    return ApiKey.model_validate({**{name: row[name] for name in ApiKey.model_fields}, "scopes": scopes})
