import hashlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import zstandard

from integrations.files.earlier import WithEarlier
from integrations.files.folder import FolderFiles
from integrations.files.s3 import S3Files
from integrations.records import sqlite
from magicai.errors import Invalid, NotFound, Permanent
from magicai.ports import Files, Records
from magicai.runs.exports import file_in, open_file, save_file, with_document_here
from magicai.values.times import now_us
from tests.codes import says
from tests.servers import address, namespace
from tests.small_workflow import declare, finished

from .s3_keys import keys_of_s3

IMPLEMENTATIONS: dict[str, Callable[[Path], Files]] = {
    "folder": lambda home: FolderFiles(home / "files"),
    "another folder": lambda home: WithEarlier(FolderFiles(home / "files"), FolderFiles(home / "earlier")),
    "s3": lambda home: S3Files(address("s3"), namespace(), home / "files" / "results"),
}


@pytest.fixture(params=IMPLEMENTATIONS)
async def files(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Files]:
    if request.param == "s3":
        keys_of_s3(monkeypatch)
    opened = IMPLEMENTATIONS[request.param](tmp_path)
    yield opened
    await opened.discard([name async for name in opened.results()])
    await opened.prune(these([]), before=now_us() + 3_600_000_000)
    await opened.close()


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    opened = sqlite.open(tmp_path / "records.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[FolderFiles]:
    opened = FolderFiles(tmp_path / "files")
    yield opened
    await opened.close()


@contextmanager
def inside(tmp_path: Path) -> Generator[sqlite3.Connection]:
    """The file of bodies, with what is changed in it kept."""
    with closing(sqlite3.connect(tmp_path / "files" / "bodies.sqlite3")) as connection, connection:
        yield connection


def former(tmp_path: Path, body: bytes) -> Path:
    """A body as it was kept before: in a file of its own."""
    digest = hashlib.sha256(body).hexdigest()
    path = tmp_path / "files" / "bodies" / digest[:2] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zstandard.ZstdCompressor(level=1).compress(body))
    return path


async def these(digests: Iterable[str]) -> AsyncIterator[str]:
    for digest in digests:
        yield digest


BODIES = [b"", b"a", b"\0\xff" * 100, b"<html>" * 100_000, os.urandom(300_000)]


async def test_bodies_come_back_by_their_digest(files: Files) -> None:
    digests = await files.put([*BODIES, BODIES[1]])
    assert digests == [hashlib.sha256(body).hexdigest() for body in [*BODIES, BODIES[1]]]
    assert [await files.get(digest) for digest in digests] == [*BODIES, BODIES[1]]


async def test_who_knows_the_digests_has_them_taken(files: Files) -> None:
    digests = [hashlib.sha256(body).hexdigest() for body in BODIES]
    assert await files.put(BODIES, digests) == digests
    assert [await files.get(digest) for digest in digests] == BODIES


@pytest.mark.parametrize(
    "digest", ["0" * 64, "", "..", "../../results/r/report.md", "A" * 64, "0" * 63, "\0", "/etc/passwd"]
)
async def test_what_was_never_kept_is_not_found(files: Files, digest: str) -> None:
    await files.save("r/report.md", b"x")
    with pytest.raises(NotFound):
        await files.get(digest)


def held(place: str | Path) -> bytes:
    return Path(place).read_bytes()


async def read(files: Files, location: str) -> bytes:
    """A result by its location: what is there, and what a person who opens it here sees."""
    assert location.startswith(files.results_at)
    name = location.removeprefix(files.results_at)[1:]
    body = await files.result(name)
    assert held(await files.here(name)) == body
    return body


async def test_results_are_listed_read_and_discarded(files: Files) -> None:
    for name in ("run-2/report.md", "run-1/report.html", "run-1/report.md"):
        assert (await files.save(name, name.encode())).startswith(files.results_at)
    await files.put([b"no result"])
    assert [name async for name in files.results()] == ["run-1/report.html", "run-1/report.md", "run-2/report.md"]
    assert await files.result("run-1/report.md") == b"run-1/report.md"
    await files.discard(["run-1/report.md", "run-1/report.html", "never/there.md"])
    assert [name async for name in files.results()] == ["run-2/report.md"]
    with pytest.raises(NotFound):
        await files.result("run-1/report.md")


async def test_a_document_is_handed_out_byte_for_byte(
    files: Files, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch)
    written = "# As the model phrased it: «ü» 中文\r\n\n".encode()
    run = await finished(records, files, document=written)
    with await open_file(records, files, run, file_in(run, "md")) as opened:
        assert opened.read() == written
    await save_file(records, files, run, file_in(run, "md"), tmp_path / "out.md")
    assert held(tmp_path / "out.md") == written
    assert held((await with_document_here(files, run, run.result or {}))["letter"]["at"]) == written
    # One that is gone is not made anew in other words.
    await files.discard([f"{run.run_id}/letter.md"])
    with pytest.raises(NotFound, match=r"letter\.md of run .* has been deleted"):
        await open_file(records, files, run, file_in(run, "md"))


async def test_what_is_discarded_is_not_left_on_this_machine(files: Files) -> None:
    await files.save("run-1/report.md", b"x")
    place = await files.here("run-1/report.md")
    await files.discard(["run-1/report.md"])
    assert not place.exists()
    with pytest.raises(NotFound):
        await files.here("run-1/report.md")


async def test_many_bodies_are_kept_at_once(files: Files) -> None:
    bodies = [str(number).encode() for number in range(250)]
    digests = await files.put(bodies)
    assert [await files.get(digest) for digest in digests[::50]] == bodies[::50]
    assert await files.prune(these(digests[:100]), before=now_us() + 3_600_000_000) == 150


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", "a//b", ".hidden"])
async def test_nothing_but_results_is_read_or_discarded_by_name(files: Files, name: str) -> None:
    with pytest.raises(Invalid):
        await files.result(name)
    with pytest.raises(Invalid):
        await files.discard([name])
    with pytest.raises(Invalid):
        await files.here(name)


async def test_a_result_is_replaced_whole(files: Files, tmp_path: Path) -> None:
    await files.save("run-1/report.md", b"a long first version")
    assert await read(files, await files.save("run-1/report.md", b"second")) == b"second"
    (tmp_path / "third").write_bytes(b"third, from a file")
    assert await read(files, await files.save("run-1/report.md", tmp_path / "third")) == b"third, from a file"
    assert (tmp_path / "third").exists()


@pytest.mark.parametrize("name", ["run-1/report.md", "a.b/c-d_e.f", "报告/第一.html", "x", "a..b"])
async def test_results_have_ordinary_names(files: Files, name: str) -> None:
    assert await read(files, await files.save(name, b"x")) == b"x"


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a/../../x", "..", ".", "a/.", "./x", ".hidden", "a//b", "a/", "a\\b", "a\0b", "a\nb",
     "a b", "a:b", "C:/x", "a/..", "~", "a*", "a\n"],
)  # fmt: skip
async def test_a_name_that_leads_elsewhere_is_refused(files: Files, name: str) -> None:
    with pytest.raises(Invalid, match=r"valid file name|can't"):
        await files.save(name, b"x")


async def test_pruning_removes_what_is_old_and_named_by_nobody(files: Files) -> None:
    kept, dropped = await files.put([b"kept", b"dropped"])
    assert await files.prune(these([kept, "no digest"]), before=0) == 0
    assert await files.prune(these([kept, kept]), before=now_us() + 60_000_000) == 1
    assert await files.get(kept) == b"kept"
    with pytest.raises(NotFound):
        await files.get(dropped)
    assert await files.put([b"dropped"]) == [dropped]
    assert await files.get(dropped) == b"dropped"


async def test_pruning_an_empty_store_removes_nothing(files: Files) -> None:
    assert await files.prune(these([]), before=now_us()) == 0


async def test_a_check_really_tries_it_and_leaves_nothing_behind(files: Files, tmp_path: Path) -> None:
    assert "files" in await files.check()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


# ── A folder ──


async def test_an_old_body_that_is_put_again_is_not_pruned(folder: FolderFiles, tmp_path: Path) -> None:
    await folder.put([b"a"])
    with inside(tmp_path) as connection:
        connection.execute("UPDATE bodies SET kept_at = 1")
    await folder.put([b"b", b"a"])
    assert await folder.prune(these([]), before=now_us() - 3_600_000_000) == 0


async def test_a_body_that_is_there_is_not_written_again(folder: FolderFiles, tmp_path: Path) -> None:
    await folder.put([b"a"])
    await folder.put([b"b", b"a", b"b"])
    with inside(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM contents").fetchone() == (2,)


async def test_more_bodies_than_one_statement_takes_are_kept_and_pruned(folder: FolderFiles) -> None:
    bodies = [str(number).encode() for number in range(1_300)]
    digests = await folder.put(bodies)
    assert digests == await folder.put(bodies)
    assert [await folder.get(digest) for digest in digests[::99]] == bodies[::99]
    assert await folder.prune(these(digests[:100]), before=now_us() + 60_000_000) == 1_200
    assert [await folder.get(digest) for digest in digests[:100]] == bodies[:100]


async def test_pruning_gives_the_room_back(folder: FolderFiles, tmp_path: Path) -> None:
    await folder.put([os.urandom(100_000) for _ in range(20)])
    await folder.prune(these([]), before=now_us() + 60_000_000)
    with inside(tmp_path) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    assert pages < 20


@pytest.mark.parametrize("damage", [b"", b"no zstandard", None])
async def test_a_damaged_body_is_not_handed_out_and_can_be_kept_again(
    folder: FolderFiles, tmp_path: Path, damage: bytes | None
) -> None:
    digest, other = await folder.put([b"a" * 1000, b"b" * 1000])
    with inside(tmp_path) as connection:
        if damage is None:
            (damage,) = connection.execute("SELECT body FROM contents WHERE place = 2").fetchone()
        connection.execute("UPDATE contents SET body = ? WHERE place = 1", (damage,))
    with pytest.raises(NotFound, match="damaged"):
        await folder.get(digest)
    await folder.put([b"a" * 1000])
    assert [await folder.get(one) for one in (digest, other)] == [b"a" * 1000, b"b" * 1000]


async def test_a_file_of_bodies_that_is_none_says_what_to_do(folder: FolderFiles, tmp_path: Path) -> None:
    path = tmp_path / "files" / "bodies.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Permanent, check=says("database_file_invalid", way="delete_bodies_file", path=str(path))):
        await folder.put([b"a"])


async def test_a_write_that_fails_leaves_the_old_and_no_draft(
    folder: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Path(await folder.save("r/a.md", b"old"))
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        real(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Permanent, check=says("disk_full")):
        await folder.save("r/a.md", b"new and longer")
    assert held(place) == b"old"
    assert [path.name for path in place.parent.iterdir()] == ["a.md"]


async def test_a_body_in_a_file_of_its_own_is_read_and_goes_with_time(folder: FolderFiles, tmp_path: Path) -> None:
    kept, dropped = former(tmp_path, b"kept"), former(tmp_path, b"dropped")
    draft = kept.with_name(f"{kept.name}.1.abcd.part")
    draft.write_bytes(b"half")
    assert await folder.get(kept.name) == b"kept"
    assert await folder.prune(these([kept.name]), before=now_us() + 60_000_000) == 2
    assert (kept.exists(), dropped.exists(), draft.exists()) == (True, False, False)


async def test_a_damaged_body_in_a_file_of_its_own_is_not_handed_out(folder: FolderFiles, tmp_path: Path) -> None:
    path = former(tmp_path, b"a")
    path.write_bytes(b"no zstandard")
    with pytest.raises(NotFound, match="damaged"):
        await folder.get(path.name)
    assert not path.exists()
