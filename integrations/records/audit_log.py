"""Who did what: events that are appended, read, and removed by age alone."""

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from integrations.records import models
from integrations.records.transactions import Rows, reading, writing
from magicai.ports import AuditEvent

_OF = models.audit_events.c
# Rows that one transaction removes where there are many: other writers wait for it.
_ROWS = 2000


def forget_actor(connection: Connection, user_id: str) -> None:
    """Leave what somebody did where they were a guest, without who they were and from where."""
    theirs = update(models.audit_events).where(_OF.actor_id == user_id)
    connection.execute(theirs.values(actor_id=None, key_name="", address=""))


def add(connection: Connection, event: AuditEvent) -> None:
    """Append an event."""
    values = {**asdict(event), "params": json.dumps(event.params, ensure_ascii=False)}
    connection.execute(insert(models.audit_events).values(values))


def _listed(
    connection: Connection,
    workspace_id: str | None,
    *,
    account: bool = False,
    actor_id: str | None = None,
    action: str = "",
    since: int | None = None,
    until: int | None = None,
    before: str | None = None,
    limit: int = 50,
) -> list[AuditEvent]:
    query = select(models.audit_events).where(
        _OF.installation.is_(True) if workspace_id is None else _OF.workspace_id == workspace_id
    )
    if workspace_id is not None and not account:
        query = query.where(_OF.installation.is_(False))
    if actor_id is not None:
        query = query.where(_OF.actor_id == actor_id)
    if action:
        query = query.where(or_(_OF.action == action, _OF.action.startswith(f"{action}.", autoescape=True)))
    if since is not None:
        query = query.where(_OF.at >= since)
    if until is not None:
        query = query.where(_OF.at < until)
    if before is not None:
        query = query.where(_OF.event_id < before)
    return [_event(row) for row in connection.execute(query.order_by(_OF.event_id.desc()).limit(limit)).mappings()]


def _event(row: RowMapping) -> AuditEvent:
    values: dict[str, Any] = dict(row)
    return AuditEvent(**{**values, "params": json.loads(values["params"])})


def _prune(connection: Connection, before: int) -> int:
    old = select(_OF.event_id).where(_OF.at < before).limit(_ROWS)
    return connection.execute(delete(models.audit_events).where(_OF.event_id.in_(old))).rowcount


class SqlAuditLog(Rows):
    """The audit log in a database."""

    add = writing(add)
    listed = reading(_listed)

    async def prune(self, *, before: int) -> int:
        """Remove what is older, a part at a time."""
        removed = 0
        while gone := await self.database.write(lambda c: _prune(c, before)):
            removed += gone
        return removed
