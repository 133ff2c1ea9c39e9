"""No vendor error escapes: whatever SQLite, the disk or a lock does is told in our words, and nothing kept is lost."""

import asyncio
import errno
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import OperationalError

from integrations.records import models, sqlite
from integrations.records.sqlite_faults import translated
from integrations.records.store import SqlRecords
from magicai.errors import Conflict, Invalid, MagicError, NoSpace, Permanent, Temporary
from magicai.shops.crawl import CrawlBatch, Discovered, UrlKind
from magicai.stores.entity import Entity
from tests.codes import says

_CODES = [
    getattr(sqlite3, name)
    for name in dir(sqlite3)
    if name.startswith("SQLITE_") and name.count("_") == 1 and 0 < getattr(sqlite3, name) < 100
]


@pytest.fixture
async def records(path: Path) -> AsyncIterator[SqlRecords]:
    opened = sqlite.open(path)
    yield opened
    await opened.close()


def driver(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def lease(name: str, size: int = 0) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        row = {"name": name, "holder": "x" * size, "token": 1, "until": 0}
        connection.execute(insert(models.leases), row)
        return name

    return work


async def names(records: SqlRecords) -> set[str]:
    return await records.database.read(lambda c: set(c.execute(select(models.leases.c.name)).scalars()))


async def test_a_full_disk_loses_nothing_and_the_store_works_again(records: SqlRecords, path: Path) -> None:
    def quota(pages: int) -> Callable[[Connection], Any]:
        return lambda c: c.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar()

    pages = await records.database.write(quota(1))
    await records.database.write(quota(pages + 5))
    kept: set[str] = set()
    full: list[MagicError] = []
    for number in range(40):
        # At once: a small write, one that is too much sooner or later, a small one.
        sizes = (10, 3000, 10)
        writes = [records.database.write(lease(f"{number}-{i}", size)) for i, size in enumerate(sizes)]
        for ended in await asyncio.gather(*writes, return_exceptions=True):
            if isinstance(ended, str):
                kept.add(ended)
            else:
                assert isinstance(ended, MagicError)
                full.append(ended)
    assert full
    for error in full:
        assert isinstance(error, NoSpace)
        assert "disk is full" in str(error)
        assert str(path) in str(error)
        assert "Free some space" in str(error)
    assert await names(records) == kept
    small, large = (sum(name.endswith(end) for name in kept) for end in ("-0", "-1"))
    assert small > large > 0
    await records.database.write(quota(1_000_000))
    await records.database.write(lease("after", 100_000))
    assert await names(records) == kept | {"after"}


async def test_a_file_that_another_program_locks_is_temporary(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_TIMEOUT_S", 0.05)
    records = sqlite.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Temporary, check=says("database_locked", way="check_file_users")) as caught:
            await records.check()
        assert str(path) in str(caught.value)
        assert await names(records) == set()
        other.execute("ROLLBACK")
    await records.check()
    await records.close()


async def test_a_lock_that_is_never_given_back_is_temporary(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_TIMEOUT_S", 0.05)
    records = sqlite.open(path)
    with FileLock(f"{path}.lock"), pytest.raises(Temporary, check=says("records_locked")):
        await asyncio.gather(records.check(), records.check())
    await records.check()
    await records.close()


@pytest.fixture
def damaged(path: Path) -> Path:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    return path


def test_a_damaged_file_says_how_to_get_it_back(damaged: Path) -> None:
    with pytest.raises(Permanent, check=says("database_damaged", way="remove_records_file")):
        sqlite.open(damaged)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "records.sqlite3"
    path.write_text("My diary. " * 1000)
    with pytest.raises(Permanent, match="is not a database"):
        sqlite.open(path)
    assert path.read_text() == "My diary. " * 1000


@pytest.mark.parametrize("place", ["file/records.sqlite3", "folder"])
def test_a_place_that_cannot_be_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(Permanent, check=says("database_not_openable", way="allow_file_access")) as caught:
        sqlite.open(tmp_path / place)
    assert str(tmp_path / place) in str(caught.value)


async def test_a_file_that_cannot_be_written_is_permanent(records: SqlRecords) -> None:
    await records.database.write(lambda c: driver(c).execute("PRAGMA query_only = ON").close())
    with pytest.raises(Permanent, check=says("database_not_writable", way="allow_file_access")):
        await records.check()


async def test_a_number_that_does_not_fit_is_invalid(records: SqlRecords) -> None:
    with pytest.raises(Invalid, match="too large"):
        await records.leases.acquire("a", "b", ttl_s=1e20)


async def test_what_is_there_already_is_a_conflict(records: SqlRecords) -> None:
    await records.database.write(lease("a"))
    with pytest.raises(Conflict, match=r"leases\.name"):
        await records.database.write(lease("a"))


async def test_a_statement_that_is_interrupted_is_temporary(records: SqlRecords) -> None:
    def interrupted(connection: Connection) -> None:
        driver(connection).set_progress_handler(lambda: 1, 1)
        try:
            connection.execute(select(models.leases)).all()
        finally:
            driver(connection).set_progress_handler(None, 1)

    with pytest.raises(Temporary, check=says("database_interrupted", way="try_again", reason="interrupted")):
        await records.database.write(interrupted)
    await records.check()


# One method of each kind of work, on a database that refuses every statement.
_ASKED: list[Callable[[SqlRecords], Awaitable[Any]]] = [
    lambda r: r.runs.get("run-1"),
    lambda r: r.runs.listed(),
    lambda r: r.runs.unfinished(),
    lambda r: r.runs.events("run-1"),
    lambda r: r.runs.request_cancel("run-1"),
    lambda r: r.crawls.commit("c", CrawlBatch(discovered=[Discovered("u", UrlKind.OTHER, 1, 1)])),
    lambda r: r.crawls.pending("c", 1),
    lambda r: anext(r.crawls.rows("c")),
    lambda r: anext(r.crawls.observations("c")),
    lambda r: r.products.identify("ann", "shop", [["url:x"]]),
    lambda r: anext(r.products.of_crawl("c")),
    lambda r: r.entities.save([Entity("product", "p", "ann", "", "")]),
    lambda r: r.entities.pending("search", 1),
    lambda r: r.outcomes.recent("crawl"),
    lambda r: r.leases.acquire("a", "b", ttl_s=1),
    lambda r: r.check(),
    lambda r: r.prune(before=1),
    lambda r: anext(r.referenced()),
]


def deny(action: int, *_: object) -> int:
    may = action in (sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT)
    return sqlite3.SQLITE_OK if may else sqlite3.SQLITE_DENY


async def test_no_vendor_error_escapes_any_method(records: SqlRecords) -> None:
    def refuse(connection: Connection) -> None:
        driver(connection).set_authorizer(deny)

    await records.database.write(refuse)
    # Every reader of the pool, whichever comes next.
    for _ in range(6):
        await asyncio.gather(*(records.database.read(refuse) for _ in range(3)), return_exceptions=True)
    for asked in _ASKED:
        with pytest.raises(MagicError):
            await asked(records)


@pytest.mark.parametrize("code", _CODES)
def test_every_result_code_has_words_and_a_way_out(code: int) -> None:
    vendor = sqlite3.OperationalError("what SQLite said")
    vendor.sqlite_errorcode = code | 7 << 8  # an extended code
    for error in (vendor, OperationalError("SELECT 1", None, vendor)):
        ours = translated(error, Path("/home/ann/records.sqlite3"))
        assert isinstance(ours, Temporary | Permanent)
        assert "/home/ann/records.sqlite3" in ours.what
        assert "what SQLite said" in ours.what
        assert ours.way_out


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "can't be opened by this user"), (errno.EROFS, "can't be written")],
)
def test_the_systems_errors_have_words_too(number: int, words: str) -> None:
    ours = translated(OSError(number, "no"), Path("/home/ann/records.sqlite3"))
    assert isinstance(ours, Permanent)
    assert words in str(ours)
