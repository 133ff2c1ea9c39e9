"""Files whose bytes were flipped."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from integrations.records.sqlite_faults import translated
from integrations.sqlite.damage import check
from integrations.sqlite.file import SqliteFile
from magicai.errors import Invalid, Missing, Permanent

PAGE = 4096


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE words (word TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO words VALUES (?)", [(f"word {n:05}",) for n in range(2000)])
    return path


def flip(path: Path) -> None:
    body = bytearray(path.read_bytes())
    for start in range(2 * PAGE, len(body), PAGE):
        body[start : start + 100] = bytes(byte ^ 0xFF for byte in body[start : start + 100])
    path.write_bytes(body)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("records.sqlite3", "magicai restore DIR"),
        ("search.sqlite3", "magicai reconcile"),
        ("files/bodies.sqlite3", "the next crawl fetches the pages again"),
        ("chroma/magicai.versions.sqlite3", "delete the folder chroma"),
        ("prefect/prefect.db", "created again"),
    ],
)
async def test_the_doctor_reads_the_real_files(tmp_path: Path, name: str, way_out: str) -> None:
    with pytest.raises(Missing):
        await check(tmp_path)
    path = made(tmp_path / name)
    assert "read through" in await check(tmp_path)
    flip(path)
    with pytest.raises(Permanent) as told:
        await check(tmp_path)
    assert str(path) in told.value.what
    assert way_out in told.value.way_out


def read_no_text(connection: sqlite3.Connection) -> object:
    """What a read meets where the bytes of a text were flipped."""
    return connection.execute("SELECT CAST(x'ff41' AS TEXT)").fetchall()


async def test_flipped_bytes_are_nobodys_request(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "x.sqlite3", "")
    with pytest.raises(Permanent, match="is damaged") as told:
        await file.read(read_no_text)
    await file.close()
    assert not isinstance(told.value, Invalid)
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(sqlite3.OperationalError) as raised:
        read_no_text(connection)
    ours = translated(raised.value, tmp_path / "records.sqlite3")
    assert not isinstance(ours, Invalid)
    assert "magicai restore DIR" in ours.way_out


async def test_a_file_that_was_removed_while_it_was_open_is_made_anew(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "x.sqlite3", "CREATE TABLE IF NOT EXISTS t (n INTEGER)")
    insert = "INSERT INTO t VALUES (1)"
    await file.write(lambda connection: connection.execute(insert))
    await file.write_small(lambda connection: connection.execute(insert))
    for left in ("", "-wal", "-shm"):
        tmp_path.joinpath(f"x.sqlite3{left}").unlink()
    count = "SELECT count(*) FROM t"
    assert await file.read(lambda connection: connection.execute(count).fetchone()) == (0,)
    await file.write_small(lambda connection: connection.execute(insert))
    await file.write(lambda connection: connection.execute(insert))
    await file.close()
    with closing(sqlite3.connect(tmp_path / "x.sqlite3")) as another:
        assert another.execute(count).fetchone() == (2,)
