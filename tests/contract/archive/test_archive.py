from collections.abc import Callable
from pathlib import Path

import pytest

from integrations.archive.folder import FolderArchive
from integrations.archive.sealing import AgeSeal, new_key
from magicai.errors import Conflict, Invalid, NotFound, Permanent, Refused
from magicai.ports import Archive
from tests.codes import says

KEY, PUBLIC = new_key()
IMPLEMENTATIONS: dict[str, Callable[[Path], Archive]] = {
    "folder": FolderArchive,
    "sealed folder": lambda folder: FolderArchive(folder, AgeSeal(KEY)),
}


@pytest.fixture(params=IMPLEMENTATIONS)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    return IMPLEMENTATIONS[request.param](tmp_path / "backups")


@pytest.mark.parametrize("body", [b"", b"\0\xff" * 1000, b"a" * 3_000_000])
async def test_an_item_comes_back_as_it_was_put(archive: Archive, body: bytes) -> None:
    await archive.put("records/runs.parquet", b"before")
    await archive.put("records/runs.parquet", body)
    assert await archive.get("records/runs.parquet") == body
    assert await archive.has("records/runs.parquet")
    assert not await archive.has("records")


async def test_items_are_listed_below_a_folder_and_removed(archive: Archive) -> None:
    for name in ("pool/ab/2", "pool/ab/1", "backups/one/manifest.json"):
        await archive.put(name, b"x")
    assert [name async for name in archive.names("pool")] == ["pool/ab/1", "pool/ab/2"]
    await archive.remove(["pool/ab/1", "pool/ab/2", "never/there"])
    assert [name async for name in archive.names("pool")] == []
    assert [name async for name in archive.names("backups")] == ["backups/one/manifest.json"]
    with pytest.raises(NotFound):
        await archive.get("pool/ab/1")


async def test_one_at_a_time_writes(archive: Archive, tmp_path: Path) -> None:
    other = FolderArchive(tmp_path / "backups")
    with archive.alone(), pytest.raises(Conflict, check=says("backup_already_running")), other.alone():
        pass
    with other.alone():
        pass


async def test_what_is_damaged_is_not_handed_out(archive: Archive, tmp_path: Path) -> None:
    await archive.put("item", b"words " * 1000)
    path = tmp_path / "backups" / "item"
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(body[: len(body) - 5])
    with pytest.raises((Permanent, Refused)):
        await archive.get("item")


async def test_what_is_sealed_is_not_readable_and_opens_with_its_key_only(tmp_path: Path) -> None:
    words = b"a name that nobody is to read"
    await FolderArchive(tmp_path, AgeSeal(PUBLIC)).put("item", words)
    assert words not in (tmp_path / "item").read_bytes()
    assert await FolderArchive(tmp_path, AgeSeal(KEY)).get("item") == words
    for seal, said in (
        (AgeSeal(PUBLIC), "only encrypts"),
        (AgeSeal(new_key()[0]), "another key"),
        (None, "is encrypted"),
    ):
        with pytest.raises(Refused, match=said):
            await FolderArchive(tmp_path, seal).get("item")


async def test_what_is_not_sealed_opens_whatever_the_key(tmp_path: Path) -> None:
    await FolderArchive(tmp_path).put("before", b"words")
    await FolderArchive(tmp_path, AgeSeal(PUBLIC)).put("plain", b"words", plain=True)
    for key in (KEY, PUBLIC, new_key()[0]):
        archive = FolderArchive(tmp_path, AgeSeal(key))
        assert [await archive.get("before"), await archive.get("plain")] == [b"words"] * 2


def test_both_halves_of_a_key_have_one_name_that_is_of_no_other(tmp_path: Path) -> None:
    names = [FolderArchive(tmp_path, seal).seal for seal in (AgeSeal(KEY), AgeSeal(PUBLIC), AgeSeal(new_key()[0]))]
    assert names[0] == names[1] != names[2]
    assert FolderArchive(tmp_path).seal == ""


@pytest.mark.parametrize("key", ["", "hunter2", "age1xyz", "AGE-SECRET-KEY-1XYZ"])
def test_a_key_that_is_none_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        AgeSeal(key)
    assert "MAGICAI_BACKUP_KEY" in str(refused.value)
    assert not key or key not in str(refused.value)
