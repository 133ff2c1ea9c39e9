"""The audit log."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from integrations.records import models
from integrations.records.database import Clock, Database, alone
from integrations.records.transactions import Rows, reading
from magicai.publishing.audit import Entry, NewEntry, entries_of

AuditKey = Callable[[], bytes]
_OF = models.audit_entries.c


def append(connection: Connection, now: int, entries: Sequence[NewEntry], key: bytes) -> None:
    """Append entries behind the last one; of several processes, one at a time."""
    if not entries:
        return
    alone(connection, "audit")
    last = connection.execute(select(models.audit_entries).order_by(_OF.sequence.desc()).limit(1)).mappings().first()
    made = entries_of(entries, after=None if last is None else _entry(last), at=now, key=key)
    rows = [
        {
            "sequence": one.sequence,
            "at": one.at,
            "action": one.action,
            "about": new.about,
            "actor": new.actor,
            "concerns": new.owner_id,
            "details": json.dumps(one.details),
            "digest": one.digest,
            "previous": one.previous,
            "hash": one.hash,
        }
        for one, new in zip(made, entries, strict=True)
    ]
    connection.execute(insert(models.audit_entries), rows)


def forget(connection: Connection, owner_id: str) -> int:
    """Erase the details of what a person did, and of what was done to what is theirs; answers how many entries."""
    theirs = or_(_OF.actor == owner_id, _OF.concerns == owner_id)
    nothing = {"about": None, "actor": None, "concerns": None, "details": None}
    return connection.execute(update(models.audit_entries).where(theirs).values(nothing)).rowcount


def _entry(row: Mapping[Any, Any]) -> Entry:
    details = None if row["details"] is None else json.loads(row["details"])
    same = ("sequence", "at", "action", "digest", "previous", "hash")
    return Entry(details=details, **{name: row[name] for name in same})


def _listed(
    connection: Connection,
    *,
    owner_id: str | None = None,
    about: str | None = None,
    after: int = 0,
    limit: int = 500,
) -> list[Entry]:
    query = select(models.audit_entries).where(_OF.sequence > after)
    if owner_id is not None:
        query = query.where(_OF.concerns == owner_id)
    if about is not None:
        query = query.where(_OF.about == about)
    return [_entry(row) for row in connection.execute(query.order_by(_OF.sequence).limit(limit)).mappings()]


class SqlAudit(Rows):
    """The audit log in a database.

    Args:
        key: of its hashes.
    """

    def __init__(self, database: Database, clock: Clock, key: AuditKey) -> None:
        super().__init__(database, clock)
        self._key = key

    def key(self) -> bytes:
        """The key of its hashes."""
        return self._key()

    async def append(self, entries: Sequence[NewEntry]) -> None:
        """Append entries."""
        key = self._key()
        await self.database.write(lambda c: append(c, self.clock(c), entries, key))

    listed = reading(_listed)
