"""Migrations on both databases: forward from every earlier revision with data, all of it or nothing."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary, MetaData, Table, create_engine, select, text

from integrations.records import migrations, models, postgresql, sqlite
from integrations.records.store import SqlRecords
from magicai.errors import Permanent
from tests.codes import says
from tests.contract.records.schema import Schema
from tests.servers import address, namespace

_NEXT = "9999"
# Where a column may not hold any text or number.
_JSON = '{"schema_version":1,"value":{}}'
_VALUES: dict[str, str] = {"status": "queued", "origin": "cli", "request": _JSON, "result": _JSON, "file_names": _JSON}


class Empty(Protocol):
    """A place without tables."""

    def open(self) -> SqlRecords: ...

    def connected(self) -> Any: ...


class EmptyFile:
    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> SqlRecords:
        return sqlite.open(self._path)

    @contextmanager
    def connected(self) -> Generator[Connection]:
        engine = create_engine(f"sqlite:///{self._path}")
        with engine.begin() as connection:
            yield connection
        engine.dispose()


class EmptySchema:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.connected = schema.connected

    def open(self) -> SqlRecords:
        return postgresql.open(self._schema.server, self._schema.name)


@pytest.fixture
def schema() -> Iterator[Schema]:
    with Schema.made(address("postgresql"), namespace()) as made:
        made.run(f"CREATE SCHEMA {made.name}")
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    if request.param == "sqlite":
        return EmptyFile(tmp_path / "records.sqlite3")
    return EmptySchema(request.getfixturevalue("schema"))


def a_row(table: Table) -> dict[str, Any]:
    """One row whose text keys are all the same, so that references hold."""

    def value(column: Any) -> Any:
        if isinstance(column.type, LargeBinary):
            return b"\x00\xff"
        if column.type.python_type is str:
            return _VALUES.get(column.name, "茶")
        return {int: 1, bool: True, float: 0.5}[column.type.python_type]

    return {column.name: value(column) for column in table.c}


def tables(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != migrations.VERSION_TABLE}


async def used(records: SqlRecords) -> None:
    try:
        await records.check()
    finally:
        await records.close()


@pytest.mark.parametrize("revision", migrations.REVISIONS[:-1])
async def test_data_of_every_earlier_revision_comes_through(empty: Empty, revision: str) -> None:
    with empty.connected() as connection:
        migrations.upgrade(connection, revision)
        before = tables(connection)
        rows = {name: a_row(table) for name, table in before.items()}
        for name, table in before.items():
            connection.execute(table.insert(), rows[name])
    records = empty.open()
    assert (await records.runs.get("茶")).owner_id == "茶"
    await used(records)
    for column in ("policy", "reward", "features"):  # of a run as a whole: these are of decisions now
        rows["outcomes"].pop(column, None)
    rows.pop("signing_keys", None)  # they are not taken along: who could read the records has them
    with empty.connected() as connection:
        after = tables(connection)
        assert set(models.metadata.tables) == set(after)
        for name, row in rows.items():
            (kept,) = connection.execute(select(after[name])).mappings()
            assert {key: kept[key] for key in row if key in kept} == row


async def test_several_that_open_an_empty_place_at_once_make_it_once(empty: Empty) -> None:
    await asyncio.gather(
        *(used(store) for store in await asyncio.gather(*(asyncio.to_thread(empty.open) for _ in range(4))))
    )
    with empty.connected() as connection:
        found = connection.execute(text(f"SELECT version_num FROM {migrations.VERSION_TABLE}")).all()
        assert found == [(migrations.REVISIONS[-1],)]


async def test_a_migration_that_fails_leaves_everything_as_it_was(
    empty: Empty, monkeypatch: pytest.MonkeyPatch
) -> None:
    await used(empty.open())

    def fail(connection: Connection, to: str = "head") -> None:
        connection.exec_driver_sql("CREATE TABLE more (a TEXT)")
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, _NEXT))
    monkeypatch.setattr(migrations, "upgrade", fail)
    with pytest.raises(Permanent, match="nowhere"):
        await used(empty.open())
    with empty.connected() as connection:
        assert set(tables(connection)) == set(models.metadata.tables)


async def test_what_a_newer_version_made_is_left_alone(empty: Empty) -> None:
    await used(empty.open())
    with empty.connected() as connection:
        connection.execute(text(f"UPDATE {migrations.VERSION_TABLE} SET version_num = '{_NEXT}'"))
    with pytest.raises(Permanent, check=says("records_too_new", found="9999")):
        await used(empty.open())


async def test_migrations_make_what_the_models_say_on_postgresql(schema: Schema) -> None:
    await used(postgresql.open(schema.server, schema.name))
    with schema.connected() as connection:
        # Types are compared below: Alembic can't see through one of ours to its collation.
        options = {"version_table": migrations.VERSION_TABLE, "compare_type": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, models.metadata) == []
        made = _described(connection)
        migrations.remove_all(connection)
        models.metadata.create_all(connection)
        of_models = _described(connection)
        assert [set(one) ^ set(other) for one, other in zip(made, of_models, strict=True)] == [set(), set()]


def _described(connection: Connection) -> list[Any]:
    asked = (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
        """SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns
        WHERE table_schema = current_schema() ORDER BY 1, 2""",
    )
    found = [list(connection.execute(text(sql)).all()) for sql in asked]
    return [[row for row in rows if migrations.VERSION_TABLE not in str(row)] for rows in found]
