"""Many rows in one statement: PostgreSQL takes them as one JSON document, SQLite one after the other.

psycopg sends a statement a row, and the server plans and answers each; a document is written and read by C on both
sides. benchmarks/records has the ratio.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, LargeBinary, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import sqlite

from integrations.records.columns import Words, storable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = Mapping[str, Any]

_DOCUMENT = "rows_given"


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as a statement takes them.

    Attributes:
        columns: of the document that holds all rows; none where each row is given by itself.
        parameters: what the statement is executed with.
    """

    columns: tuple[str, ...]
    parameters: Any


def batch(dialect: str, table: Table, rows: Sequence[Row]) -> Batch:
    """How rows, all with the same columns, are given to a statement of `insert`."""
    columns = tuple(rows[0])
    # JSON has no bytes.
    if dialect != "postgresql" or len(rows) == 1 or any(_is(table, name, LargeBinary) for name in columns):
        return Batch((), rows)
    words = [name for name in columns if _is(table, name, Words)]
    cleaned = [{**row, **{name: _cleaned(row[name]) for name in words}} for row in rows]
    return Batch(columns, {_DOCUMENT: json.dumps(cleaned)})


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


def _cleaned(words: str | None) -> str | None:
    return None if words is None else storable(str(words))
