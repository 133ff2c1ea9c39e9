"""One SQLite file that many processes read and write, any of which may be killed at any time.

WAL, BEGIN IMMEDIATE, and a gate around each write: a lock in the process and one on a file. SQLite's own busy handler
starves writers under contention; behind a gate none fails.
"""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from filelock import Timeout

from integrations.sqlite.gate import Gate
from magicai.errors import Invalid, MagicError, NoSpace, Permanent, Temporary
from magicai.space import is_full, unwritable

T = TypeVar("T")
_GATE_LIMIT_S = 30.0
_BUSY_S = 10.0
_LOG_EVERY = 200

# What SQLite's module says of flipped bytes in a text.
_NO_TEXT = "Could not decode to UTF-8"


class SqliteFile:
    """A file of our own with its schema; made when it is first used.

    Args:
        schema: its tables; may run again.
        threads: how many may read at once; each has a connection of its own.
        pragmas: of each connection, beyond ours; run before the file is made.
        statements: prepared ones that each connection keeps; they hold on to the values that they were last given.
        log_every: after so many small writes, a thread brings the log into the file.
        lost: the code of what to do when it is damaged.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        *,
        threads: int = 4,
        pragmas: Sequence[str] = (),
        statements: int = 128,
        log_every: int = _LOG_EVERY,
        lost: str = "delete_file_and_rebuild",
    ) -> None:
        self._path, self._schema, self._pragmas, self._lost = path, schema, pragmas, lost
        self._statements, self._log_every = statements, log_every
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=path.stem)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._gate = Gate(path.with_suffix(".lock"), limit_s=_GATE_LIMIT_S)
        self._prepared = False
        # Which file it is, by device and number: one that was removed can still be written to, and all of it is lost.
        self._identity: tuple[int, int] | None = None
        self._generation = 0
        self._small = 0
        self._quick: sqlite3.Connection | None = None

    def __str__(self) -> str:
        return str(self._path)

    async def read(self, do: Callable[[sqlite3.Connection], T]) -> T:
        """Answer what `do` reads; never on the event loop."""
        return await self._in_thread(lambda: self._read(do))

    async def write(self, do: Callable[[sqlite3.Connection], T]) -> T:
        """Answer what `do` answers once its transaction is committed."""
        return await self._in_thread(lambda: self._write(do))

    async def write_small(self, do: Callable[[sqlite3.Connection], T]) -> T:
        """The same for what takes a moment: on the event loop where nobody else writes; a thread costs more than that.

        It waits for nobody there: not for the gate, and not for another program's lock. For the disk it waits as it
        begins the log anew, after a thread has brought that into the file.
        """
        with self._gate.tried() if self._is_ready() else nullcontext(enter_result=False) as free:
            connection = self._translated(self._begun_at_once) if free else None
            value = [self._translated(lambda: self._ended(connection, do))] if connection is not None else []
        if not value:
            return await self.write(do)
        self._small += 1
        if self._small % self._log_every == 0:
            await self._in_thread(self._bring_in_the_log)
        return value[0]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            working = asyncio.get_running_loop().run_in_executor(self._threads, self._translated, work)
        except RuntimeError as exc:
            raise Permanent("store_closed", server=self._path) from exc
        return await working

    def _translated(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except MagicError:
            raise
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._path, limit_s=f"{_GATE_LIMIT_S:.0f}") from exc
        except UnicodeDecodeError as exc:  # of what is there: nobody has given that
            raise Permanent("file_damaged", way_out=self._lost, file=self._path, reason=exc) from exc
        except (UnicodeError, OverflowError) as exc:
            raise Invalid("value_not_storable", server=self._path, reason=exc) from exc
        except sqlite3.OperationalError as exc:
            if _NO_TEXT in str(exc):
                raise Permanent("file_damaged", way_out=self._lost, file=self._path, reason=exc) from exc
            raise _operational(self._path, exc) from exc
        except sqlite3.DatabaseError as exc:
            raise Permanent("database_file_invalid", way_out=self._lost, path=self._path, reason=exc) from exc
        except OSError as exc:
            raise unwritable(self._path, exc) from exc

    def _read(self, do: Callable[[sqlite3.Connection], T]) -> T:
        if not self._is_ready():
            with self._gate.held():
                self._prepare()
        return do(self._connection())

    def _write(self, do: Callable[[sqlite3.Connection], T]) -> T:
        with self._gate.held():
            self._prepare()
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            return self._ended(connection, do)

    def _bring_in_the_log(self) -> None:
        # Behind the gate, so that nobody writes meanwhile, and the log begins anew. What can't be done now, for want of
        # space or since another process writes for long, the next will do: what was asked for is written.
        with suppress(sqlite3.OperationalError, Timeout, OSError), self._gate.held():
            self._connection().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _begun_at_once(self) -> sqlite3.Connection | None:
        if self._quick is None:
            self._quick = self._open(timeout_s=0)
            self._quick.execute("PRAGMA wal_autocheckpoint = 0")
        try:
            self._quick.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                return None
            raise
        return self._quick

    def _ended(self, connection: sqlite3.Connection, do: Callable[[sqlite3.Connection], T]) -> T:
        try:
            value = do(connection)
        except BaseException:
            if connection.in_transaction:  # of a full disk, SQLite has done so itself
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return value

    def _prepare(self) -> None:
        # Behind the gate: SQLite's busy handler does not wait for another process that makes the same file.
        if not self._is_ready():
            self._generation += 1
            self._quick = None
            connection = self._connection()
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(self._schema)
            self._identity = _identity_of(self._path)
            self._prepared = True

    def _is_ready(self) -> bool:
        return self._prepared and self._identity == _identity_of(self._path)

    def _connection(self) -> sqlite3.Connection:
        generation, found = getattr(self._local, "connection", (0, None))
        if found is None or generation != self._generation:
            found = self._open()
            self._local.connection = (self._generation, found)
        return found

    def _open(self, *, timeout_s: float = _BUSY_S) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=self._statements,
        )
        self._connections.append(connection)
        for pragma in ("synchronous = NORMAL", *self._pragmas):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def close(self) -> None:
        """Let go of the file; what was handed in before is finished first."""
        self._prepared, self._quick = False, None  # so that nothing more is written on the loop
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        while self._connections:
            self._connections.pop().close()
        self._gate.close()


def _identity_of(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - before every read and write, where Path.stat takes twice as long
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _operational(path: Path, error: sqlite3.OperationalError) -> MagicError:
    words = str(error)
    if "locked" in words or "busy" in words:
        return Temporary("database_busy", path=path, reason=words)
    if "full" in words or is_full(path.parent):
        return NoSpace("disk_full", home=path)
    return Permanent("path_not_writable", path=path, reason=words)
