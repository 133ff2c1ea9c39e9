"""The records' contract suite runs over every implementation: a new one is one more place in PLACES."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from integrations.records import postgresql, sqlite
from integrations.records.postgresql import PostgresDatabase
from integrations.records.store import SqlRecords
from tests.contract.records.example_rows import Clock, Make, Place
from tests.contract.records.schema import Schema
from tests.servers import address, namespace


class SqlitePlace:
    def __init__(self, folder: Path, template: Path) -> None:
        self.path = folder / "records.sqlite3"
        self.address, self.where = f"sqlite:{self.path}", str(self.path)
        # Copied, since migrating takes longer than most tests.
        shutil.copy(template, self.path)

    def open(self, now: Callable[[], int]) -> SqlRecords:
        return sqlite.open(self.path, now=now)

    def intact(self) -> bool:
        with closing(sqlite3.connect(self.path)) as connection:
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            return not broken and connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


class PostgresPlace:
    """A schema that all tests of a session take in turn: emptied, since making it takes longer than most tests."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        schema.clear()
        self.address, self.where = f"postgresql:{schema.name} {schema.server}", f"schema {schema.name}"

    def open(self, now: Callable[[], int]) -> SqlRecords:
        return postgresql.open(self.schema.server, self.schema.name, now=now, pool=10)

    def intact(self) -> bool:
        return not self.schema.orphans()


PLACES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    """An up-to-date SQLite file without rows."""
    path = tmp_path / "home" / "records.sqlite3"
    path.parent.mkdir()
    shutil.copy(template, path)
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def schema() -> Iterator[Schema]:
    """A schema of up-to-date tables, made once."""
    with Schema.made(address("postgresql"), namespace()) as made:
        asyncio.run(_make(made))
        yield made


async def _make(schema: Schema) -> None:
    records = postgresql.open(schema.server, schema.name)
    await records.check()
    await records.close()


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path, template: Path) -> Place:
    if request.param == "sqlite":
        return SqlitePlace(tmp_path, template)
    return PostgresPlace(request.getfixturevalue("schema"))


@pytest.fixture
async def records(place: Place, clock: Clock) -> AsyncIterator[SqlRecords]:
    opened = place.open(clock)
    yield opened
    await opened.close()


@pytest.fixture
def make(records: SqlRecords, clock: Clock) -> Make:
    return Make(records, clock)


# ── of PostgreSQL alone ──


@pytest.fixture
def database(records: SqlRecords) -> PostgresDatabase:
    assert isinstance(records.database, PostgresDatabase)
    return records.database


@pytest.fixture
def server(place: PostgresPlace) -> str:
    return place.schema.server


@pytest.fixture
def fresh(server: str) -> Iterator[Schema]:
    """A schema that is not there yet."""
    with Schema.made(server, namespace()) as made:
        yield made


@pytest.fixture
def role(fresh: Schema) -> Iterator[str]:
    """A user without any rights, with the password `pw`."""
    name = namespace()
    fresh.run(f"CREATE ROLE {name} LOGIN PASSWORD 'pw' CONNECTION LIMIT 2")
    yield name
    fresh.run(f"DROP OWNED BY {name} CASCADE")
    fresh.run(f"DROP ROLE {name}")
