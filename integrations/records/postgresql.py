"""The records in one schema of a PostgreSQL database, for any number of processes and machines at once.

Each write is one transaction, READ COMMITTED: whoever reads what they are about to change has locked it before
(docs/decisions/0016-row-locks-on-postgresql.md). A read is REPEATABLE READ: one state for all its
statements. SQLAlchemy's asynchronous engine runs in a loop and a thread of its own, since its connections belong to one
loop, and since what functions do with their rows shall not hold up whoever waits for them.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from integrations.records import migrations
from integrations.records.background import Background
from integrations.records.database import Clock, Database, Read
from integrations.records.locations import RecordsLocations, any_row
from integrations.records.offer_columns import MANY
from integrations.records.postgresql_address import Address
from integrations.records.postgresql_faults import VENDOR, passes, translated, unanswered
from integrations.records.snapshot import open_snapshot
from integrations.records.store import SqlRecords
from magicai.errors import Refused, Temporary

T = TypeVar("T")
# Takes the time, in UTC microseconds.
OnOpen = Callable[[Connection, int], object]

_OLDEST = 13
# How long work that met a deadlock, or a server that is being started again, is begun anew.
_TIMEOUT_S = 30.0
_LONGEST_PAUSE_S = 1.0
# A transaction that takes longer is given up, whatever the server does.
_LIMIT_S = 900.0
_RECYCLE_S = 1800
_DRIVER = "postgresql+psycopg://"
_WRITING: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
_READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def open(  # noqa: A001 - reads well where it is called: postgresql.open
    address: str,
    schema: str,
    *,
    pool: int = 50,
    locations: RecordsLocations | None = None,
    on_open: OnOpen | None = None,
    now: Callable[[], int] | None = None,
    many: int = MANY,
    patience_s: float | None = None,
) -> SqlRecords:
    """Open the records; the first use makes the schema, or migrates it, where that is needed.

    Args:
        address: postgresql://..., with all that PostgreSQL's library knows in one.
        schema: what is ours in that database.
        pool: most connections at once.
        locations: where records were before; a database among these that is empty is refused.
        on_open: called once, in a transaction of its own, before anything else is read or written.
        now: what time it is; the server's clock where None, since those of several machines differ.
        many: as SqlRecords takes it.
        patience_s: how long a server that is away is waited for; as long as a restart takes where None.

    Raises:
        Invalid: it is no address of PostgreSQL's.
    """
    clock: Clock = _server_clock if now is None else lambda _: now()
    database = PostgresDatabase(
        Address(address, schema),
        pool=pool,
        locations=locations,
        on_open=lambda connection: on_open and on_open(connection, clock(connection)),
        patience_s=patience_s,
    )
    return SqlRecords(database, clock, many=many)


class PostgresDatabase(Database):
    """A pool of connections, and the loop that they live in."""

    def __init__(
        self,
        address: Address,
        *,
        pool: int = 50,
        locations: RecordsLocations | None = None,
        on_open: Callable[[Connection], object] | None = None,
        patience_s: float | None = None,
    ) -> None:
        self.address, self.where, self._pool, self._locations = address, address.where, pool, locations
        self._on_open = on_open
        self._patience_s = patience_s
        self._background = Background(self.where)
        # Made in the loop, and used there alone.
        self._engine: AsyncEngine | None = None
        self._preparing: asyncio.Lock | None = None
        self._ready = False

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers on one state of the database; what it writes is refused."""
        return await self._background.run(self._with_retries(lambda: self._read(work)))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, once it is committed; nothing of it is kept where it raises.

        Raises:
            Temporary: the connection broke while it was committed; whether it was kept, is not known then.
        """
        return await self._background.run(self._with_retries(lambda: self._write(work)))

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Read]:
        """Reads of one state of the database, in a thread and on a connection of their own."""
        await self.read(lambda _: None)  # so that the tables are there
        engine = create_engine(_DRIVER, connect_args=self.address.parameters, poolclass=NullPool)
        async with open_snapshot(engine, self._begin_snapshot, self._read_snapshot) as read:
            yield read

    async def rebuild(self, revision: str | None) -> None:
        """Make empty tables of a revision in place of all that there are; or, for None, bring them to the newest."""
        await self.write(lambda c: self._rebuild(c, revision))

    async def close(self) -> None:
        """Let go of everything; what was handed in before is finished first."""
        await self._background.close(self._dispose())

    # ── in the loop of its own ──

    async def _with_retries(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """What an attempt answers; begun anew where it was undone by what passes."""
        began, pause = time.monotonic(), 0.01
        while True:
            try:
                async with asyncio.timeout(_LIMIT_S):
                    await self._prepare()
                    return await attempt()
            except VENDOR as exc:
                # A server that never answered is more likely the wrong one than one that is being started.
                away_s = _TIMEOUT_S if self._patience_s is None else self._patience_s
                until = began + (away_s if unanswered(exc) else _TIMEOUT_S)
                if not self._ready or not passes(exc) or time.monotonic() > until:
                    raise translated(exc, self.where) from exc
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - so that two do not meet again
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        async with self._connections(_READING).connect() as connection:
            return await connection.run_sync(work)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with self._connections(_WRITING).connect() as connection:
            answer = await connection.run_sync(work)
            try:
                await connection.commit()
            except VENDOR as exc:
                if unanswered(exc):
                    raise self._unsure() from exc
                raise
            return answer

    def _unsure(self) -> Temporary:
        return Temporary("commit_outcome_unknown", where=self.where)

    def _connections(self, options: dict[str, Any]) -> AsyncEngine:
        if self._engine is None:
            self._engine = _engine(self.address, self._pool)
        return self._engine.execution_options(**options)

    async def _prepare(self) -> None:
        if self._ready:
            return
        if self._preparing is None:
            self._preparing = asyncio.Lock()
        async with self._preparing:
            if not self._ready:
                async with self._connections(_WRITING).connect() as connection:
                    await connection.run_sync(self._see_to_the_tables)
                    await connection.run_sync(self._see)
                    await connection.commit()
                self._ready = True

    async def _dispose(self) -> None:
        if self._engine is not None:
            await self._engine.dispose()

    # ── on a connection ──

    def _see_to_the_tables(self, connection: Connection) -> None:
        self._fits(connection)
        if self._revision(connection) == migrations.REVISIONS[-1]:
            return
        self._alone(connection)
        if self._revision(connection) == migrations.REVISIONS[-1]:
            # Another process has done it while this one waited.
            return
        if self._locations is not None and self._revision(connection) is None:
            self._locations.check_new(self.where, self.where)
        if not _has_schema(connection, self.address.schema):
            connection.execute(text(f'CREATE SCHEMA "{self.address.schema}"'))
        # All of it is one transaction: a migration that fails leaves everything as it was.
        migrations.upgrade(connection)

    def _see(self, connection: Connection) -> None:
        if self._locations is not None:
            self._locations.check_existing(self.where, self.where, lambda: any_row(connection))
        if self._on_open is not None:
            self._on_open(connection)

    def _rebuild(self, connection: Connection, revision: str | None) -> None:
        self._alone(connection)
        if revision is not None:
            migrations.remove_all(connection)
        migrations.upgrade(connection, revision or "head")

    def _alone(self, connection: Connection) -> None:
        """While no other process makes or changes tables."""
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # it is waited for, however long it takes
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        name = f"magicai migrates {self.address.schema}"
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    def _fits(self, connection: Connection) -> None:
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
        if int(version.partition(".")[0] or 0) < _OLDEST:
            raise Refused("postgresql_version_unsupported", where=self.where, version=version, required=_OLDEST)
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise Refused("database_encoding_unsupported", where=self.where, encoding=encoding)

    def _revision(self, connection: Connection) -> str | None:
        return migrations.revision(connection, self.where)

    # ── in the thread of what is held ──

    def _begin_snapshot(self, engine: Engine) -> Connection:
        with self._translating():
            connection = engine.execution_options(**_READING).connect()
            # Whoever reads may do much else between two reads. The state is that of this first statement.
            connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SELECT 1"))
            return connection

    def _read_snapshot(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        with self._translating():
            return work(connection)

    @contextmanager
    def _translating(self) -> Generator[None]:
        try:
            yield
        except VENDOR as exc:
            raise translated(exc, self.where) from exc


def _engine(address: Address, pool: int) -> AsyncEngine:
    made = create_async_engine(
        _DRIVER,
        connect_args=address.parameters,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=_TIMEOUT_S,
        pool_pre_ping=True,
        pool_recycle=_RECYCLE_S,
    )

    @event.listens_for(made.sync_engine, "connect")
    def set_up(raw: Any, _: object) -> None:  # pyright: ignore[reportUnusedFunction]
        cursor = raw.cursor()
        # A server may be set to tell of a write before it is safe.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        cursor.execute("SELECT current_setting('search_path')")
        (path,) = cursor.fetchone()
        cursor.close()
        raw.commit()
        _must_lead_to(address, path)

    return made


def _must_lead_to(address: Address, path: str) -> None:
    """See that what has no schema in its name is ours: something between may have swallowed what we asked for."""
    if path.strip('"') != address.schema:
        raise Refused("search_path_ignored", where=address.where, path=path, schema=address.schema)


def _server_clock(connection: Connection) -> int:
    return connection.execute(_NOW).scalar_one()


def _has_schema(connection: Connection, schema: str) -> bool:
    query = text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema")
    return bool(connection.execute(query, {"schema": schema}).scalar_one())


_NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
