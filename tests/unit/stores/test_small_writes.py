"""Writes of a row or two, which are made on the event loop where nobody else writes."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.sqlite.file import SqliteFile
from integrations.sqlite.gate import Gate
from magicai.errors import MagicError, Permanent

SCHEMA = "CREATE TABLE IF NOT EXISTS counted (value INTEGER NOT NULL);"


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SqliteFile]:
    made = SqliteFile(tmp_path / "small.sqlite3", SCHEMA)
    await made.write(lambda connection: connection.execute("INSERT INTO counted VALUES (0)"))
    yield made
    await made.close()


def add(connection: sqlite3.Connection) -> tuple[int, str]:
    value = connection.execute("UPDATE counted SET value = value + 1 RETURNING value").fetchone()[0]
    return value, threading.current_thread().name


async def test_they_are_made_at_once_and_keep_the_log_short(file: SqliteFile, tmp_path: Path) -> None:
    told = [await file.write_small(add) for _ in range(3000)]
    assert [value for value, _ in told] == list(range(1, 3001))
    assert {name for _, name in told} == {threading.current_thread().name}
    assert (tmp_path / "small.sqlite3-wal").stat().st_size < 8_000_000


async def test_where_another_writes_they_wait_beside_the_loop(file: SqliteFile, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "small.lock", limit_s=30)
    with gate.held():
        writing = asyncio.create_task(file.write_small(add))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not writing.done()
    value, thread = await writing
    assert value == 1
    assert thread != threading.current_thread().name
    gate.close()


async def test_where_a_foreign_program_writes_they_wait_beside_the_loop(file: SqliteFile, tmp_path: Path) -> None:
    foreign = sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(file.write_small(add))
    await asyncio.sleep(0.1)
    assert not writing.done()
    foreign.execute("ROLLBACK")
    foreign.close()
    assert (await writing)[0] == 1


async def test_what_fails_changes_nothing_and_a_closed_file_says_so(file: SqliteFile) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        add(connection)
        raise KeyError("a fault")

    with pytest.raises(KeyError):
        await file.write_small(fail)
    assert (await file.write_small(add))[0] == 1
    await file.close()
    with pytest.raises(Permanent, match="is closed"):
        await file.write_small(add)


@pytest.mark.parametrize("small", [True, False])
async def test_a_full_disk_is_called_that(file: SqliteFile, small: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")
        for _ in range(10_000):
            connection.execute("INSERT INTO counted VALUES (1)")

    with pytest.raises(MagicError, match="full"):
        await (file.write_small if small else file.write)(fill)
