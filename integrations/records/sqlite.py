"""The records in one SQLite file, for any number of processes at once.

One thread of each process writes: it takes all that has been asked for, runs it as one transaction under a file lock,
each function in a savepoint of its own, and commits once. So many small writes cost one fsync, and nobody is told of a
write before it is on the disk. A few threads read, each on a state of its own.
"""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from filelock import Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event

from integrations.records import migrations
from integrations.records.database import Database, Read
from integrations.records.locations import RecordsLocations, any_row
from integrations.records.offer_columns import MANY
from integrations.records.snapshot import open_snapshot
from integrations.records.sqlite_faults import VENDOR, translated
from integrations.records.store import SqlRecords
from integrations.sqlite.gate import Gate
from magicai.errors import Permanent, Temporary
from magicai.messages import say
from magicai.values.times import now_us, to_datetime

T = TypeVar("T")

_READERS = 3
# Writes in one transaction at most: the first has to wait for the last.
_GROUP = 500
# How long another process's transaction is waited for.
_TIMEOUT_S = 30.0

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A crawl comes back to few pages of its tables; more of them would only take memory.
    "PRAGMA cache_size = -512",  # KiB
    # 16 MB between checkpoints instead of 4: a growing frontier changes the same pages of its index again and again.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
)
# Rows are read in the order of a key, some hundreds at a time: each reader has its own pages, and needs few.
_READING = ("PRAGMA query_only = ON", "PRAGMA cache_size = -128")


def open(  # noqa: A001 - reads well where it is called: sqlite.open
    path: Path, *, locations: RecordsLocations | None = None, now: Callable[[], int] = now_us, many: int = MANY
) -> SqlRecords:
    """Open the records; makes the file, or migrates it after a backup, where that is needed.

    Args:
        path: of the file.
        locations: where records were before; a file among these that is gone or holds nothing is refused.
        now: what time it is.
        many: as SqlRecords takes it.

    Raises:
        RecordsLost: there were records, and none are there.
        Permanent: a newer MagicAI made the file, it is damaged, or it may not be read and written.
        Temporary: another process holds it.
    """
    database = SqliteDatabase(path, locations)
    database.prepare(now)
    return SqlRecords(database, lambda _: now(), many=many)


@dataclass(slots=True)
class _Job:
    """A function that somebody wants to be run, and where its answer goes."""

    work: Callable[[Connection], Any]
    future: "Future[Any]" = field(default_factory=Future[Any])


class _Undone(Exception):  # noqa: N818 - not an error of anybody's
    """SQLite has given the whole transaction up; its cause says why."""


class SqliteDatabase(Database):
    """A file, the file lock beside it, and the threads that use it."""

    def __init__(self, path: Path, locations: RecordsLocations | None = None) -> None:
        self._path, self._locations = path.absolute(), locations
        # A home may be moved: what it was called elsewhere is no other place.
        self._place = path.name
        self._file: tuple[int, int] | None = None
        self.where = f"SQLite at {self._path}"
        self._process = os.getpid()
        self._lock = Path(f"{self._path}.lock")
        self._gate = Gate(self._lock, limit_s=_TIMEOUT_S)
        self._waiting: deque[_Job] = deque()
        self._writing = ThreadPoolExecutor(1, "records-write")
        self._reading = ThreadPoolExecutor(_READERS, "records-read")
        # No statement is kept: each of a hundred rows would hold on to their values, a megabyte together.
        self._writer = self._engine(1, statements=0)
        self._readers = self._engine(_READERS, *_READING)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers on one state of the database; what it writes is refused."""
        self._usable()
        return await asyncio.wrap_future(self._submit(self._reading, self._read, work))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, once everything that it wrote is on the disk; nothing of it is kept where it raises."""
        self._usable()
        job = _Job(work)
        self._waiting.append(job)
        # A group takes what others have asked for, too: their calls then find nothing left to do.
        self._submit(self._writing, self._write_group)
        return await asyncio.wrap_future(cast("Future[T]", job.future))

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Read]:
        """Reads of one state of the database, in a thread and on a connection of their own."""
        await self.read(lambda _: None)  # refused where these are closed
        async with open_snapshot(self._engine(1, *_READING), self._begin_snapshot, self._read_snapshot) as read:
            yield read

    async def rebuild(self, revision: str | None) -> None:
        """Make empty tables of a revision in place of all that there are; or, for None, bring them to the newest."""
        self._usable()
        await asyncio.wrap_future(self._submit(self._writing, self._rebuild, revision))

    async def close(self) -> None:
        """Let go of everything; what was handed in before is finished first."""
        # SQLite's connections must not even be closed by a forked process.
        if os.getpid() == self._process:
            await asyncio.to_thread(self._close)

    def prepare(self, now: Callable[[], int]) -> None:
        """See to it that the tables are there, in their newest form."""
        try:
            with self._translating():
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not self._begun() or self._revision() != migrations.REVISIONS[-1]:
                    self._renew(now)
                if self._locations is not None:
                    with self._readers.connect() as connection:
                        self._locations.check_existing(self._place, self.where, lambda: any_row(connection))
                self._file = self._identity()
        except BaseException:
            self._close()
            raise

    def _usable(self) -> None:
        if os.getpid() != self._process:
            raise Permanent("store_opened_before_fork", what=say("records_at", path=self._path), process=self._process)

    def _submit(self, threads: ThreadPoolExecutor, function: Callable[..., T], *arguments: Any) -> "Future[T]":
        try:
            return threads.submit(function, *arguments)
        except RuntimeError as exc:
            raise Permanent("records_closed", what=self._path) from exc

    def _close(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        self._writer.dispose()
        self._readers.dispose()
        self._gate.close()

    # ── in the reading threads ──

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._translating(), self._readers.connect() as connection:
            _raw(connection).execute("BEGIN")
            return work(connection)

    def _begin_snapshot(self, engine: Engine) -> Connection:
        with self._translating():
            connection = engine.connect()
            _raw(connection).execute("BEGIN")
            # The state is the first read's.
            _raw(connection).execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection

    def _read_snapshot(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        with self._translating():
            return work(connection)

    # ── in the writing thread ──

    def _write_group(self) -> None:
        jobs: list[_Job] = []
        while self._waiting and len(jobs) < _GROUP:
            job = self._waiting.popleft()
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
        if jobs:
            self._settle(jobs)

    def _settle(self, jobs: list[_Job]) -> None:
        try:
            with self._alone():
                self._must_be_the_same()
                answers = self._transact(jobs)
        except _Undone as undone:
            if len(jobs) > 1:
                # One of them was too much; each by itself shows which.
                for job in jobs:
                    self._settle([job])
                return
            answers = [undone.__cause__]
        except BaseException as exc:  # noqa: BLE001 - whatever it is, those who wait for it must hear of it
            answers = [exc] * len(jobs)
        for job, answer in zip(jobs, answers, strict=True):
            if isinstance(answer, BaseException):
                job.future.set_exception(self._translated(answer))
            else:
                job.future.set_result(answer)

    def _must_be_the_same(self) -> None:
        """A file that was removed or replaced takes writes as before, and nobody sees them again."""
        if self._file is not None and self._identity() != self._file:
            raise Permanent("records_file_replaced", where=self.where)

    def _transact(self, jobs: list[_Job]) -> list[Any]:
        """What each function answers or raises, after all that they wrote was committed."""
        with self._writer.connect() as connection:
            raw = _raw(connection)
            raw.execute("BEGIN IMMEDIATE")
            try:
                # What one alone has begun is given up with its transaction.
                answers = [_attempt(connection, raw, job) for job in jobs] if jobs[1:] else [jobs[0].work(connection)]
                raw.execute("COMMIT")
            except sqlite3.Error as exc:
                raise _Undone from exc
            # Whatever is still open then, the pool rolls back.
            return answers

    def _rebuild(self, revision: str | None) -> None:
        with self._translating(), self._alone():
            self._migrate(revision or "head", anew=revision is not None)

    # ── in whichever thread opens it ──

    def _revision(self) -> str | None:
        with self._readers.connect() as connection:
            return migrations.revision(connection, self.where)

    def _renew(self, now: Callable[[], int]) -> None:
        with self._alone():
            # SQLite makes a file that is missing, and removes the journal of an empty one: it is not let near them.
            revision = self._revision() if self._begun() else None
            if revision == migrations.REVISIONS[-1]:
                # Another process has done it while this one waited.
                return
            if revision is not None:
                self._back_up(revision, now)
            elif self._locations is not None:
                self._locations.check_new(self._place, self.where)
            if not self._begun():
                self._begin(now)
            self._migrate()

    def _begun(self) -> bool:
        return self._path.exists() and self._path.stat().st_size > 0

    def _begin(self, now: Callable[[], int]) -> None:
        journal = self._path.with_name(f"{self._path.name}-wal")
        if journal.exists():  # somebody may get the rows of a lost file out of it
            journal.replace(journal.with_name(f"{journal.name}-{_moment(now)}"))
        self._path.touch(mode=0o600)

    def _identity(self) -> tuple[int, int] | None:
        """Which file it is, whatever its name."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _migrate(self, to: str = "head", *, anew: bool = False) -> None:
        with self._writer.connect() as connection:
            raw = _raw(connection)
            raw.execute("PRAGMA journal_mode = WAL")
            # Altering a column copies its table, and must not take along what refers to it.
            raw.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                raw.execute("BEGIN IMMEDIATE")
                if anew:
                    migrations.remove_all(connection)
                migrations.upgrade(connection, to)
                broken = raw.execute("PRAGMA foreign_key_check").fetchone()
                if broken:
                    raise Permanent("records_migration_failed", path=self._path, broken=broken[0])
            raw.execute("PRAGMA foreign_keys = ON")

    def _back_up(self, revision: str, now: Callable[[], int]) -> None:
        target = self._path.parent / "backups" / f"{self._path.stem}-{revision}-{_moment(now)}{self._path.suffix}"
        target.parent.mkdir(exist_ok=True)
        # Under its name only once it is whole.
        growing = target.with_name(f"{target.name}.part")
        growing.unlink(missing_ok=True)
        with self._readers.connect() as connection, closing(sqlite3.connect(growing)) as copy:
            _raw(connection).backup(copy)
        growing.replace(target)

    # ── everywhere ──

    @contextmanager
    def _alone(self) -> Generator[None]:
        """While no other process, and no other user of the file in this one, writes."""
        with ExitStack() as held:
            try:
                held.enter_context(self._gate.held())
            except Timeout as exc:
                raise Temporary(
                    "records_locked", path=self._path, limit_s=f"{_TIMEOUT_S:.0f}", lock=self._lock
                ) from exc
            yield

    @contextmanager
    def _translating(self) -> Generator[None]:
        try:
            yield
        except VENDOR as exc:
            raise translated(exc, self._path) from exc

    def _translated(self, error: BaseException) -> BaseException:
        if not isinstance(error, VENDOR):
            return error
        ours = translated(error, self._path)
        ours.__cause__ = error
        return ours

    def _engine(self, connections: int, *more: str, statements: int = 128) -> Engine:
        engine = create_engine(
            # Never makes the file: one that vanished while it is open would come back empty.
            URL.create("sqlite", database=self._path.as_uri(), query={"mode": "rw", "uri": "true"}),
            pool_size=connections,
            max_overflow=0,
            # Transactions are begun and ended by the statements above, so that the driver must not do it.
            connect_args={"timeout": _TIMEOUT_S, "isolation_level": None, "cached_statements": statements},
        )

        @event.listens_for(engine, "connect")
        def set_up(raw: sqlite3.Connection, _: object) -> None:  # pyright: ignore[reportUnusedFunction]
            for pragma in (*_PRAGMAS, *more):
                raw.execute(pragma)

        return engine


def _attempt(connection: Connection, raw: sqlite3.Connection, job: _Job) -> Any:
    raw.execute("SAVEPOINT one")
    try:
        answer = job.work(connection)
    except BaseException as exc:  # it belongs to whoever waits for this job, not to the group
        if not raw.in_transaction:
            # A full disk, say: SQLite has rolled everything back, the others' work too.
            raise _Undone from exc
        raw.execute("ROLLBACK TO one")
        answer = exc
    raw.execute("RELEASE one")
    return answer


def _moment(now: Callable[[], int]) -> str:
    return to_datetime(now()).strftime("%Y%m%dT%H%M%SZ")


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)
