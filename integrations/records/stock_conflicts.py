"""Conflicts between sources, reservations and payments: kept for a person to see."""

from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from integrations.records import models
from integrations.records.database import add_new
from magicai.catalogue.inventory.stock import ConflictKind, StockConflict
from magicai.errors import NotFound
from magicai.messages import Message
from magicai.values.digest import digest_of
from magicai.values.ids import new_id

_OF = models.stock_conflicts.c


def note(
    connection: Connection,
    now: int,
    owner_id: str,
    item: str,
    kind: ConflictKind,
    details: Message,
    rule: Message,
    *,
    once: str = "",
) -> None:
    """Keep a conflict.

    Args:
        once: what it is about, where the same conflict may come again and is shown once.
    """
    conflict_id = digest_of([item, kind, once])[:32] if once else new_id()
    row = {"owner_id": owner_id, "conflict_id": conflict_id, "item": item, "kind": kind, "at": now, "resolved": False}
    add_new(connection, models.stock_conflicts, [{**row, "details": details.stored(), "rule": rule.stored()}])


def conflicts(
    connection: Connection, owner_id: str, *, resolved: bool | None = False, after: str = "", limit: int = 50
) -> list[StockConflict]:
    """Conflicts, the latest first."""
    query = select(models.stock_conflicts).where(_OF.owner_id == owner_id)
    if resolved is not None:
        query = query.where(_OF.resolved.is_(resolved))
    if after:
        at = select(_OF.at).where(_OF.owner_id == owner_id, _OF.conflict_id == after).scalar_subquery()
        query = query.where((_OF.at < at) | ((_OF.at == at) & (_OF.conflict_id < after)))
    query = query.order_by(_OF.at.desc(), _OF.conflict_id.desc()).limit(limit)
    return [_conflict(row) for row in connection.execute(query).mappings()]


def _conflict(row: RowMapping) -> StockConflict:
    known: dict[str, Any] = {name: row[name] for name in StockConflict.__dataclass_fields__}
    known |= {name: Message.restored(row[name]) for name in ("details", "rule")}
    return StockConflict(**known)


def resolve(connection: Connection, owner_id: str, conflict_id: str) -> None:
    """A person has dealt with it."""
    this = (_OF.owner_id == owner_id, _OF.conflict_id == conflict_id)
    if not connection.execute(update(models.stock_conflicts).where(*this).values(resolved=True)).rowcount:
        raise NotFound("stock_conflict_not_found", conflict_id=conflict_id[:64])
