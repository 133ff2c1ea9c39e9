"""What the records need of a database, and the few places where SQLite and PostgreSQL differ."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Protocol, TypeVar

from sqlalchemy import JSON, ColumnElement, Connection, Insert, Table, case, cast, func, select

from integrations.records import bulk
from integrations.records.bulk import Row

T = TypeVar("T")

# The time in UTC microseconds, as one transaction sees it: a server's own, since those of machines differ.
Clock = Callable[[Connection], int]

# Values in one statement: SQLite before 3.32 takes 999.
_MOST_VALUES = 500
# The escape, where its backslash is not itself an escaped one.
_NUL = r"(?<!\\)((?:\\\\)*)\\u0000"


class Database(Protocol):
    """Runs functions of a connection, each as one transaction.

    They may run more than once before one of them is kept, so they change nothing but their database. Both methods
    raise `Temporary` or a branch of `Permanent` where the database does not do its part, and otherwise whatever the
    function raises.

    Attributes:
        where: the database's place, without any password.
    """

    where: str

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers on one state of the database; what it writes is not kept."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, once everything that it wrote is safe; nothing of it is kept where it raises."""
        ...

    def held(self) -> AbstractAsyncContextManager["Read"]:
        """Reads of one state of the database, whatever is written meanwhile; nothing else waits for them."""
        ...

    async def rebuild(self, revision: str | None) -> None:
        """Make empty tables of a revision in place of all that there are; or, for None, bring them to the newest."""
        ...

    async def close(self) -> None:
        """Let go of everything; what was handed in before is finished first."""
        ...


class Read(Protocol):
    """Runs a function on a state that is held."""

    def __call__(self, work: Callable[[Connection], T], /) -> Awaitable[T]:
        """What `work` answers."""
        ...


def alone(connection: Connection, *words: str) -> None:
    """Keep others that name the same words waiting until the transaction ends, where no row can be locked for it.

    On SQLite, where one transaction writes at a time, they wait already.
    """
    if connection.dialect.name == "postgresql":
        # Such a lock is one for the whole database, so the schema belongs to its name.
        name = func.current_schema().concat("\n" + "\n".join(words))
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def upsert(connection: Connection, table: Table, rows: Sequence[Row], *, keep: Sequence[str] = ()) -> None:
    """Insert rows; where the primary key is there already, replace all columns but those in `keep`."""
    if rows:
        given = bulk.batch(connection.dialect.name, table, rows)
        bulk.execute(connection, _upsert(connection.dialect.name, table, tuple(keep), given.columns), given)


def add_new(connection: Connection, table: Table, rows: Sequence[Row], *, key: Sequence[str] = ()) -> None:
    """Insert those rows whose key (the primary one where none is named) is not there yet."""
    if rows:
        given = bulk.batch(connection.dialect.name, table, rows)
        bulk.execute(connection, _add_new(connection.dialect.name, table, tuple(key), given.columns), given)


def part_of(connection: Connection, document: ColumnElement[str | None], *path: str) -> ColumnElement[str | None]:
    """A part of a column that holds JSON, by the names that lead there: an object as text, null where there is none."""
    if connection.dialect.name == "postgresql":
        # PostgreSQL can't look into what holds an escaped NUL anywhere: of those, the NULs are left out.
        plain = func.regexp_replace(document, _NUL, r"\1", "g")
        readable = case((document.contains(r"\u0000", autoescape=True), plain), else_=document)
        return cast(readable, JSON)[path].as_string()
    return func.json_extract(document, ".".join(("$", *path)))


@cache
def _upsert(dialect: str, table: Table, keep: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    statement, key = bulk.insert(dialect, table, columns), _key(table)
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in (*key, *keep)}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


@cache
def _add_new(dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    return bulk.insert(dialect, table, columns).on_conflict_do_nothing(index_elements=key or _key(table))


def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def in_parts(values: Sequence[T], most: int = _MOST_VALUES) -> Iterator[Sequence[T]]:
    """The same values, in parts that fit into one statement."""
    for start in range(0, len(values), most):
        yield values[start : start + most]
