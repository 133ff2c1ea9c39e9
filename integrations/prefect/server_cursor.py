"""A cursor of SQLite for Prefect's server that hands a statement to its connection's thread once.

SQLAlchemy's own goes there four times for each question: to make a cursor, to ask, for the rows, and to close it. Each
time both threads want Python's lock: an eighth of all that a run costs here.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_cursor


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Made here, asked there, rows and all; SQLite is done with a statement once all its rows are fetched."""

    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        # Prefect's connections let any thread do so; the session that has one is alone with it.
        return aiosqlite.Cursor(connection, connection._conn.cursor())  # noqa: SLF001

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        made: Any = self._cursor
        adapted: Any = self._adapt_connection
        asked = made._cursor  # noqa: SLF001

        def ask() -> Sequence[Any]:
            asked.execute(operation, () if parameters is None else parameters)
            return asked.fetchall() if asked.description else ()

        async with adapted._execute_mutex:  # noqa: SLF001
            self._rows = deque(await adapted._connection._execute(ask))  # noqa: SLF001
        return made

    async def _async_soft_close(self) -> None:
        """There is nothing to close."""

    def close(self) -> None:
        """Let go of the rows that nobody took."""
        self._rows.clear()
