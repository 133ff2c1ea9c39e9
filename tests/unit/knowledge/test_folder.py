"""Which files of a folder become documents, and what is said of the others; it may change meanwhile."""

import os
from pathlib import Path

import pytest

from magicai.errors import Invalid
from magicai.knowledge.folder import files_in, hand_in, why_not
from magicai.messages import plain, say
from tests.unit.knowledge.shut_folder import forbid


def test_a_folder_has_its_files_by_their_paths_in_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/guide.md", "top.txt", ".hidden.md", "~$top.docx"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("x")
    assert list(files_in(tmp_path).files) == ["a/guide.md", "top.txt"]
    assert files_in(tmp_path / "top.txt").files == {"top.txt": tmp_path / "top.txt"}


def test_what_can_be_no_document_is_named_with_the_reason(tmp_path: Path) -> None:
    for name, text in (("a.exe", "MZ"), ("empty.md", ""), ("fine.md", "x")):
        (tmp_path / name).write_text(text)
    with (tmp_path / "huge.pdf").open("wb") as file:
        file.truncate(2_000_000_000)
    said = {source: why_not(source, file, tmp_path) for source, file in files_in(tmp_path).files.items()}
    assert said == {
        "a.exe": say("file_type_unsupported"),
        "empty.md": say("file_without_content"),
        "fine.md": None,
        "huge.pdf": say("file_over_limit", size="2000 MB", limit="100 MB"),
    }
    (tmp_path / "fine.md").unlink()
    assert why_not("fine.md", tmp_path / "fine.md", tmp_path) == say("file_removed")
    assert why_not("d/" * 250 + "a.md", tmp_path / "empty.md", tmp_path) == say("file_path_too_long", limit=500)


def test_links_that_lead_nowhere_or_in_a_circle_are_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "away.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "circle.md").symlink_to(tmp_path / "circle.md")
    said = {source: why_not(source, file, tmp_path) for source, file in files_in(tmp_path).files.items()}
    assert said == dict.fromkeys(("away.md", "circle.md"), say("file_link_broken"))


def test_what_can_not_be_listed_is_not_taken_for_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("open", "shut"):
        (tmp_path / folder / "deep").mkdir(parents=True)
        (tmp_path / folder / "deep" / "a.md").write_text("x")
    forbid(monkeypatch, tmp_path / "shut")
    listing = files_in(tmp_path)
    assert (list(listing.files), listing.unseen) == (["open/deep/a.md"], {"shut": plain("Permission denied")})
    assert [listing.may_have(one) for one in ("shut/deep/a.md", "shut/b.md", "open/b.md", "shut.md")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert files_in(tmp_path / "nowhere").may_have("a.md")


def test_a_name_that_is_no_text_is_told_as_one(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    except OSError:
        pytest.skip("this file system takes only names that are text")
    assert list(files_in(tmp_path).files) == ["caf�.md"]


async def test_a_file_that_is_written_meanwhile_is_handed_in_once_it_is_still(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("one")
    seen: list[str] = []

    def read(file: Path) -> str:
        seen.append(file.read_text())
        if len(seen) == 1:
            file.write_text("one two")
        return f"id-{len(seen)}"

    async def upload(file: Path) -> str:
        return read(file)

    assert (await hand_in(path, upload), seen) == ("id-2", ["one", "one two"])


async def test_a_file_that_is_never_still_or_gone_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("one")

    def read(file: Path) -> str:
        file.write_text(file.read_text() + "!")
        return "id"

    async def upload(file: Path) -> str:
        return read(file)

    with pytest.raises(Invalid, match="changed while it was read"):
        await hand_in(path, upload)
    path.unlink()
    with pytest.raises(Invalid, match="removed while the folder was read"):
        await hand_in(path, upload)
