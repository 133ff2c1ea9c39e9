"""Rows that come in no order, handed out by key: sorted on the disk, so that memory holds no more than a page."""

import asyncio
import sqlite3
from collections.abc import Sequence

from integrations.sqlite import versions
from magicai.stores.entity import ProjectedEntity


class Listing:
    """One reading of a whole store; nobody else's, and gone when closed."""

    def __init__(self) -> None:
        # A database without a name is SQLite's own temporary file, which it removes.
        self._connection = sqlite3.connect("", check_same_thread=False)
        self._connection.executescript(versions.SCHEMA)

    async def add(self, rows: Sequence[ProjectedEntity]) -> None:
        """Take rows in."""
        await asyncio.to_thread(self._add, rows)

    def _add(self, rows: Sequence[ProjectedEntity]) -> None:
        for row in rows:
            versions.take(self._connection, row, gone=False)

    async def page(self, after: tuple[str, str], limit: int) -> list[ProjectedEntity]:
        """The rows behind a key, by key."""
        return await asyncio.to_thread(versions.held, self._connection, after, limit)

    def close(self) -> None:
        """Remove it."""
        self._connection.close()
