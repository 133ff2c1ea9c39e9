"""Where the numbers come from: the `offers` of the records, column by column.

Two ways read the same statements. In this process by Python's own SQLite, which the records use too, where rows are
few. Else by ADBC in a process of its own (child.py): it reads a million rows in half a second, but brings a second
SQLite library, and two of those in one process break each other's locks.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# The values of magicai/domain/product.py, which takes longer to import than a child process does to start.
AVAILABILITY = ("in_stock", "out_of_stock", "preorder", "backorder", "unknown")
SEEN = ("seen", "gone", "not_visited")
# Text is slow to hand over. What is one of a few travels as a digit: exponent, place in SEEN, place in AVAILABILITY.
_BUSY_MS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a crawl's offers.

    Attributes:
        first: product id that the range begins with; after: the one behind its end, None where there is none.
        compared: whether it is read to be compared: with ids, and for an earlier crawl with nothing but its state.
    """

    crawl_id: str
    owner_id: str
    first: str = ""
    after: str | None = None
    compared: bool = False
    earlier: bool = False

    def query(self) -> str:
        """The statement that reads it.

        Text is never NULL but '': ADBC takes a column for one of numbers where the first rows are NULL, and then fails.
        """
        described = not self.earlier
        columns = (
            ("product_id" if self.compared else "''", "product_id"),
            ("price_minor", "price"),
            ("list_price_minor" if described else "NULL", "list_price"),
            ("coalesce(currency, '')", "currency"),
            ("coalesce(category, '')" if described else "''", "category"),
            ("coalesce(brand, '')" if described else "''", "brand"),
            (f"exponent * 100 + {_place('seen', SEEN)} * 10 + {_place('availability', AVAILABILITY)}", "flags"),
        )
        wanted = f"crawl_id = {_literal(self.crawl_id)} AND owner_id = {_literal(self.owner_id)}"
        if not self.compared:
            wanted += " AND seen = 'seen'"
        if self.first:
            wanted += f" AND product_id >= {_literal(self.first)}"
        if self.after is not None:
            wanted += f" AND product_id < {_literal(self.after)}"
        selected = ", ".join(f"{value} AS {name}" for value, name in columns)
        return f"SELECT {selected} FROM offers WHERE {wanted}"  # noqa: S608 - every value is quoted


def connect(path: Path) -> sqlite3.Connection:
    """A connection of this process's own SQLite that can't write, and sees all that was committed."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_MS / 1000)
    connection.execute("PRAGMA query_only = ON")
    return connection


def rows(path: Path, crawl_ids: Sequence[str], most: int) -> int:
    """How many offers crawls have, counted no further than `most`."""
    with closing(connect(path)) as connection:
        marks = ", ".join("?" * len(crawl_ids))
        statement = f"SELECT count(*) FROM (SELECT 1 FROM offers WHERE crawl_id IN ({marks}) LIMIT ?)"  # noqa: S608 - question marks only
        return connection.execute(statement, (*crawl_ids, most)).fetchone()[0]


def split(path: Path, part: Part, pieces: int) -> list[Part]:
    """The same part in about equal pieces, which can be read side by side."""
    with closing(connect(path)) as connection:
        known = (part.crawl_id,)
        total = connection.execute("SELECT count(*) FROM offers WHERE crawl_id = ?", known).fetchone()[0]
        statement = "SELECT product_id FROM offers WHERE crawl_id = ? ORDER BY product_id LIMIT 1 OFFSET ?"
        places = sorted({total * piece // pieces for piece in range(1, pieces)} - {0})
        edges = [connection.execute(statement, (*known, place)).fetchone()[0] for place in places]
    return [
        Part(part.crawl_id, part.owner_id, first, after, part.compared, part.earlier)
        for first, after in zip(["", *edges], [*edges, None], strict=True)
    ]


def columns(path: Path, parts: Sequence[Part]) -> "list[pa.Table]":
    """The parts as Arrow tables, read by this process, all in one state of the records."""
    import pyarrow as pa

    numbers = {"price", "list_price", "flags"}
    with closing(connect(path)) as connection:
        connection.execute("BEGIN")
        tables: list[pa.Table] = []
        for part in parts:
            cursor = connection.execute(part.query())
            names = [str(column[0]) for column in cursor.description]
            schema = pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in names])
            read: list[tuple[Any, ...]] = cursor.fetchall()
            by_column = list(zip(*read, strict=True)) or [()] * len(names)
            arrays = [pa.array(values, kind) for values, kind in zip(by_column, schema.types, strict=True)]
            tables.append(pa.Table.from_arrays(arrays, schema=schema))
    return tables


class Streams:
    """Parts as Arrow streams, read by ADBC as they are consumed; not for a process that has the records open."""

    def __init__(self, path: Path) -> None:
        import adbc_driver_manager
        import adbc_driver_sqlite

        self._adbc: Any = adbc_driver_manager
        driver = adbc_driver_sqlite._driver_path()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - its dbapi takes a second to import
        self._database = self._adbc.AdbcDatabase(driver=driver, uri=f"{path.absolute().as_uri()}?mode=ro")
        self._open: list[Any] = [self._database]

    def stream(self, part: Part) -> Any:
        """An object with `__arrow_c_stream__`, to be consumed once."""
        connection = self._adbc.AdbcConnection(self._database)
        self._open.append(connection)
        self._statement(connection, f"PRAGMA busy_timeout = {_BUSY_MS}").execute_query()
        handle, _ = self._statement(connection, part.query()).execute_query()
        return handle

    def _statement(self, connection: Any, query: str) -> Any:
        made = self._adbc.AdbcStatement(connection)
        self._open.append(made)
        made.set_options(**{"adbc.sqlite.query.batch_rows": "8192"})
        made.set_sql_query(query)
        return made

    def close(self) -> None:
        """Let go of everything, the last first."""
        while self._open:
            self._open.pop().close()


def _place(column: str, values: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {_literal(value)} THEN {place}" for place, value in enumerate(values))
    return f"CASE {column} {cases} END"


def _literal(text: str) -> str:
    quoted = str(text).replace("'", "''")
    return f"'{quoted}'"
