"""API keys."""

from sqlalchemy import Connection, RowMapping, select, update

from integrations.records import models
from integrations.records.database import add_new
from magicai.accounts.identity import ApiKey, Scope
from magicai.errors import NotFound

_KEY = models.api_keys.c


def add(connection: Connection, key: ApiKey, *, digest: str) -> ApiKey:
    """Insert a key, or find the one that this id already has."""
    values = {**key.model_dump(), "scopes": " ".join(key.scopes), "digest": digest}
    add_new(connection, models.api_keys, [values], key=("key_id",))
    return _as_key(connection.execute(select(models.api_keys).where(_KEY.key_id == key.key_id)).mappings().one())


def of_digest(connection: Connection, digest: str) -> ApiKey | None:
    """The key whose secret has this digest."""
    row = connection.execute(select(models.api_keys).where(_KEY.digest == digest)).mappings().first()
    return None if row is None else _as_key(row)


def of_user(connection: Connection, user_id: str) -> list[ApiKey]:
    """A user's keys, newest first."""
    query = select(models.api_keys).where(_KEY.user_id == user_id).order_by(_KEY.created_at.desc(), _KEY.key_id.desc())
    return [_as_key(row) for row in connection.execute(query).mappings()]


def revoke(connection: Connection, now: int, user_id: str, key_id: str) -> None:
    """Revoke a key; one that was revoked before keeps its time."""
    mine = (_KEY.key_id == key_id, _KEY.user_id == user_id)
    if connection.execute(select(_KEY.key_id).where(*mine)).first() is None:
        raise NotFound(f"There is no API key {key_id!r}.", way_out="GET /api/api-keys lists them.")
    connection.execute(update(models.api_keys).where(*mine, _KEY.revoked_at.is_(None)).values(revoked_at=now))


def _as_key(row: RowMapping) -> ApiKey:
    scopes = tuple(Scope(scope) for scope in str(row["scopes"]).split())
    return ApiKey.model_validate({**{name: row[name] for name in ApiKey.model_fields}, "scopes": scopes})
