"""The cache on SQLite: values with a time to live, exact counters."""

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from integrations.sqlite_projection import SqliteProjection
from magicai.domain.entity import Entity, Store, cache_key
from magicai.errors import Permanent

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_until ON entries (until);
CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, value INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS counters_until ON counters (until);
CREATE TABLE IF NOT EXISTS entities (
    kind TEXT NOT NULL, entity_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, entity_id)
) WITHOUT ROWID;
"""
_MEDIUM_S = 3600.0
# How many whose time is over each write takes away: the file stays small without a sweeper.
_SWEEP = 50


class SqliteCache(SqliteProjection):
    """The embedded cache."""

    store: Store = "cache"

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(path, _SCHEMA)
        self._clock = clock

    async def get(self, key: str) -> bytes | None:
        """A value, or None where there is none or its time is over."""
        asked = (key, self._clock())
        row = await self._file.read(
            lambda connection: connection.execute(
                "SELECT value FROM entries WHERE key = ? AND until > ?", asked
            ).fetchone()
        )
        return None if row is None else bytes(row[0])

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for so many seconds."""
        await self._file.write(lambda connection: self._put(connection, key, value, ttl_s))

    async def forget(self, key: str) -> None:
        """Remove a value."""
        await self._file.write(lambda connection: connection.execute("DELETE FROM entries WHERE key = ?", (key,)))

    async def count(self, key: str, amount: int = 1, *, ttl_s: float) -> int:
        """Add to a counter, exactly, and answer its new value; its time runs from its first use."""
        now = self._clock()

        def do(connection: sqlite3.Connection) -> int:
            connection.execute("DELETE FROM counters WHERE key = ? AND until <= ?", (key, now))
            _sweep(connection, "counters", now)
            return connection.execute(
                "INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value"
                " RETURNING value",
                (key, amount, now + ttl_s),
            ).fetchone()[0]

        return await self._file.write(do)

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""
        key, value = f"check:{secrets.token_hex(8)}", secrets.token_bytes(8)
        await self.put(key, value, ttl_s=60)
        kept = await self.get(key)
        await self.forget(key)
        if kept != value:
            raise Permanent(f"{self._file} does not give back what it took.", way_out="Remove the file.")
        return f"keeps values in {self._file}"

    def _put(self, connection: sqlite3.Connection, key: str, value: bytes, ttl_s: float) -> None:
        now = self._clock()
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, value, now + ttl_s))
        _sweep(connection, "entries", now)

    def _show(self, connection: sqlite3.Connection, entity: Entity) -> None:
        """Keep an entity's data for the medium lifetime."""
        key = cache_key(entity.owner_id, entity.kind, entity.entity_id)
        self._put(connection, key, json.dumps(entity.data).encode(), _MEDIUM_S)
        connection.execute("INSERT INTO entities VALUES (?, ?, ?)", (entity.kind, entity.entity_id, key))

    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        key = (kind, entity_id)
        connection.execute(
            "DELETE FROM entries WHERE key = (SELECT key FROM entities WHERE kind = ? AND entity_id = ?)", key
        )
        connection.execute("DELETE FROM entities WHERE kind = ? AND entity_id = ?", key)


def _sweep(connection: sqlite3.Connection, table: str, now: float) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE key IN (SELECT key FROM {table} WHERE until <= ? LIMIT ?)",  # noqa: S608 - a table of ours
        (now, _SWEEP),
    )
