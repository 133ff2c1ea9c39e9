"""What people viewed and bought."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select

from integrations.records import models
from integrations.records.database import alone, in_parts, upsert
from integrations.records.transactions import Rows, reading, writing
from magicai.catalogue.ports.interactions import Interaction, InteractionCounters

_OF = models.interactions.c
_NAMES = {"key": "event_key", "person": "person", "item": "item", "kind": "kind", "at": "at", "number": "number"}


def add(connection: Connection, owner_id: str, interactions: Sequence[Interaction]) -> int:
    """Keep new events under the next numbers."""
    alone(connection, "interactions", owner_id)
    fresh: dict[str, Interaction] = {}
    for interaction in interactions:
        fresh.setdefault(interaction.key, interaction)
    for part in in_parts(list(fresh)):
        query = select(_OF.event_key).where(_OF.owner_id == owner_id, _OF.event_key.in_(part))
        for known in connection.execute(query).scalars():
            del fresh[known]
    if not fresh:
        return 0
    so_far = counters(connection, owner_id)
    rows = [
        {
            "owner_id": owner_id, "event_key": one.key, "number": so_far.last + place, "person": one.person,
            "item": one.item, "kind": one.kind, "at": one.at,
        }
        for place, one in enumerate(fresh.values(), start=1)
    ]  # fmt: skip
    connection.execute(insert(models.interactions), rows)
    _count(connection, owner_id, InteractionCounters(so_far.last + len(rows), so_far.forgotten))
    return len(rows)


def counters(connection: Connection, owner_id: str) -> InteractionCounters:
    """How far an owner's events have come."""
    of = models.interaction_counters.c
    row = connection.execute(select(of.last, of.forgotten).where(of.owner_id == owner_id)).first()
    return InteractionCounters() if row is None else InteractionCounters(*row)


def after(connection: Connection, owner_id: str, number: int, *, limit: int = 5000) -> list[Interaction]:
    """Events with a greater number."""
    query = select(models.interactions).where(_OF.owner_id == owner_id, _OF.number > number)
    return [_as(row) for row in connection.execute(query.order_by(_OF.number).limit(limit)).mappings()]


def of_person(connection: Connection, owner_id: str, person: str, *, limit: int = 500) -> list[Interaction]:
    """A person's events, the latest first."""
    query = select(models.interactions).where(_OF.owner_id == owner_id, _OF.person == person)
    return [_as(row) for row in connection.execute(query.order_by(_OF.number.desc()).limit(limit)).mappings()]


def forget_person(connection: Connection, owner_id: str, person: str) -> int:
    """Remove a person's events."""
    alone(connection, "interactions", owner_id)
    theirs = delete(models.interactions).where(_OF.owner_id == owner_id, _OF.person == person)
    removed = connection.execute(theirs).rowcount
    if removed:
        so_far = counters(connection, owner_id)
        _count(connection, owner_id, InteractionCounters(so_far.last, so_far.forgotten + 1))
    return removed


def _count(connection: Connection, owner_id: str, now: InteractionCounters) -> None:
    row = {"owner_id": owner_id, "last": now.last, "forgotten": now.forgotten}
    upsert(connection, models.interaction_counters, [row])


def _as(row: RowMapping) -> Interaction:
    return Interaction(**{name: row[column] for name, column in _NAMES.items()})


class SqlInteractions(Rows):
    """Events in a database."""

    add = writing(add)
    counters = reading(counters)
    after = reading(after)
    of_person = reading(of_person)
    forget_person = writing(forget_person)
