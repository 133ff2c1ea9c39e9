"""The cache on SQLite: values with a time to live, exact counters, one who computes, and wakes."""

import asyncio
import hashlib
import heapq
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

from integrations.cache import stampede
from integrations.cache.stampede import Lookup
from integrations.sqlite import versions
from integrations.sqlite.projection import Key, ShownPrints, SqliteProjection
from magicai.errors import Permanent, Temporary
from magicai.stores.entity import Entity, Store, cache_key, entity_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_until ON entries (until);
CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, value INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS counters_until ON counters (until);
CREATE TABLE IF NOT EXISTS uses (
    key TEXT NOT NULL, slot INTEGER NOT NULL, value INTEGER NOT NULL, until REAL NOT NULL, PRIMARY KEY (key, slot)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS uses_until ON uses (until);
CREATE TABLE IF NOT EXISTS stale (key TEXT PRIMARY KEY, value BLOB NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stale_until ON stale (until);
CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wakes (key TEXT PRIMARY KEY, mark TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (
    kind TEXT NOT NULL, entity_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, entity_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entities_key ON entities (key);
"""
_MEDIUM_S = 3600.0
# How many whose time is over each write takes away: the file stays small without a sweeper.
_SWEEP = 50
# How often who waits looks: one row, for each who waits. `PRAGMA data_version` would need a connection for each.
_POLL_S = 0.02
# Whoever waits looks at least once in this time.
_WAKE_S = 600.0
# One statement: what is over begins anew.
_COUNT = (
    "INSERT INTO counters VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET"
    " value = CASE WHEN until <= ?4 THEN excluded.value ELSE value + excluded.value END,"
    " until = CASE WHEN until <= ?4 THEN excluded.until ELSE until END RETURNING value"
)


_USES = "SELECT slot, value FROM uses WHERE key = ? AND slot > ? AND until > ?"
_SWEEP_USES = (
    "DELETE FROM uses WHERE (key, slot) IN (SELECT key, slot FROM uses INDEXED BY uses_until WHERE until <= ? LIMIT ?)"
)


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

        def do(connection: sqlite3.Connection) -> None:
            for table in ("entries", "stale"):
                connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608 - a table of ours

        await self._file.write(do)

    async def count(self, key: str, amount: int = 1, *, ttl_s: float) -> int:
        """Add to a counter, exactly, and answer its new value; its time runs from its first use."""
        now = self._clock()

        def do(connection: sqlite3.Connection) -> int:
            value = connection.execute(_COUNT, (key, amount, now + ttl_s, now)).fetchone()[0]
            if value == amount:
                _sweep(connection, "counters", now)
            return value

        return await self._file.write_small(do)

    async def allow(
        self, key: str, slot: int, *, slots: int, most: int, ttl_s: float
    ) -> tuple[bool, Mapping[int, int]]:
        """Count one use, exactly, unless there were `most` in this slot of time and those shortly before it."""
        now = self._clock()

        def do(connection: sqlite3.Connection) -> tuple[bool, Mapping[int, int]]:
            uses: dict[int, int] = dict(connection.execute(_USES, (key, slot - slots, now)))
            if sum(uses.values()) >= most:
                return False, uses
            if slot not in uses:
                connection.execute(_SWEEP_USES, (now, _SWEEP))
            uses[slot] = uses.get(slot, 0) + 1
            connection.execute("INSERT OR REPLACE INTO uses VALUES (?, ?, ?, ?)", (key, slot, uses[slot], now + ttl_s))
            return True, uses

        return await self._file.write_small(do)

    async def get_or_compute(
        self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float, stale_s: float = 0.0
    ) -> bytes:
        """A value; where there is none, one of all who ask makes it."""
        return await stampede.get_or_compute(self, key, make, ttl_s=ttl_s, stale_s=stale_s)

    async def look_up(self, key: str, token: str, *, claim_s: float) -> Lookup:
        """The value, or the claim to make it, or the value whose time is over."""
        if (fresh := await self.get(key)) is not None:
            return Lookup(fresh, claimed=False)
        now = self._clock()

        def do(connection: sqlite3.Connection) -> Lookup:
            if (fresh := _kept(connection, "entries", key, now)) is not None:
                return Lookup(fresh, claimed=False)
            claimed = connection.execute(
                "INSERT INTO claims VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET token = excluded.token,"
                " until = excluded.until WHERE until <= ?",
                (key, token, now + claim_s, now),
            ).rowcount
            return (
                Lookup(None, claimed=True) if claimed else Lookup(_kept(connection, "stale", key, now), claimed=False)
            )

        return await self._file.write(do)

    async def renew(self, key: str, token: str, *, claim_s: float) -> None:
        """Hold the claim for so long from now."""
        row = (self._clock() + claim_s, key, token)
        await self._file.write(lambda c: c.execute("UPDATE claims SET until = ? WHERE key = ? AND token = ?", row))

    async def publish(self, key: str, token: str, value: bytes, *, ttl_s: float, stale_s: float) -> None:
        """Keep what was made, and give the claim back."""

        def do(connection: sqlite3.Connection) -> None:
            self._put(connection, key, value, ttl_s)
            if stale_s > 0:
                now = self._clock()
                connection.execute("INSERT OR REPLACE INTO stale VALUES (?, ?, ?)", (key, value, now + ttl_s + stale_s))
                _sweep(connection, "stale", now)
            connection.execute("DELETE FROM claims WHERE key = ? AND token = ?", (key, token))

        await self._file.write(do)

    async def release(self, key: str, token: str) -> None:
        """Give the claim back."""
        await self._file.write(lambda c: c.execute("DELETE FROM claims WHERE key = ? AND token = ?", (key, token)))

    async def notify(self, channel: str) -> None:
        """Wake all who wait at a channel."""

        def do(connection: sqlite3.Connection) -> None:
            now = self._clock()
            row = (channel, secrets.token_hex(8), now + _WAKE_S)
            connection.execute("INSERT OR REPLACE INTO wakes VALUES (?, ?, ?)", row)
            _sweep(connection, "wakes", now)

        await self._file.write(do)

    async def subscribe(self, channel: str, *, every_s: float = 2.0) -> AsyncGenerator[None]:
        """Comes round whenever the channel is woken, and at the latest after `every_s` seconds."""
        loop = asyncio.get_running_loop()
        seen = await self._mark(channel)
        while True:
            yield
            until, known = loop.time() + every_s, seen
            while seen == known and loop.time() < until:
                await asyncio.sleep(_POLL_S)
                seen = await self._mark(channel)

    async def _mark(self, channel: str) -> object:
        """What changes with every wake; while the file is busy, each look differs, so that nobody waits for it."""
        statement = "SELECT mark FROM wakes WHERE key = ?"
        try:
            return await self._file.read(lambda connection: connection.execute(statement, (channel,)).fetchone())
        except Temporary:
            await asyncio.sleep(_POLL_S)
            return object()

    async def check(self) -> str:
        """Write, read back and remove something; answers where."""
        key, value = f"check:{secrets.token_hex(8)}", secrets.token_bytes(8)
        await self.put(key, value, ttl_s=60)
        kept = await self.get(key)
        await self.forget(key)
        if kept != value:
            raise Permanent("store_write_lost", way_out="remove_file", server=self._file)
        return f"stores values in {self._file}"

    def _put(self, connection: sqlite3.Connection, key: str, value: bytes, ttl_s: float) -> None:
        now = self._clock()
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, value, now + ttl_s))
        connection.execute("DELETE FROM stale WHERE key = ?", (key,))
        _sweep(connection, "entries", now)

    def _show(self, connection: sqlite3.Connection, entity: Entity) -> str:
        """Keep an entity's data for the medium lifetime."""
        key = cache_key(entity.owner_id, entity.kind, entity.entity_id)
        value = json.dumps(entity.data).encode()
        self._put(connection, key, value, _MEDIUM_S)
        connection.execute("INSERT INTO entities VALUES (?, ?, ?)", (entity.kind, entity.entity_id, key))
        return _print(key, value)

    def _shown(self, connection: sqlite3.Connection, after: Key, limit: int) -> list[ShownPrints]:
        """What was put there, even where its time is over, and values by keys of entities that nobody put there."""
        rows = connection.execute(
            "SELECT e.kind, e.entity_id, e.key, v.value, p.print FROM entities e LEFT JOIN entries v USING (key)"
            " LEFT JOIN prints p USING (kind, entity_id) WHERE (e.kind, e.entity_id) > (?, ?)"
            " ORDER BY e.kind, e.entity_id LIMIT ?",
            (*after, limit),
        )
        known = [
            (kind, entity_id, kept if value is None else _print(key, value), "")
            for kind, entity_id, key, value, kept in rows
        ]
        strays = ((*entity, "", "") for _, entity in _strays(connection) if entity > after)
        return heapq.nsmallest(limit, [*known, *heapq.nsmallest(limit, strays)])

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove what the records never had."""
        await super().drop(keys)
        wanted = set(keys)

        def do(connection: sqlite3.Connection) -> None:
            strays = [(key,) for key, entity in _strays(connection) if entity in wanted]
            connection.executemany("DELETE FROM entries WHERE key = ?", strays)

        await self._file.write(do)

    def _hide(self, connection: sqlite3.Connection, kind: str, entity_id: str) -> None:
        key = (kind, entity_id)
        connection.execute(
            "DELETE FROM entries WHERE key = (SELECT key FROM entities WHERE kind = ? AND entity_id = ?)", key
        )
        connection.execute("DELETE FROM entities WHERE kind = ? AND entity_id = ?", key)


def _kept(connection: sqlite3.Connection, table: str, key: str, now: float) -> bytes | None:
    row = connection.execute(f"SELECT value FROM {table} WHERE key = ? AND until > ?", (key, now)).fetchone()  # noqa: S608 - a table of ours
    return None if row is None else bytes(row[0])


def _strays(connection: sqlite3.Connection) -> Iterator[tuple[str, Key]]:
    rows = connection.execute(
        "SELECT key FROM entries WHERE key > 'entity:' AND key < 'entity;' AND key NOT IN (SELECT key FROM entities)"
    )
    for (key,) in rows:
        entity = entity_of(key)
        if entity is not None:
            yield key, entity


def _print(key: str, value: bytes | str) -> str:
    """Of text, too: whoever changes a value by hand writes that."""
    body = value.encode() if isinstance(value, str) else value
    return versions.print_of(key, hashlib.sha256(body).hexdigest())


def _sweep(connection: sqlite3.Connection, table: str, now: float) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE key IN (SELECT key FROM {table} WHERE until <= ? LIMIT ?)",  # noqa: S608 - a table of ours
        (now, _SWEEP),
    )
