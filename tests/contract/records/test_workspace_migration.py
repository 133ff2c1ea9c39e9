"""Records of before there were workspaces: all rows are there afterwards, each in its owner's, and back again."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, func, select

from integrations.records import migrations
from tests.contract.records.schema import Schema
from tests.servers import address, namespace

BEFORE = "0040"


@contextmanager
def database(kind: str, folder: Path) -> Generator[Connection]:
    """An empty one."""
    if kind == "sqlite":
        engine = create_engine(f"sqlite:///{folder / 'records.sqlite3'}")
        with engine.begin() as connection:
            yield connection
        engine.dispose()
        return
    with Schema.made(address("postgresql"), namespace()) as schema:
        schema.run_alone(f'CREATE SCHEMA "{schema.name}"')
        with schema.connected() as connection:
            yield connection


def tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def fill(connection: Connection) -> None:
    """A row of ann's in every table; bob, who decides about everybody's submissions; and cleo, who is disabled."""
    for table in tables(connection).sorted_tables:
        if table.name != migrations.VERSION_TABLE:
            connection.execute(table.insert().values({column.name: value(column.type) for column in table.columns}))
    users = tables(connection).tables["users"]
    for name, disabled_at in (("bob", None), ("cleo", 1)):
        theirs = {"user_id": name, "name": name, "role": "reviewer", "disabled_at": disabled_at}
        connection.execute(
            users.insert().values({column.name: value(column.type) for column in users.columns} | theirs)
        )


def value(kind: Any) -> object:
    return {bytes: b"ann", str: "ann", dict: "ann"}.get(kind.python_type, 1)


def counts(connection: Connection) -> dict[str, int]:
    found = tables(connection).sorted_tables
    return {one.name: connection.execute(select(func.count()).select_from(one)).scalar_one() for one in found}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_row_of_before_is_in_its_owners_workspace_and_can_go_back(kind: str, tmp_path: Path) -> None:
    with database(kind, tmp_path) as connection:
        migrations.upgrade(connection, BEFORE)
        fill(connection)
        before = counts(connection)
        columns = {name: set(one.columns.keys()) for name, one in tables(connection).tables.items()}
        assert len(before) > 50

        migrations.upgrade(connection)
        after = counts(connection)
        assert {name: after[name] for name in before} == before
        now = tables(connection).tables
        members = now["members"].c
        roles = connection.execute(select(members.workspace_id, members.user_id, members.role)).all()
        assert sorted(tuple(row) for row in roles) == [
            ("ann", "ann", "admin"),
            ("ann", "bob", "reviewer"),
            ("bob", "bob", "admin"),
            ("cleo", "cleo", "admin"),
        ]
        assert connection.execute(select(now["runs"].c.owner_id, now["runs"].c.started_by)).all() == [("ann", "ann")]
        owned = {
            name: set(connection.execute(select(one.c.owner_id)).scalars())
            for name, one in now.items()
            if "owner_id" in one.c
        }
        known = set(connection.execute(select(now["workspaces"].c.workspace_id)).scalars())
        assert {name: owners for name, owners in owned.items() if not owners <= known} == {}

        config = Config()
        config.set_main_option("script_location", "integrations.records:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE)
        assert counts(connection) == before
        assert {name: set(one.columns.keys()) for name, one in tables(connection).tables.items()} == columns
        users = tables(connection).tables["users"].c
        assert connection.execute(select(users.role).where(users.user_id == "bob")).scalar_one() == "reviewer"
