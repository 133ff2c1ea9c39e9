"""Offers in a SQLite file of records.

A process that has the file open reads by Python's own SQLite, which the records use, too: ADBC brings a second library
of it, and two of those in one process break each other's locks.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from integrations.analytics.offers import Part, Reader, Source
from magicai.errors import MagicError

_BUSY_MS = 10_000


class SqliteSource(Source):
    """A SQLite file of records."""

    vendor = (sqlite3.Error,)

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self.where = str(path)

    @contextmanager
    def reading(self) -> Generator[Reader]:
        """Reads that can't write, and see all that was committed."""
        place = f"{self._path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=_BUSY_MS / 1000)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield Reader(connection)

    @contextmanager
    def streams(self, parts: Sequence[Sequence[Part]]) -> Generator[list[list[Any]]]:
        """Streams of ADBC: a million rows in half a second."""
        import adbc_driver_manager
        import adbc_driver_sqlite

        adbc: Any = adbc_driver_manager
        driver = adbc_driver_sqlite._driver_path()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - its dbapi takes a second to import
        with ExitStack() as opened:
            place = f"{self._path.absolute().as_uri()}?mode=ro"
            database = opened.enter_context(adbc.AdbcDatabase(driver=driver, uri=place))

            def statement(connection: Any, query: str) -> Any:
                made = opened.enter_context(adbc.AdbcStatement(connection))
                made.set_options(**{"adbc.sqlite.query.batch_rows": "8192"})
                made.set_sql_query(query)
                return made

            def stream(part: Part) -> Any:
                connection = opened.enter_context(adbc.AdbcConnection(database))
                statement(connection, f"PRAGMA busy_timeout = {_BUSY_MS}").execute_query()
                handle, _ = statement(connection, part.query()).execute_query()
                return handle

            # Every reader begins before the first is consumed, so that they see one state of the records.
            yield [[stream(part) for part in several] for several in parts]

    def arguments(self) -> dict[str, str]:
        """Its path."""
        return {"kind": "sqlite", "path": str(self._path)}

    def translated(self, error: Exception) -> MagicError:
        """As the records say it."""
        from integrations.records.sqlite_faults import translated

        return translated(error, self._path)
