"""Embedded records that are gone are missed, whatever took them; a home that never had any is not asked about."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from integrations.open import begin_anew, open_ports
from integrations.records.locations import RecordsLost
from magicai.cli import main
from magicai.errors import Permanent
from magicai.settings import Settings
from tests.codes import says
from tests.contract.keeping.homes import work

RECORDS = "records.sqlite3"


async def put(home: Path, *, body: str = "a") -> None:
    """What a run leaves."""
    async with open_ports(Settings(home=home)) as ports:
        await work(ports.shops, ports.files, body)


async def runs(home: Path) -> int:
    async with open_ports(Settings(home=home)) as ports:
        return len(await ports.records.runs.listed())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one run."""
    made = tmp_path_factory.mktemp("template") / "home"
    asyncio.run(put(made))
    return made


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "home")


def removed(home: Path) -> None:
    (home / RECORDS).unlink()


def cut_to_nothing(home: Path) -> None:
    (home / RECORDS).write_bytes(b"")


def replaced_by_an_empty_database(home: Path) -> None:
    removed(home)
    with closing(sqlite3.connect(home / RECORDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def replaced_by_tables_without_rows(home: Path) -> None:
    removed(home)
    with closing(sqlite3.connect(home / RECORDS)) as connection:
        connection.executescript(TABLES)


def left_without_its_journal(home: Path) -> None:
    """All that was written was in it."""
    removed(home)
    with closing(sqlite3.connect(home / RECORDS)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    (home / f"{RECORDS}-shm").touch()


def gone_but_for_its_journal(home: Path) -> None:
    removed(home)
    (home / f"{RECORDS}-wal").write_bytes(b"all that is left")


def schema(folder: Path) -> str:
    with closing(sqlite3.connect(folder / RECORDS)) as connection:
        return "\n".join(line for line in connection.iterdump() if "magicai_alembic" in line or "INSERT" not in line)


TABLES = ""
LOST: list[Callable[[Path], None]] = [
    removed,
    cut_to_nothing,
    replaced_by_an_empty_database,
    replaced_by_tables_without_rows,
    left_without_its_journal,
    gone_but_for_its_journal,
]


@pytest.fixture(autouse=True)
def tables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "TABLES", schema(home))


def contents(home: Path) -> dict[str, bytes]:
    """What may not change; empty locks and journals are nobody's data."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.stat().st_size and not path.name.endswith("-shm")
    }


@pytest.mark.parametrize("lose", LOST)
@pytest.mark.parametrize("since", ["noted", "a home from before places were noted"])
async def test_records_that_are_gone_are_missed_and_nothing_is_made(
    home: Path, lose: Callable[[Path], None], since: str
) -> None:
    if since != "noted":
        (home / "records.json").unlink()
    lose(home)
    before = contents(home)
    for _ in range(2):  # having asked makes no difference
        with pytest.raises(RecordsLost, match=rf"{home / RECORDS} is empty.*accept records --anew.*magicai restore"):
            await runs(home)
    assert contents(home) == before


async def test_a_home_that_was_copied_without_them_misses_them(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "copy", ignore=shutil.ignore_patterns("records.sqlite3*"))
    with pytest.raises(RecordsLost, match=str(tmp_path / "copy" / RECORDS)):
        await runs(tmp_path / "copy")
    shutil.copytree(home, tmp_path / "whole")
    assert await runs(tmp_path / "whole") == 1


@pytest.mark.parametrize("lose", LOST)
async def test_they_are_begun_anew_only_where_somebody_says_so(home: Path, lose: Callable[[Path], None]) -> None:
    lose(home)
    journal = home / f"{RECORDS}-wal"
    left = journal.read_bytes() if journal.exists() else b""
    settings = Settings(home=home)
    assert str(home / RECORDS) in await begin_anew(settings)
    assert await runs(home) == 0
    if left:
        assert left in contents(home).values()
    assert await begin_anew(settings) == "", "they are there now"
    await put(home, body="b")
    assert await runs(home) == 1
    removed(home)
    with pytest.raises(RecordsLost):  # the word was for that time
        await runs(home)


async def test_a_home_from_before_places_were_noted_is_taken_in(home: Path) -> None:
    (home / "records.json").unlink()
    assert await runs(home) == 1
    removed(home)
    with pytest.raises(RecordsLost, check=says("records_lost", way="restore_data")):
        await runs(home)


async def test_whose_records_are_on_a_server_may_have_traces_without_a_file(home: Path) -> None:
    removed(home)
    (home / "records.json").write_text('["PostgreSQL at db.example"]')  # the form that it had first
    assert await runs(home) == 0


async def test_a_new_home_is_new_whatever_is_tried_there_first(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new", model="none")
    async with open_ports(settings) as ports:
        await ports.search.check()
        await ports.graph.check()
        await ports.files.check()
        assert await ports.records.runs.listed() == []
    assert await runs(tmp_path / "new") == 0
    (tmp_path / "new" / "records.json").write_text("{")  # a damaged note knows nothing
    assert await runs(tmp_path / "new") == 0


async def test_the_latest_backup_is_named(home: Path, tmp_path: Path) -> None:
    for name in ("20260101T000000.000000Z", "20260102T000000.000000Z"):
        (tmp_path / "backups" / name).mkdir(parents=True)
        (tmp_path / "backups" / name / "manifest.json").touch()
    removed(home)
    with pytest.raises(RecordsLost) as caught:
        async with open_ports(Settings(home=home, backup_dir=tmp_path)) as ports:
            await ports.records.check()
    assert "magicai restore --backup 20260102T000000.000000Z" in caught.value.way_out


async def test_where_nothing_else_is_left_either_tables_without_rows_are_no_alarm(home: Path) -> None:
    """As after the only user's data were erased."""
    replaced_by_tables_without_rows(home)
    shutil.rmtree(home / "files")
    assert await runs(home) == 0


async def test_a_file_that_vanishes_while_it_is_open_takes_no_write(home: Path) -> None:
    async with open_ports(Settings(home=home)) as ports:
        await ports.records.check()
        (home / RECORDS).rename(home / "aside")
        with pytest.raises(Permanent, check=says("records_file_replaced")):
            await ports.records.check()
        assert not (home / RECORDS).exists()
        (home / "aside").rename(home / RECORDS)
        await ports.records.check()


@pytest.mark.parametrize("command", [["runs"], ["show", "r1"], ["reconcile"], ["backup", "B"], ["resume", "r1"]])
def test_every_command_refuses(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    removed(home)
    monkeypatch.setenv("MAGICAI_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    before = contents(home)
    assert main(command) == 1
    said = capsys.readouterr().err
    assert f"SQLite at {home / RECORDS} is empty" in said
    assert "magicai stores accept records --anew" in said
    assert contents(home) == before
    assert not (tmp_path / "B").exists()
    assert main(["stores", "accept", "records", "--anew"]) == 0
    assert "started with empty records" in capsys.readouterr().err
    assert main(["runs"]) == 0
