"""Offers in a PostgreSQL schema of records."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any, LiteralString, cast

import psycopg

from integrations.analytics.offers import Part, Reader, Source
from integrations.records.postgresql_address import Address
from magicai.errors import MagicError

# What PostgreSQL's library says of a connection that broke.
_CUT = (
    "[libpq] Failed to connect",
    "server closed the connection",
    "could not receive data",
    "connection not open",
    "no connection to the server",
    "terminating connection",
    "Connection reset",
    "lost synchronization with server",
)
_ONE_STATE = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresSource(Source):
    """A schema of records on a server."""

    vendor = (psycopg.Error,)

    def __init__(self, address: str, schema: str) -> None:
        self._address, self._schema = address, schema
        self._parsed = Address(address, schema)
        self.where = self._parsed.where

    @contextmanager
    def reading(self) -> Generator[Reader]:
        """Reads of one state, over psycopg; what is binary comes as it is, and not as twice its size in digits."""
        with closing(psycopg.connect(self._parsed.line, autocommit=True, cursor_factory=_Binary)) as connection:
            connection.execute(_ONE_STATE)
            yield Reader(connection, "%s")

    @contextmanager
    def streams(self, parts: Sequence[Sequence[Part]]) -> Generator[list[list[Any]]]:
        """Streams of ADBC, which reads by COPY; each on a connection of its own, all on the first one's state."""
        import adbc_driver_manager
        import adbc_driver_postgresql

        adbc: Any = adbc_driver_manager
        driver = adbc_driver_postgresql._driver_path()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - its dbapi takes a second to import
        with ExitStack() as opened:
            state = opened.enter_context(closing(psycopg.connect(self._parsed.line, autocommit=True)))
            state.execute(_ONE_STATE)
            row = state.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None

            def statement(connection: Any, query: str) -> Any:
                made = opened.enter_context(adbc.AdbcStatement(connection))
                made.set_sql_query(query)
                return made

            def stream(database: Any, part: Part) -> Any:
                connection = opened.enter_context(adbc.AdbcConnection(database))
                statement(connection, _ONE_STATE).execute_update()
                statement(connection, f"SET TRANSACTION SNAPSHOT '{row[0]}'").execute_update()
                handle, _ = statement(connection, part.query()).execute_query()
                return handle

            try:
                database = opened.enter_context(adbc.AdbcDatabase(driver=driver, uri=self._parsed.line))
                yield [[stream(database, part) for part in several] for several in parts]
            except Exception as exc:
                # DuckDB and ADBC say in words of their own that the server went away; asked, psycopg says it surely.
                state.execute("SELECT 1")
                # Or that one stream broke, while this connection lives.
                if any(words in str(exc) for words in _CUT):
                    raise psycopg.OperationalError(str(exc)) from exc
                raise

    def arguments(self) -> dict[str, str]:
        """Its address, with the password: it goes through a pipe."""
        return {"kind": "postgresql", "address": self._address, "schema": self._schema}

    def translated(self, error: Exception) -> MagicError:
        """As the records say it."""
        from integrations.records.postgresql_faults import translated

        return translated(error, self.where)


class _Binary(psycopg.Cursor[tuple[Any, ...]]):
    def execute(self, query: Any, params: Any = None, **_: Any) -> "_Binary":
        """Run a statement of ours."""
        return cast("_Binary", super().execute(cast("LiteralString", query), params, binary=True))
