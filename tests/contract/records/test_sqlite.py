"""What the SQLite file promises beyond the port: who waits for whom, and what is on the disk when."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from integrations.records import models, sqlite
from integrations.records.database import upsert
from integrations.records.sqlite import SqliteDatabase
from magicai.errors import Conflict, Permanent
from tests.codes import says


@pytest.fixture
async def database(path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(path)
    yield opened
    await opened.close()


def put(name: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(insert(models.leases), {"name": name, "holder": "", "token": 1, "until": 0})

    return work


def names(connection: Connection) -> set[str]:
    return set(connection.execute(select(models.leases.c.name)).scalars())


class Held:
    """A write that stays in the middle of its transaction until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, connection: Connection) -> None:
        put("held")(connection)
        self.begun.set()
        assert self.go.wait(60)


async def begun(held: Held) -> None:
    assert await asyncio.to_thread(held.begun.wait, 10)


@pytest.mark.parametrize("folder", ["a b", "茶", "100%", "a?b#c", "it's"])
async def test_any_folder_will_do(tmp_path: Path, folder: str) -> None:
    records = sqlite.open(tmp_path / folder / "records.sqlite3")
    assert folder in await records.check()
    await records.close()


async def test_writes_are_synced_and_references_hold(database: SqliteDatabase) -> None:
    def pragmas(connection: Connection) -> list[Any]:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    assert await database.read(pragmas) == ["wal", 2, 1]
    assert await database.write(pragmas) == ["wal", 2, 1]


@pytest.mark.parametrize("number", [1, 99, 100, 127, 200])
async def test_any_number_of_rows_is_written_in_few_statements(database: SqliteDatabase, number: int) -> None:
    """The driver lets go of Python's lock for each, and waits for whoever computes to get it back."""
    said: list[str] = []
    given = [{"name": f"row {at:03}", "holder": "", "token": at, "until": 0} for at in range(number)]

    def write(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(said.append)
        upsert(connection, models.leases, given)
        upsert(connection, models.leases, [{**row, "holder": "again"} for row in given])
        raw.set_trace_callback(None)

    await database.write(write)
    assert len(said) <= 2 * (number // 100 + 1)
    columns = models.leases.c
    query = select(columns.name, columns.holder, columns.token).order_by(columns.name)
    rows = await database.read(lambda connection: connection.execute(query).all())
    assert [tuple(row) for row in rows] == [(row["name"], "again", row["token"]) for row in given]


class Given(BaseException):
    """Up, by no mistake of anybody's."""


async def test_what_a_write_alone_had_done_is_undone_whatever_ends_it(database: SqliteDatabase) -> None:
    def write(connection: Connection) -> None:
        put("lost")(connection)
        raise Given

    with pytest.raises(Given):
        await database.write(write)
    await database.write(put("kept"))
    assert await database.read(names) == {"kept"}


async def test_writes_that_wait_are_committed_together(database: SqliteDatabase) -> None:
    said: list[str] = []

    def trace(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(said.append)

    await database.write(trace)
    said.clear()
    held = Held()
    first = asyncio.create_task(database.write(held))
    await begun(held)
    others = [asyncio.create_task(database.write(put(str(number)))) for number in range(50)]
    await asyncio.sleep(0)
    held.go.set()
    await asyncio.gather(first, *others)
    assert said.count("COMMIT") == 2
    assert len(await database.read(names)) == 51


async def test_nobody_is_told_of_a_write_before_its_group_is_committed(database: SqliteDatabase) -> None:
    first, second = Held(), Held()
    tasks = [asyncio.create_task(database.write(first))]
    await begun(first)
    tasks += [asyncio.create_task(database.write(put("early"))), asyncio.create_task(database.write(_renamed(second)))]
    await asyncio.sleep(0)
    first.go.set()
    await begun(second)
    await tasks[0]
    assert not tasks[1].done()
    assert "early" not in await database.read(names)
    second.go.set()
    await asyncio.gather(*tasks)
    assert "early" in await database.read(names)


def _renamed(held: Held) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        held.begun.set()
        assert held.go.wait(60)

    return work


async def test_a_write_that_fails_takes_no_other_along(database: SqliteDatabase) -> None:
    def fail(connection: Connection) -> None:
        put("half")(connection)
        raise LookupError("mine")

    held = Held()
    tasks = [asyncio.create_task(database.write(held))]
    await begun(held)
    tasks += [asyncio.create_task(database.write(work)) for work in (put("a"), fail, put("a"), put("b"))]
    await asyncio.sleep(0)
    held.go.set()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), type(None), LookupError, Conflict, type(None)]
    assert await database.read(names) == {"held", "a", "b"}


async def test_a_transaction_that_sqlite_gives_up_is_done_again_without_its_cause(database: SqliteDatabase) -> None:
    def give_up(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.rollback()
        raise sqlite3.OperationalError("disk I/O error")

    held = Held()
    first = asyncio.create_task(database.write(held))
    await begun(held)
    others = [asyncio.create_task(database.write(work)) for work in (put("a"), give_up, put("b"))]
    await asyncio.sleep(0)
    held.go.set()
    await first
    ended = await asyncio.gather(*others, return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), Permanent, type(None)]
    assert await database.read(names) == {"held", "a", "b"}


async def test_a_write_that_nobody_waits_for_any_more_is_not_begun(database: SqliteDatabase) -> None:
    held = Held()
    first = asyncio.create_task(database.write(held))
    await begun(held)
    second = asyncio.create_task(database.write(put("unwanted")))
    await asyncio.sleep(0)
    second.cancel()
    held.go.set()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    await database.write(put("next"))
    assert await database.read(names) == {"held", "next"}


async def test_what_was_handed_in_before_closing_is_kept(database: SqliteDatabase, path: Path) -> None:
    held = Held()
    tasks = [asyncio.create_task(database.write(held))]
    await begun(held)
    tasks.append(asyncio.create_task(database.write(put("last"))))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close())
    held.go.set()
    await asyncio.gather(closing, *tasks)
    again = SqliteDatabase(path)
    assert await again.read(names) == {"held", "last"}
    await again.close()


async def test_what_a_read_writes_is_refused(database: SqliteDatabase) -> None:
    with pytest.raises(Permanent, check=says("database_not_writable", way="allow_file_access")):
        await database.read(put("a"))
    assert await database.read(names) == set()


async def test_reading_does_not_wait_for_writing(database: SqliteDatabase) -> None:
    held = Held()
    writing = asyncio.create_task(database.write(held))
    await begun(held)
    assert await database.read(names) == set()
    held.go.set()
    await writing


async def test_a_state_that_was_held_lets_go_of_the_journal(database: SqliteDatabase, path: Path) -> None:
    async with database.held() as read:
        await read(lambda c: c.exec_driver_sql("SELECT 1").all())
        await database.write(lambda c: c.exec_driver_sql("CREATE TABLE more (one)"))
    with closing(sqlite3.connect(path)) as other:
        busy, left, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, left) == (0, 0)


async def test_no_other_program_writes_between_what_a_write_reads_and_writes(
    database: SqliteDatabase, path: Path
) -> None:
    def work(connection: Connection) -> None:
        names(connection)
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")

    await database.write(work)


def test_one_store_serves_several_event_loops_and_threads(path: Path) -> None:
    records = sqlite.open(path)

    async def take(name: str) -> bool:
        return await records.leases.acquire(name, "me", ttl_s=60) is not None

    answers = [asyncio.run(take("0"))]
    with ThreadPoolExecutor(4) as threads:
        answers += [done.result() for done in [threads.submit(asyncio.run, take(str(n))) for n in range(1, 5)]]
    asyncio.run(records.close())
    assert answers == [True] * 5


async def test_two_stores_on_one_file_in_one_process_take_turns(path: Path) -> None:
    stores = [SqliteDatabase(path) for _ in range(3)]
    await asyncio.gather(*(store.write(put(f"{n}-{i}")) for i, store in enumerate(stores) for n in range(20)))
    assert len(await stores[0].read(names)) == 60
    for store in stores:
        await store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
async def test_a_forked_process_is_told_to_open_its_own(database: SqliteDatabase) -> None:
    await database.write(put("a"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # forking beside threads is what is tried here
        child = os.fork()
    if not child:
        os._exit(_refused(database))
    _, status = await asyncio.to_thread(os.waitpid, child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    await database.write(put("b"))
    assert await database.read(names) == {"a", "b"}


def _refused(database: SqliteDatabase) -> int:
    async def ask() -> int:
        refused = 0
        for asked in (database.read(names), database.write(put("c"))):
            try:
                await asked
            except Permanent as exc:
                refused += "Open it again" in str(exc)
        await database.close()
        return refused

    # What waits for a thread that was not copied waits for ever.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(10)
    # The parent's loop is running in this copy, too.
    asyncio.events._set_running_loop(None)
    try:
        return 2 - asyncio.run(ask())
    except BaseException:  # noqa: BLE001 - a child of a test must not go on as its parent
        return 9


async def test_opening_what_is_up_to_date_does_not_load_alembic(template: Path) -> None:
    script = (
        "import asyncio, pathlib, sys; from integrations.records import sqlite;"
        "asyncio.run(sqlite.open(pathlib.Path(sys.argv[1])).close()); sys.exit('alembic' in sys.modules)"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, str(template)], cwd=Path(__file__).parents[3]
    )
    assert done.returncode == 0
