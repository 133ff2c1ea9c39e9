"""A disk without room: what is said, and what is set aside for that."""

import errno
import logging
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integrations import logs
from integrations.records.sqlite_faults import translated
from integrations.sqlite.file import SqliteFile
from magicai import space
from magicai.api.problems import of_error
from magicai.errors import NoSpace, Permanent
from magicai.settings import Settings
from magicai.space import check_room, keep_reserve, reserve_freed, unwritable


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes that are free, as the system says."""
    bytes_free = [10**9]

    def usage(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=bytes_free[0])

    monkeypatch.setattr(shutil, "disk_usage", usage)
    monkeypatch.setattr(space, "_RESERVE_BYTES", 5_000_000)
    return bytes_free


def test_no_space_is_told_apart_from_no_right() -> None:
    assert isinstance(unwritable(Path("x"), OSError(errno.ENOSPC, "No space left on device")), NoSpace)
    assert not isinstance(unwritable(Path("x"), OSError(errno.EACCES, "Permission denied")), NoSpace)


@pytest.mark.usefixtures("free")
def test_whoever_asks_the_gateway_is_told_that_it_is_not_their_fault_and_no_path() -> None:
    answer = of_error(NoSpace("/home/ann/records.sqlite3: no.", way_out="To free space: magicai prune"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert b"magicai prune" in answer.body
    assert b"/home" not in answer.body


def test_a_gateway_without_room_is_not_ready(free: list[int], tmp_path: Path) -> None:
    check_room(tmp_path)
    free[0] = 1000
    with pytest.raises(NoSpace, match="magicai prune"):
        check_room(tmp_path)


async def test_what_sqlite_calls_a_fault_of_the_disk_is_a_full_one(free: list[int], tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    assert not isinstance(translated(error, tmp_path / "records.sqlite3"), NoSpace)
    free[0] = 0
    assert isinstance(translated(error, tmp_path / "records.sqlite3"), NoSpace)

    def fail(_: sqlite3.Connection) -> None:
        raise error

    file = SqliteFile(tmp_path / "x.sqlite3", "")
    with pytest.raises(NoSpace):
        await file.read(fail)
    await file.close()


def test_what_was_set_aside_lets_prune_work_on_a_full_disk_and_is_set_aside_again(
    free: list[int], tmp_path: Path
) -> None:
    reserve = tmp_path / "reserve"
    free[0] = 6_000_000
    keep_reserve(tmp_path)
    assert not reserve.exists(), "not of the last bytes"
    free[0] = 10**9
    keep_reserve(tmp_path)
    assert reserve.stat().st_size == 5_000_000
    with reserve_freed(tmp_path):
        assert reserve.exists(), "there is room"
    free[0] = 0
    with reserve_freed(tmp_path):
        assert not reserve.exists()
        free[0] = 10**9
    assert reserve.exists()


def test_who_has_no_room_even_to_prune_is_not_told_to_prune(free: list[int], tmp_path: Path) -> None:
    free[0] = 0
    with pytest.raises(NoSpace, match="other files of this disk") as told, reserve_freed(tmp_path):
        raise NoSpace("disk_full", home="a")
    assert "prune" not in told.value.way_out


async def test_a_line_that_finds_no_room_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    with logs.log_to(Path("/dev/full"), Settings(home=tmp_path)):
        logging.getLogger("magicai").error("this is lost")
    assert not capsys.readouterr().err

    def to_nowhere(_: Path, settings: Settings, **bound: Any) -> object:
        return log_to(Path("/dev/full"), settings, **bound)

    log_to = logs.log_to
    monkeypatch.setattr(logs, "log_to", to_nowhere)

    def nothing(*_: object, **__: object) -> str:
        return ""

    monkeypatch.setattr(Path, "read_text", nothing)
    with pytest.raises(NoSpace, match="is full"):
        await logs.check(Settings(home=tmp_path))
    assert issubclass(NoSpace, Permanent)
