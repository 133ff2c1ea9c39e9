"""Sessions and their tokens, of which each refresh token works once."""

from sqlalchemy import Connection, RowMapping, delete, insert, select, tuple_, update

from integrations.records import models
from magicai.accounts.identity import Session, SessionKind

_SESSION = models.sessions.c
_TOKEN = models.session_tokens.c


def open_session(connection: Connection, session: Session, *, digest: str) -> None:
    """Insert a session with its first token."""
    connection.execute(insert(models.sessions), {**session.model_dump(), "kind": str(session.kind)})
    _add_token(connection, session, digest)


def get(connection: Connection, session_id: str) -> Session | None:
    """A session by its id."""
    row = connection.execute(select(models.sessions).where(_SESSION.session_id == session_id)).mappings().first()
    return None if row is None else _as_session(row)


def of_token(connection: Connection, digest: str) -> Session | None:
    """The session of a token that has not been used up."""
    session_id = connection.execute(
        select(_TOKEN.session_id).where(_TOKEN.digest == digest, _TOKEN.used_at.is_(None))
    ).scalar_one_or_none()
    return None if session_id is None else get(connection, session_id)


def rotate(connection: Connection, now: int, digest: str, *, new: str) -> Session | None:
    """Use a token up for the next one; where it was used before, its session ends."""
    query = select(models.session_tokens).where(_TOKEN.digest == digest).with_for_update()
    token = connection.execute(query).mappings().first()
    session = None if token is None else get(connection, token["session_id"])
    if token is None or session is None or session.kind is not SessionKind.REFRESH or not session.holds(now):
        return None
    if token["used_at"] is not None:
        end(connection, now, session.session_id)
        return None
    connection.execute(update(models.session_tokens).where(_TOKEN.digest == digest).values(used_at=now))
    _add_token(connection, session, new)
    return session


def end(connection: Connection, now: int, session_id: str) -> None:
    """End a session."""
    mine = update(models.sessions).where(_SESSION.session_id == session_id, _SESSION.ended_at.is_(None))
    connection.execute(mine.values(ended_at=now))


def end_all(connection: Connection, user_id: str, now: int) -> None:
    """End all sessions of a user."""
    mine = update(models.sessions).where(_SESSION.user_id == user_id, _SESSION.ended_at.is_(None))
    connection.execute(mine.values(ended_at=now))


def end_others(connection: Connection, now: int, user_id: str, *, keep: str | None) -> None:
    """End all sessions of a user but one."""
    others = update(models.sessions).where(_SESSION.user_id == user_id, _SESSION.ended_at.is_(None))
    connection.execute(others.where(_SESSION.session_id != (keep or "")).values(ended_at=now))


def of_user(
    connection: Connection,
    now: int,
    user_id: str,
    *,
    before: tuple[int, str] | None = None,
    limit: int | None = None,
) -> list[Session]:
    """A user's sessions that hold, newest first, older than `before`."""
    query = select(models.sessions).where(
        _SESSION.user_id == user_id, _SESSION.ended_at.is_(None), _SESSION.expires_at > now
    )
    if before is not None:
        query = query.where(tuple_(_SESSION.created_at, _SESSION.session_id) < tuple_(*before))
    query = query.order_by(_SESSION.created_at.desc(), _SESSION.session_id.desc()).limit(limit)
    return [_as_session(row) for row in connection.execute(query).mappings()]


def note_use(connection: Connection, now: int, session_id: str) -> None:
    """Note that a session is in use."""
    connection.execute(update(models.sessions).where(_SESSION.session_id == session_id).values(used_at=now))


def prune(connection: Connection, before: int) -> int:
    """Remove sessions that were over before then; answers how many."""
    over = select(_SESSION.session_id).where(_SESSION.expires_at < before)
    connection.execute(delete(models.session_tokens).where(_TOKEN.session_id.in_(over)))
    return connection.execute(delete(models.sessions).where(_SESSION.expires_at < before)).rowcount


def _add_token(connection: Connection, session: Session, digest: str) -> None:
    values = {"digest": digest, "session_id": session.session_id, "user_id": session.user_id, "used_at": None}
    connection.execute(insert(models.session_tokens), values)


def _as_session(row: RowMapping) -> Session:
    return Session.model_validate({**row, "kind": SessionKind(row["kind"])})
