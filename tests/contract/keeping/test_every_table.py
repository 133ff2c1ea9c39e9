"""Every table of the records says whose its rows are, so that erasing forgets none, also none that comes later."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Float, Integer, String, Table, insert, select
from sqlalchemy.types import TypeEngine

from integrations.records import models, sqlite
from integrations.records.documents import STATISTICS
from magicai.brain.choice_statistics import Statistics

# What is of the installation, not of anybody; and what is found by the entity that it is about.
OF_NOBODY = {
    "leases": "whose turn it is",
    "store_locations": "addresses of servers",
    "signing_keys": "what signs tokens",
    "outbox": "goes with its entity",
    "model_choices": "the models of roles",
    "model_consents": "where documents may be sent",
    "vector_spaces": "vectors of which model there are",
    "deletions": "goes when what it is about has gone",
    "audit_entries": "a chain: details are emptied, entries stay",
}
WHOSE = ("owner_id", "user_id", "workspace_id")
TABLES = models.metadata.sorted_tables


def value_of(kind: TypeEngine[Any], text: str) -> Any:
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer | Float):
        return len(text)
    return text if isinstance(kind, String) or hasattr(kind, "impl") else text.encode()


def filled(connection: Connection, text: str) -> None:
    """A row in each table, with the same text everywhere, so that each finds what it belongs to."""
    for table in TABLES:
        values = {one.name: value_of(one.type, text) for one in table.c}
        if table is models.choice_statistics:  # what it taught all owners is taken back, and so is read
            learnt = STATISTICS.write(Statistics().to_json())
            values |= {"workflow": "w", "step": "s", "choice": "c", "learnt": learnt}
        connection.execute(insert(table).values(values))


def naming(connection: Connection, text: str) -> set[str]:
    def rows(table: Table) -> list[Any]:
        return [row for row in connection.execute(select(table)) if text in map(str, row)]

    return {table.name for table in TABLES if rows(table)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_says_whose_its_rows_are(table: Table) -> None:
    assert table.name in OF_NOBODY or {one.name for one in table.c} & set(WHOSE)


async def test_erasing_leaves_no_row_in_any_table_and_those_of_others(tmp_path: Path) -> None:
    records = sqlite.open(tmp_path / "records.sqlite3")
    for text in ("mine", "theirs"):
        await records.database.write(lambda c, text=text: filled(c, text))
    before = await records.database.read(lambda c: naming(c, "theirs"))
    await records.erasing.drop([("mine", "mine")])
    await records.erasing.remove("mine")
    assert await records.database.read(lambda c: naming(c, "mine")) <= OF_NOBODY.keys()
    assert await records.database.read(lambda c: naming(c, "theirs")) == before == {table.name for table in TABLES}
    await records.close()


async def test_what_somebody_did_among_others_stays_without_their_id(tmp_path: Path) -> None:
    records = sqlite.open(tmp_path / "records.sqlite3")
    await records.database.write(lambda c: filled(c, "team"))
    people = ("started_by", "set_by", "invited_by", "accepted_by", "asked_by", "actor_id")
    named = [(table, one) for table in TABLES for one in table.c if one.name in people]
    assert len(named) == len(people)

    def put(connection: Connection) -> None:
        for table, column in named:
            connection.execute(table.update().values({column.name: "eve"}))

    def counted(connection: Connection) -> list[int]:
        return [len(connection.execute(select(table)).all()) for table in TABLES]

    await records.database.write(put)
    before = await records.database.read(counted)
    await records.erasing.remove("eve")
    assert await records.database.read(lambda c: naming(c, "eve")) == set()
    assert await records.database.read(counted) == before
    await records.close()


async def test_an_export_has_a_row_of_each_table_and_no_secret(tmp_path: Path) -> None:
    records = sqlite.open(tmp_path / "records.sqlite3")
    secret = "sealed:bm90aGluZw=="
    await records.database.write(lambda c: filled(c, "mine"))
    await records.database.write(lambda c: filled(c, "others"))

    def hide(connection: Connection) -> None:
        of = models.entities.c
        value = json.dumps({"schema_version": 1, "value": {"name": "blog", "secret": secret, "more": [{"a": secret}]}})
        connection.execute(models.entities.update().where(of.owner_id == "mine").values(entity=value))
        connection.execute(models.webhooks.update().values(secret="whsec_hidden"))
        mine = models.api_keys.c.workspace_id == "mine"
        connection.execute(models.api_keys.update().where(mine).values(digest="hidden"))

    await records.database.write(hide)
    found = {
        table: [row async for row in records.exporting.rows(table, "mine", account=True)]
        for table in records.exporting.tables()
    }
    assert {table for table, rows in found.items() if len(rows) != 1} == set()
    of_somebody = {table.name for table in TABLES if {"owner_id", "workspace_id"} & set(table.c.keys())}
    assert of_somebody - found.keys() == {"offer_columns", "outbox"}
    written = json.dumps(found)
    assert not any(one in written for one in ("sealed:", "hidden", "others"))
    assert found["entities"][0]["entity"]["value"]["name"] == "blog"
    await records.close()
