"""Many rows in one statement: PostgreSQL takes them as one JSON document, SQLite some at a time.

psycopg sends a statement a row, and the server plans and answers each; a document is written and read by C on both
sides. benchmarks/records has the ratio. SQLite's driver is given its rows as they are: what SQLAlchemy does with each
value on the way there holds Python's lock for four times as long as the driver does. It lets go of that lock for each
statement, and has to wait for whoever works meanwhile to get it back: a row in each would take a crawl longer to write
than its pages to read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Connection, Insert, LargeBinary, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import sqlite

from integrations.records.columns import Words, all_storable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = Mapping[str, Any]

_DOCUMENT = "rows_given"
# Rows in a statement of SQLite's at most.
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as a statement takes them.

    Attributes:
        columns: of all rows; none where SQLAlchemy looks at each row by itself.
        parameters: what the statement is executed with.
    """

    columns: tuple[str, ...]
    parameters: Any


def batch(dialect: str, table: Table, rows: Sequence[Row]) -> Batch:
    """How rows, all with the same columns, are given to a statement of `insert`."""
    # An INSERT names its columns as their table does.
    columns = tuple(sorted(rows[0], key=table.c.keys().index))
    if dialect != "postgresql":
        return Batch(columns, _tuples(table, columns, rows))
    # JSON has no bytes.
    if len(rows) == 1 or any(_is(table, name, LargeBinary) for name in columns):
        return Batch((), rows)
    named = [dict(zip(columns, row, strict=True)) for row in _tuples(table, columns, rows)]
    return Batch(columns, {_DOCUMENT: json.dumps(named)})


def _tuples(table: Table, columns: Sequence[str], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    by_column = ([row[name] for row in rows] for name in columns)
    # Values of all other kinds are taken as they are.
    cleaned = (
        all_storable(values) if _is(table, name, Words) else values
        for name, values in zip(columns, by_column, strict=True)
    )
    return list(zip(*cleaned, strict=True))


def execute(connection: Connection, statement: Insert, given: Batch) -> None:
    """Run a statement of `insert` with these rows."""
    if connection.dialect.name != "postgresql":
        for start in range(0, len(given.parameters), _TOGETHER):
            rows = given.parameters[start : start + _TOGETHER]
            connection.exec_driver_sql(_sql(statement, given.columns, len(rows)), tuple(chain.from_iterable(rows)))
    else:
        connection.execute(statement, given.parameters)


def _sql(statement: Insert, columns: tuple[str, ...], rows: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return _of_one_row(statement, columns).replace(marks, ", ".join([marks] * rows), 1)


@cache
def _of_one_row(statement: Insert, columns: tuple[str, ...]) -> str:
    return str(statement.compile(dialect=sqlite.dialect(), column_keys=columns))


def insert(dialect: str, table: Table, columns: Sequence[str] = ()) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that can say what happens where the row is there already; of the columns of a document, if any."""
    if dialect != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    into = postgresql.insert(table)
    return into.from_select(columns, _from_document(table, columns)) if columns else into


def _from_document(table: Table, columns: Sequence[str]) -> Any:
    # psycopg would look at a dictionary; the text is a document already.
    document = cast(bindparam(_DOCUMENT, type_=Text), JSON)
    typed = [column(name, Text() if _is(table, name, Words) else table.c[name].type) for name in columns]
    given = func.json_to_recordset(document).table_valued(*typed, name="given").render_derived(with_types=True)
    return select(*given.c)


def _is(table: Table, name: str, kind: type[Any]) -> bool:
    return isinstance(table.c[name].type, kind)
