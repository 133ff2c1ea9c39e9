"""Removes what belongs to one owner, from every table that says whose a row is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, delete, select, tuple_, union, update

from integrations.records import entities, models
from integrations.records.database import Clock, Database, in_parts
from magicai.ports import Erasing
from magicai.stores.entity import STORES

# Rows that one transaction removes where there are many: other writers wait for it.
_ROWS = 2000
# By which a row says whose it is.
_OWNERS = ("owner_id", "user_id")


class SqlErasing(Erasing):
    """Removes an owner's rows."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def owners(self) -> list[str]:
        """Whoever is named by a row."""
        query = union(*(select(whose) for whose in _owned()))
        found = await self._database.read(lambda c: set(c.execute(query).scalars()))
        return sorted(found - {entities.NOBODY})

    async def flow_runs(self, owner_id: str) -> list[str]:
        """Ids under which the orchestrator knows the owner's attempts."""
        return await self._database.read(lambda c: _flow_runs(c, owner_id))

    async def entities(self, owner_id: str, *, limit: int = 1000) -> list[tuple[str, str]]:
        """Keys of entities that bear the owner's id, tombstones included."""
        of = models.entities.c
        query = select(of.kind, of.entity_id).where(of.owner_id == owner_id).order_by(of.kind, of.entity_id)
        return await self._database.read(lambda c: [(kind, key) for kind, key in c.execute(query.limit(limit))])

    async def anonymise(self, keys: Sequence[tuple[str, str]]) -> None:
        """Leave tombstones of nobody in place of entities, with outbox rows."""
        await self._database.write(lambda c: _anonymise(c, keys, self._now(c)))

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove entities without leaving a tombstone."""
        await self._database.write(lambda c: _drop(c, keys))

    async def remove(self, owner_id: str) -> Mapping[str, int]:
        """Remove all rows that are left of the owner, children first; answers how many per table."""
        removed = Counter[str]()
        for whose in _owned():
            while gone := await self._database.write(lambda c, of=whose: _remove(c, of, owner_id)):
                removed[whose.table.name] += gone
        return dict(removed)


def _owned() -> list[Column[Any]]:
    """The columns that say whose a row is, those of children first."""
    tables = reversed(models.metadata.sorted_tables)
    return [column for table in tables for column in table.c if column.name in _OWNERS]


def _flow_runs(connection: Connection, owner_id: str) -> list[str]:
    found: dict[str, None] = {}
    for table in (models.attempts, models.runs):
        query = select(table.c.flow_run_id).where(table.c.owner_id == owner_id, table.c.flow_run_id.is_not(None))
        found |= dict.fromkeys(connection.execute(query).scalars())
    return list(found)


def _anonymise(connection: Connection, keys: Sequence[tuple[str, str]], now: int) -> None:
    of, box = models.entities.c, models.outbox.c
    for part in in_parts(keys, 200):
        these = tuple_(of.kind, of.entity_id).in_(part)
        nobody = {"owner_id": entities.NOBODY, "version": of.version + 1, "digest": "", "deleted": True}
        nobody |= {"entity": None, "state": ""}
        connection.execute(update(models.entities).where(these).values(nobody))
        connection.execute(delete(models.outbox).where(tuple_(box.kind, box.entity_id).in_(part)))
        for store in STORES:
            entities.enqueue(connection, store, part, now)


def _drop(connection: Connection, keys: Sequence[tuple[str, str]]) -> None:
    for table in (models.outbox, models.entities):
        for part in in_parts(keys, 200):
            connection.execute(delete(table).where(tuple_(table.c.kind, table.c.entity_id).in_(part)))


def _remove(connection: Connection, whose: Column[Any], owner_id: str) -> int:
    table = whose.table
    key = list(table.primary_key)
    rows = [tuple(row) for row in connection.execute(select(*key).where(whose == owner_id).limit(_ROWS))]
    for part in in_parts(rows, 200):
        connection.execute(delete(table).where(tuple_(*key).in_(part)))
    return len(rows)
