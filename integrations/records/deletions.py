"""Deletions for good, until they are over."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select, update

from integrations.records import audit_log, models, users, workspaces
from integrations.records.database import alone
from integrations.records.transactions import Rows, reading_now, writing, writing_now
from magicai.ports import AuditEvent, PendingDeletion

_OF = models.deletions.c


def begin(
    connection: Connection, now: int, wanted: PendingDeletion, event: AuditEvent | None = None
) -> PendingDeletion:
    """Insert a deletion, and let nobody in any more; or find the one that its subject has."""
    alone(connection, "deletions")  # of two that begin the same one, one does
    row = connection.execute(select(models.deletions).where(_OF.subject_id == wanted.subject_id)).mappings().first()
    if row is not None:
        return PendingDeletion(**row)
    if wanted.kind == "user":
        others = [row for row in users.lock(connection) if row["user_id"] != wanted.subject_id]
        workspaces.leave_others(connection, now, wanted.subject_id)
        # Whoever is alone may go as an admin, too: nobody is left who needs one.
        users.change(connection, now, wanted.subject_id, enabled=False, needs_admin=bool(others))
    workspaces.close(connection, now, wanted.subject_id)
    connection.execute(insert(models.deletions).values(asdict(wanted)))
    if event is not None:
        audit_log.add(connection, event)
    return wanted


def _due(connection: Connection, now: int) -> list[PendingDeletion]:
    query = select(models.deletions).where(_OF.due_at <= now).order_by(_OF.asked_at, _OF.deletion_id)
    return [PendingDeletion(**row) for row in connection.execute(query).mappings()]


def _postpone(connection: Connection, deletion_id: str, *, until: int) -> None:
    _change(connection, deletion_id, {"attempts": _OF.attempts + 1, "due_at": until})


def _forget(connection: Connection, deletion_id: str) -> None:
    _change(connection, deletion_id, {"subject_id": ""})


def _change(connection: Connection, deletion_id: str, values: dict[str, object]) -> None:
    connection.execute(update(models.deletions).where(_OF.deletion_id == deletion_id).values(values))


def _end(connection: Connection, deletion_id: str) -> None:
    connection.execute(delete(models.deletions).where(_OF.deletion_id == deletion_id))


class SqlDeletions(Rows):
    """The Deletions port over any Database."""

    begin = writing_now(begin)
    due = reading_now(_due)
    postpone = writing(_postpone)
    forget = writing(_forget)
    end = writing(_end)
