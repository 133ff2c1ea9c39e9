"""Removes what belongs to one owner, from every table that says whose a row is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, delete, select, tuple_, union, update

from integrations.records import audit, audit_log, budgets, entities, lessons, models, schedules
from integrations.records.database import in_parts
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.stores.entity import STORES

# Rows that one transaction removes where there are many: other writers wait for it.
_ROWS = 2000
# By which a row says whose it is.
_OWNERS = ("owner_id", "user_id", "workspace_id")
# By which it says who did something in it; "" of somebody who was erased.
_PEOPLE = ("started_by", "set_by", "invited_by", "accepted_by", "asked_by", "submitted_by")
# By which all else of an account or a workspace is found, and who may see it: they go together, when the rest is gone.
_LAST = (
    models.users,
    models.workspaces,
    models.members,
    models.invitations,
    models.sessions,
    models.session_tokens,
    models.api_keys,
    models.external_identities,
    models.schedules,
)


def _owned() -> list[Column[Any]]:
    """The columns that say whose a row is, those of children first."""
    tables = reversed(models.metadata.sorted_tables)
    return [column for table in tables for column in table.c if column.name in _OWNERS]


def _owners(connection: Connection) -> list[str]:
    found = set(connection.execute(union(*(select(whose) for whose in _owned()))).scalars())
    return sorted(found - {entities.NOBODY, None})


def _entities(connection: Connection, owner_id: str, *, limit: int = 1000) -> list[tuple[str, str]]:
    of = models.entities.c
    query = select(of.kind, of.entity_id).where(of.owner_id == owner_id).order_by(of.kind, of.entity_id)
    return [(kind, key) for kind, key in connection.execute(query.limit(limit))]


def _flow_runs(connection: Connection, owner_id: str) -> list[str]:
    found: dict[str, None] = {}
    for table in (models.attempts, models.runs):
        query = select(table.c.flow_run_id).where(table.c.owner_id == owner_id, table.c.flow_run_id.is_not(None))
        found |= dict.fromkeys(connection.execute(query).scalars())
    return list(found)


def _anonymise(connection: Connection, now: int, keys: Sequence[tuple[str, str]]) -> None:
    of, box = models.entities.c, models.outbox.c
    for part in in_parts(keys, 200):
        these = tuple_(of.kind, of.entity_id).in_(part)
        nobody = {"owner_id": entities.NOBODY, "version": of.version + 1, "digest": "", "deleted": True}
        nobody |= {"entity": None, "state": ""}
        connection.execute(update(models.entities).where(these).values(nobody))
        connection.execute(delete(models.outbox).where(tuple_(box.kind, box.entity_id).in_(part)))
        for store in STORES:
            entities.enqueue(connection, now, store, part)


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


def _remove_accounts(connection: Connection, owner_id: str) -> Counter[str]:
    removed = Counter[str]()
    for whose in _owned():
        if whose.table in _LAST and (gone := connection.execute(delete(whose.table).where(whose == owner_id)).rowcount):
            removed[whose.table.name] += gone
    return removed


def _nobodys(connection: Connection, user_id: str) -> None:
    schedules.leave(connection, user_id)
    for table in models.metadata.sorted_tables:
        for column in table.c:
            if column.name in _PEOPLE:
                connection.execute(update(table).where(column == user_id).values({column.name: ""}))
    budgets.forget_person(connection, user_id)
    audit_log.forget_actor(connection, user_id)


class SqlErasing(Rows):
    """Removes an owner's rows."""

    owners = reading(_owners)
    flow_runs = reading(_flow_runs)
    entities = reading(_entities)
    anonymise = writing_now(_anonymise)
    drop = writing(_drop)

    async def remove(self, owner_id: str) -> Mapping[str, int]:
        """Remove all rows that are left of the owner, children first, and the account or workspace last."""
        removed = Counter[str]()
        if gone := await self.database.write(lambda c: lessons.forget(c, owner_id)):
            removed["decisions"] = gone
        if gone := await self.database.write(lambda c: audit.forget(c, owner_id)):
            removed["audit_entries"] = gone
        # What they did in the workspaces of others stays there.
        await self.database.write(lambda c: _nobodys(c, owner_id))
        for whose in _owned():
            while whose.table not in _LAST and (
                gone := await self.database.write(lambda c, of=whose: _remove(c, of, owner_id))
            ):
                removed[whose.table.name] += gone
        return dict(removed + await self.database.write(lambda c: _remove_accounts(c, owner_id)))
