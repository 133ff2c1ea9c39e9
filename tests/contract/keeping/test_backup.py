"""Backups of a whole installation with real stores, and what comes of them."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path, PurePath

import pytest

from integrations.archive.folder import FolderArchive
from integrations.archive.sealing import AgeSeal, new_key
from magicai.errors import Conflict, NotFound, Permanent, Temporary
from magicai.stores import backup as app
from magicai.stores.backup import back_up, backups, manifest_of, note_erasure, pooled, was_erased
from magicai.stores.restore import chosen, fill, restore
from magicai.values.times import now_us, to_iso
from tests.codes import says
from tests.contract.keeping.homes import Home, quiet

SECRET, PUBLIC = new_key()


async def restored(folder: Path, archive: FolderArchive, name: str | None = None) -> Home:
    made = Home(folder)
    manifest = await manifest_of(archive, chosen(await backups(archive), name, where="here"))
    await restore(made.records, made.files, archive, manifest, report=quiet)
    assert (await fill(made.records, made.stores, report=quiet)).as_json()["differences"] == 0
    return made


async def _paths(archive: FolderArchive) -> AsyncIterator[PurePath]:
    async for name in archive.names(""):
        yield PurePath(name)


async def test_a_restored_installation_answers_as_the_old_one_did(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    await back_up(home.records, home.files, archive, keep=7, report=quiet)
    before = await home.answers()
    other = await restored(tmp_path / "elsewhere", archive)
    assert await other.answers() == before
    (run, *_) = await other.records.runs.listed()
    result = (await other.records.runs.get(run.run_id)).result
    assert result is not None
    assert str(tmp_path / "elsewhere") in result["report"]["markdown"], "a report's path leads to where it is now"
    await other.close()


async def test_a_later_backup_copies_only_new_bodies_and_the_oldest_is_retired(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    first = await back_up(home.records, home.files, archive, keep=2, report=quiet)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "backups/pool").rglob("*") if path.is_file()}
    await home.work("d")
    await back_up(home.records, home.files, archive, keep=2, report=quiet)
    assert {path: path.stat().st_mtime_ns for path in times} == times
    third = await back_up(home.records, home.files, archive, keep=2, report=quiet)
    assert first.name not in await backups(archive)
    assert (await backups(archive))[-1] == third.name
    await back_up(home.records, home.files, archive, keep=1, report=quiet)
    assert len(await backups(archive)) == 1
    other = await restored(tmp_path / "elsewhere", archive)
    assert len(await other.records.runs.listed()) == 4
    await other.close()


@pytest.mark.parametrize("key", ["", PUBLIC], ids=["open", "sealed"])
async def test_backups_of_nothing_push_no_other_out(home: Home, tmp_path: Path, key: str) -> None:
    archive = FolderArchive(tmp_path / "backups", AgeSeal(key) if key else None)
    for name in "abcdefgh":
        await home.files.save(f"run/{name}.md", name.upper().encode())
    good = await back_up(home.records, home.files, archive, keep=1, report=quiet)
    nothing = Home(tmp_path / "nothing")
    for number in (2, 3):  # the second is as large as the first
        made = await back_up(nothing.records, nothing.files, archive, keep=1, report=quiet)
        assert made.smaller_than == good.name
        assert len(await backups(archive)) == number
    fewer = await back_up(home.records, nothing.files, archive, keep=1, report=quiet)
    assert fewer.smaller_than == good.name, "as many rows, and no results"
    await nothing.close()
    made = await back_up(home.records, home.files, archive, keep=1, report=quiet)
    assert (made.smaller_than, await backups(archive)) == ("", [made.name])


async def test_it_may_shrink_where_somebody_says_so(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    await back_up(home.records, home.files, archive, keep=1, report=quiet)
    nothing = Home(tmp_path / "nothing")
    made = await back_up(nothing.records, nothing.files, archive, keep=1, report=quiet, shrink=True)
    assert await backups(archive) == [made.name]
    await nothing.close()


async def test_a_body_that_no_backup_names_any_more_is_removed(home: Home, archive: FolderArchive) -> None:
    made = await back_up(home.records, home.files, archive, keep=1, report=quiet)
    (name, digest) = next(iter(made.results.items()))
    await home.files.discard([name])
    assert await archive.has(pooled(digest))
    await back_up(home.records, home.files, archive, keep=1, report=quiet)
    assert not await archive.has(pooled(digest))


async def test_a_clock_that_was_ahead_costs_no_later_backup(
    home: Home, archive: FolderArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as for_now:
        for_now.setattr(app, "now_us", lambda: now_us() + 86_400_000_000)
        await back_up(home.records, home.files, archive, keep=1, report=quiet)
    made = await back_up(home.records, home.files, archive, keep=1, report=quiet)
    assert await backups(archive) == [made.name]
    assert made.made_at <= to_iso(now_us()), "when it was made is told by the clock"
    await note_erasure(archive, "ann")
    assert await was_erased(archive, "ann", since=made.name)


@pytest.mark.parametrize("first", ["", PUBLIC, new_key()[0]], ids=["none", "ours", "another"])
async def test_another_key_seals_everything_anew_and_backups_from_before_are_retired_all_the_same(
    home: Home, tmp_path: Path, first: str
) -> None:
    def archive_of(key: str) -> FolderArchive:
        return FolderArchive(tmp_path / "backups", AgeSeal(key) if key else None)

    for _ in range(2):
        await back_up(home.records, home.files, archive_of(first), keep=7, report=quiet)
    sealed = archive_of(SECRET)
    await back_up(home.records, home.files, sealed, keep=7, report=quiet)
    other = await restored(tmp_path / "other", sealed)
    assert await other.answers() == await home.answers()
    await other.close()
    await back_up(home.records, home.files, sealed, keep=1, report=quiet)
    assert len(await backups(sealed)) == 1
    assert {path.parts[0] async for path in _paths(sealed)} <= {"backups", f"pool-{sealed.seal}", "lock"}


async def test_of_a_backup_that_can_not_be_read_everything_stays(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    (shared,) = (tmp_path / "backups").rglob("shared.txt")
    shared.unlink()  # it was made before there was one
    (tmp_path / "backups" / "backups" / made.name / "manifest.json").write_bytes(b"damaged")
    await home.files.discard(list(made.results))
    await back_up(home.records, home.files, archive, keep=7, report=quiet)
    assert [await archive.has(pooled(digest)) for digest in made.results.values()] == [True] * 3


async def test_a_result_that_is_removed_meanwhile_is_left_out(
    home: Home, archive: FolderArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(name: str) -> bytes:
        raise NotFound(name)

    monkeypatch.setattr(home.files, "result", gone)
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    assert made.results == {}


async def test_it_counts_as_restored_only_once_what_belongs_to_it_is_done(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    other = Home(tmp_path / "other")
    tries: list[bool] = []

    async def erase_again() -> None:
        tries.append(await other.records.leases.current("restore") is not None)
        if len(tries) == 1:
            raise Temporary("The power is gone.")

    with pytest.raises(Temporary):
        await restore(other.records, other.files, archive, made, report=quiet, last=erase_again)
    await restore(other.records, other.files, archive, made, report=quiet, last=erase_again)
    assert tries == [True, True]
    assert await other.records.leases.current("restore") is None
    await other.close()


async def test_an_installation_in_use_is_not_overwritten(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    other = Home(tmp_path / "other")
    await other.work("mine")
    with pytest.raises(Conflict, check=says("installation_not_empty")):
        await restore(other.records, other.files, archive, made, report=quiet)
    assert len(await other.records.runs.listed()) == 1
    await other.close()


@pytest.mark.parametrize("of", ["records", "pool"])
async def test_a_damaged_backup_is_refused_before_anything_is_written(
    home: Home, archive: FolderArchive, tmp_path: Path, of: str
) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    path = next(path for path in sorted((tmp_path / "backups").rglob("*")) if path.is_file() and of in path.parts)
    path.unlink()
    other = Home(tmp_path / "other")
    with pytest.raises((Permanent, NotFound)):
        await restore(other.records, other.files, archive, made, report=quiet)
    assert await other.records.copying.empty()
    await other.close()


@pytest.mark.parametrize("how", ["rotten", "missing"])
async def test_what_is_damaged_is_done_without_where_that_is_wanted(
    home: Home, archive: FolderArchive, tmp_path: Path, how: str
) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    paths = [path for path in sorted((tmp_path / "backups").rglob("*")) if path.is_file() and "pool" in path.parts]
    assert len(paths) > 1
    if how == "missing":
        paths[0].unlink()
    else:
        body = bytearray(paths[0].read_bytes())
        body[-1] ^= 1
        paths[0].write_bytes(body)
    other = Home(tmp_path / "other")
    with pytest.raises(Permanent, match="without-damaged"):
        await restore(other.records, other.files, archive, made, report=quiet)
    told: list[str] = []
    lacking = await restore(other.records, other.files, archive, made, report=told.append, without_damaged=True)
    assert [f"skipped: {one}" for one in lacking] == [words for words in told if words.startswith("skipped")]
    assert len(lacking) == 1
    assert len(await other.records.runs.listed()) == len(await home.records.runs.listed())
    await other.close()


async def test_what_differs_from_the_backup_in_the_end_is_said(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    made = await back_up(home.records, home.files, archive, keep=7, report=quiet)
    (runs,) = [table for table in made.tables if table.name == "runs"]
    fewer = made.model_copy(update={"tables": tuple(
        table.model_copy(update={"parts": ()}) if table == runs else table
        for table in made.tables if table.name in ("runs", "entities")
    )})  # fmt: skip
    other = Home(tmp_path / "other")
    with pytest.raises(Permanent, check=says("restored_rows_mismatch", name="runs", rows=0)):
        await restore(other.records, other.files, archive, fewer, report=quiet)
    await other.close()


CUT = """
import asyncio, os, signal, sys
from pathlib import Path
from integrations.archive.folder import FolderArchive
from integrations.files.folder import FolderFiles
from integrations.records import sqlite
from magicai.stores import backup
from magicai.stores import restore

async def main(home, folder):
    records, files = sqlite.open(home / "records.sqlite3"), FolderFiles(home / "files")
    archive = FolderArchive(folder)
    def told(words):
        if words.startswith("records"):
            os.kill(os.getpid(), signal.SIGKILL)
    if await backup.backups(archive):
        manifest = await backup.manifest_of(archive, (await backup.backups(archive))[-1])
        await restore.restore(records, files, archive, manifest, report=told)
    else:
        await backup.back_up(records, files, archive, keep=7, report=told)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""


def killed(home: Path, folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", CUT, str(home), str(folder)], check=False).returncode


async def test_a_backup_that_was_killed_counts_for_nothing_and_is_cleared_away(
    home: Home, archive: FolderArchive, tmp_path: Path
) -> None:
    assert killed(home.folder, tmp_path / "backups") == -signal.SIGKILL
    assert await backups(archive) == []
    left = [name async for name in archive.names("backups")]
    assert left
    await back_up(home.records, home.files, archive, keep=7, report=quiet)
    assert not {*left} & {name async for name in archive.names("backups")}


async def test_a_restoration_that_was_killed_goes_on(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    await back_up(home.records, home.files, archive, keep=7, report=quiet)
    assert killed(tmp_path / "other", tmp_path / "backups") == -signal.SIGKILL
    other = await restored(tmp_path / "other", archive)
    assert await other.answers() == await home.answers()
    await other.close()


async def test_only_its_owner_may_read_a_backup(home: Home, archive: FolderArchive, tmp_path: Path) -> None:
    await back_up(home.records, home.files, archive, keep=7, report=quiet)
    top = tmp_path / "backups"
    files = [path for path in top.rglob("*") if path.is_file() and path.name != "lock"]
    assert {path.stat().st_mode & 0o077 for path in [top, *files]} == {0}
