"""The records as a whole: one state of all tables taken out, and rows put into empty ones.

The tables are those that the database has, not those of models.py: a backup of an earlier revision is put into tables
of that revision, and migrated then.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    select,
    tuple_,
)

from integrations.records import crawls, migrations, uploads
from integrations.records.database import Database, Read, Row, add_new
from magicai.errors import Permanent
from magicai.ports import Copying, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

# Rows and bytes of a part: what one page of memory holds, whatever a row weighs.
_ROWS = 5_000
_BYTES = 8_000_000
_DIGESTS = 500
# Rights of the moment are no sign of use.
_NO_USE = frozenset({"leases", "store_locations"})


class SqlCopying(Copying):
    """Copies a database's tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._filled: dict[str, Table] = {}

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Snapshot]:
        """One state, held while the block runs."""
        async with self._database.held() as read:
            revision = await read(lambda c: migrations.revision(c, self._database.where))
            yield _State(read, await read(_tables), revision or "")

    async def empty(self) -> bool:
        """Whether nothing was ever kept."""
        return await self._database.read(_empty)

    async def rebuild(self, revision: str) -> None:
        """Make empty tables of that revision, in place of all that there are."""
        if revision not in migrations.REVISIONS:
            raise Permanent("backup_too_new", revision=revision, revisions=migrations.REVISIONS[-1])
        await self._database.rebuild(revision)
        self._filled = await self._database.read(_tables)

    async def load(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows into a table; those that are there already stay."""
        if not self._filled:
            self._filled = await self._database.read(_tables)
        await self._database.write(lambda c: add_new(c, self._filled[table], rows))

    async def renew(self) -> None:
        """Bring the tables to the newest revision."""
        await self._database.rebuild(None)
        self._filled = {}


class _State(Snapshot):
    def __init__(self, read: Read, tables: dict[str, Table], revision: str) -> None:
        self._read, self._tables = read, tables
        self.tables, self.revision = tuple(tables), revision

    async def rows(self, table: str) -> AsyncIterator["pa.RecordBatch"]:
        import pyarrow as pa

        of = self._tables[table]
        schema = pa.schema([(column.name, _type(column)) for column in of.columns])
        after: tuple[Any, ...] | None = None
        while rows := await self._read(lambda c, a=after: _page(c, of, a)):
            yield pa.RecordBatch.from_pylist(rows, schema=schema)
            after = tuple(rows[-1][column.name] for column in of.primary_key)

    async def bodies(self) -> AsyncIterator[str]:
        after = ("", "")
        while rows := await self._read(lambda c, a=after: crawls.digests(c, a, _DIGESTS)):
            for _, _, digest, _ in rows:
                if digest:
                    yield digest
            after = rows[-1][:2]
        last = ""
        while files := await self._read(lambda c, a=last: uploads.digests(c, a, _DIGESTS)):
            for _, parts, _ in files:
                for digest in parts:
                    yield digest
            last = files[-1][0]


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables of ours that the database has, by name, in an order in which they can be filled."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != migrations.VERSION_TABLE}


def _page(connection: Connection, table: Table, after: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    """Rows behind a key, by key."""
    key = list(table.primary_key)
    query = select(table).order_by(*key).limit(_ROWS)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    found: list[dict[str, Any]] = []
    weight = 0
    with connection.execute(query.execution_options(yield_per=200)) as result:
        for row in result.mappings():
            found.append(dict(row))
            weight += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
            if weight > _BYTES:
                break
    return found


def _empty(connection: Connection) -> bool:
    tables = _tables(connection)
    return all(
        connection.execute(select(func.count()).select_from(select(table).limit(1).subquery())).scalar_one() == 0
        for name, table in tables.items()
        if name not in _NO_USE
    )


def _type(column: "Column[Any]") -> "pa.DataType":
    import pyarrow as pa

    kinds: Sequence[tuple[type, pa.DataType]] = (
        (Boolean, pa.bool_()),
        (BigInteger, pa.int64()),
        (Integer, pa.int64()),
        (Float, pa.float64()),
        (LargeBinary, pa.binary()),
    )
    return next((there for kind, there in kinds if isinstance(column.type, kind)), pa.string())
