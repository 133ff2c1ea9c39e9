"""API keys, and the keys that access tokens are signed with."""

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from integrations.records import models
from integrations.records.database import add_new, alone
from magicai.accounts.identity import ApiKey, Scope, SigningKey
from magicai.errors import NotFound

_KEY = models.api_keys.c
_SIGNING = models.signing_keys.c


def add(connection: Connection, key: ApiKey, digest: str) -> ApiKey:
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


def revoke(connection: Connection, user_id: str, key_id: str, now: int) -> None:
    """Revoke a key; one that was revoked before keeps its time."""
    mine = (_KEY.key_id == key_id, _KEY.user_id == user_id)
    if connection.execute(select(_KEY.key_id).where(*mine)).first() is None:
        raise NotFound(f"There is no API key {key_id!r}.", way_out="GET /api/api-keys lists them.")
    connection.execute(update(models.api_keys).where(*mine, _KEY.revoked_at.is_(None)).values(revoked_at=now))


def signing(connection: Connection) -> list[SigningKey]:
    """Signing keys, newest first."""
    rows = connection.execute(select(models.signing_keys).order_by(_SIGNING.created_at.desc(), _SIGNING.key_id.desc()))
    return [SigningKey.model_validate(dict(row)) for row in rows.mappings()]


def add_signing(connection: Connection, key: SigningKey, after: str | None, forget_before: int) -> SigningKey:
    """Insert a signing key behind the one that the caller saw; remove what nothing is signed with any more."""
    alone(connection, "signing keys")  # of two that see no newer key, one adds its own
    known = signing(connection)
    if (known[0].key_id if known else None) != after:
        return known[0]
    connection.execute(insert(models.signing_keys), key.model_dump())
    # One is in use until the next is made.
    over = [old.key_id for old, followed in zip(known[1:], known, strict=False) if followed.created_at < forget_before]
    if over:
        connection.execute(delete(models.signing_keys).where(_SIGNING.key_id.in_(over)))
    return key


def _as_key(row: RowMapping) -> ApiKey:
    scopes = tuple(Scope(scope) for scope in str(row["scopes"]).split())
    return ApiKey.model_validate({**{name: row[name] for name in ApiKey.model_fields}, "scopes": scopes})
