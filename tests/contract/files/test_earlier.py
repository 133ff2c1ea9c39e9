"""An address of a bucket that is set later: what lies in the installation's folder is found, and goes when it must."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.files.earlier import WithEarlier
from integrations.files.folder import FolderFiles
from integrations.files.s3 import S3Files
from integrations.open import open_ports
from magicai.errors import NotFound
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.servers import address, namespace

from .s3_keys import keys_of_s3


async def these(digests: list[str]) -> AsyncIterator[str]:
    for digest in digests:
        yield digest


def settings(home: Path, **values: object) -> Settings:
    return Settings(home=home, stores_accepted="all", files_url="s3://magicai", **values)


async def keep(home: Path) -> str:
    """A body and a report in the folder."""
    files = FolderFiles(home / "files")
    (digest,) = await files.put([b"<html>before</html>"])
    await files.save("a/report.md", b"before")
    await files.close()
    return digest


async def test_what_was_kept_before_is_found_counted_and_removed(tmp_path: Path) -> None:
    digest = await keep(tmp_path)
    files = WithEarlier(FolderFiles(tmp_path / "bucket"), FolderFiles(tmp_path / "files"))
    await files.save("b/report.md", b"after")
    (later,) = await files.put([b"after"])
    assert [await files.get(one) for one in (digest, later)] == [b"<html>before</html>", b"after"]
    assert await files.result("a/report.md") == b"before"
    assert (await files.here("a/report.md")).read_bytes() == b"before"
    assert [name async for name in files.results()] == ["a/report.md", "b/report.md"]
    await files.discard(["a/report.md"])
    assert await files.prune(these([later]), before=now_us() + 1) == 1
    assert [name async for name in files.results()] == ["b/report.md"]
    with pytest.raises(NotFound):
        await files.get(digest)
    await files.close()


async def test_it_is_looked_for_where_the_records_stay_and_something_is_there(tmp_path: Path) -> None:
    async with open_ports(settings(tmp_path)) as ports:
        assert isinstance(ports.files, S3Files)
    await keep(tmp_path)
    async with open_ports(settings(tmp_path)) as ports:
        assert isinstance(ports.files, WithEarlier)
    # Those of other records are left alone: what lies there may belong to the ones that were here before.
    async with open_ports(settings(tmp_path, database_url="postgresql://db.example/magicai")) as ports:
        assert isinstance(ports.files, S3Files)


async def test_a_bucket_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys_of_s3(monkeypatch)
    digest = await keep(tmp_path)
    there = Settings(home=tmp_path, stores_accepted="all", files_url=address("s3"), namespace=namespace())
    async with open_ports(there) as ports:
        assert await ports.files.get(digest) == b"<html>before</html>"
        await ports.files.save("b/report.md", b"after")
        assert [name async for name in ports.files.results()] == ["a/report.md", "b/report.md"]
        assert [await ports.files.result(f"{run}/report.md") for run in "ab"] == [b"before", b"after"]
        await ports.files.discard(["b/report.md"])
