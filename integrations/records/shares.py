"""Shares of runs."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, select, update

from integrations.records import models
from integrations.records.database import add_new
from integrations.records.transactions import Rows, reading, reading_now, writing, writing_now
from magicai.errors import NotFound
from magicai.ports import Share

_OF = models.shares.c


def prune(connection: Connection, before: int) -> int:
    """Remove shares that had expired by then; answers how many."""
    return connection.execute(delete(models.shares).where(_OF.expires_at < before)).rowcount


def _add(connection: Connection, share: Share) -> Share:
    add_new(connection, models.shares, [asdict(share)])
    row = connection.execute(select(models.shares).where(_OF.share_id == share.share_id)).mappings().one()
    return Share(**row)


def _by_digest(connection: Connection, now: int, digest: str) -> Share | None:
    holds = (_OF.digest == digest, _OF.expires_at > now, _OF.revoked_at.is_(None))
    row = connection.execute(select(models.shares).where(*holds)).mappings().first()
    return None if row is None else Share(**row)


def _of_run(connection: Connection, run_id: str, *, owner_id: str) -> list[Share]:
    query = select(models.shares).where(_OF.run_id == run_id, _OF.owner_id == owner_id)
    query = query.order_by(_OF.created_at.desc(), _OF.share_id.desc())
    return [Share(**row) for row in connection.execute(query).mappings()]


def _revoke(connection: Connection, now: int, share_id: str, *, run_id: str, owner_id: str) -> None:
    these = (_OF.share_id == share_id, _OF.run_id == run_id, _OF.owner_id == owner_id)
    if connection.execute(select(_OF.share_id).where(*these)).first() is None:
        raise NotFound("share_not_found", run_id=run_id, share_id=share_id[:64])
    holds = (*these, _OF.revoked_at.is_(None), _OF.expires_at > now)
    connection.execute(update(models.shares).where(*holds).values(revoked_at=now))


class SqlShares(Rows):
    """Shares in a database."""

    add = writing(_add)
    by_digest = reading_now(_by_digest)
    of_run = reading(_of_run)
    revoke = writing_now(_revoke)
