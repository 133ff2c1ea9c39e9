"""`magicai knowledge add` hands files in, and names what it can't."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from integrations.open import Ports
from magicai.cli.local import with_ports
from magicai.cli.subjects.knowledge import knowledge
from magicai.cli.subjects.knowledge_feedback import feedback
from magicai.errors import Invalid
from magicai.knowledge.interactions import Interaction, interaction_entity
from magicai.knowledge.search_and_answer import SearchAndAnswer
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from tests.unit.knowledge.shut_folder import forbid


class Installed:
    """An installation that notes what it is asked for, and a run that is started."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.values: dict[str, Any] = {}

    async def find_interrupted(self) -> list[object]:
        self.asked.append("records")
        return []

    async def upload(self, path: Path) -> str:
        self.asked.append(path.name)
        return f"id-{path.name}"

    async def find(self, run_id: str) -> object:
        return SimpleNamespace(run_id=f"whole-{run_id}")


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Installed:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    made = Installed()

    @asynccontextmanager
    async def open_installation(*_: object) -> AsyncGenerator[Installed]:
        yield made

    async def start(_workflow: str, _model: object, values: dict[str, Any], *_: object) -> int:
        made.values = values
        return 0

    monkeypatch.setattr("magicai.cli.installation.open_installation", open_installation)
    monkeypatch.setattr("magicai.cli.foreground.start_and_follow", start)
    return made


def test_files_addresses_and_runs_are_added_together(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name, text in (("a.md", "x"), ("b.exe", "x"), ("empty.txt", "")):
        (tmp_path / "docs" / name).write_text(text)
    words = ["add", str(tmp_path / "docs"), "https://docs.example", "--max-pages", "5", "--run", "0199"]
    result = CliRunner().invoke(knowledge, words, standalone_mode=False)
    assert result.return_value == 3, "what is skipped makes it partial"
    assert "b.exe: its type is not supported" in result.stderr
    assert "empty.txt: empty" in result.stderr
    # Files that are there without records look like a loss: the records come first.
    assert installed.asked == ["records", "a.md"]
    assert installed.values == {
        "files": ["id-a.md"], "sources": ["a.md"], "urls": ["https://docs.example"], "max_pages": 5,
        "runs": ["whole-0199"], "collection": "default",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "why"),
    [([], "There is no document to add"), (["nowhere"], "nowhere: there is no such file or folder")],
)
def test_nothing_to_add_is_said(installed: Installed, words: list[str], why: str) -> None:
    result = CliRunner().invoke(knowledge, ["add", *words])
    assert why in str(result.exception)
    assert installed.values == {}


def test_a_folder_whose_missing_files_are_removed_says_what_it_still_has(installed: Installed, tmp_path: Path) -> None:
    for name, text in (("a.md", "x"), ("empty.txt", "")):
        (tmp_path / name).write_text(text)
    CliRunner().invoke(knowledge, ["add", str(tmp_path), "--remove-missing"], standalone_mode=False)
    assert installed.values["remove_missing"]
    assert (installed.values["sources"], installed.values["present"]) == (["a.md"], ["empty.txt"])
    refused = CliRunner().invoke(knowledge, ["add", str(tmp_path / "a.md"), "--remove-missing"], standalone_mode=False)
    assert isinstance(refused.exception, Invalid)


def test_folders_that_can_not_be_read_whole_remove_nothing(
    installed: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a", "b/shut", "c"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("a/a.md", "b/b.md", "b/shut/s.md", "b.md"):
        (tmp_path / name).write_text("x")
    (tmp_path / "a" / "away.md").symlink_to(tmp_path / "mount" / "away.md")
    forbid(monkeypatch, tmp_path / "b" / "shut")
    for folder, why in (("b", "Permission denied"), ("c", "it has no files")):
        words = ["add", str(tmp_path / "a"), str(tmp_path / folder), "--remove-missing"]
        refused = CliRunner().invoke(knowledge, words, standalone_mode=False)
        assert f"{why}. With --remove-missing, its documents would be removed." in str(refused.exception)
        assert installed.values == {}
    CliRunner().invoke(knowledge, ["add", str(tmp_path / "a"), "--remove-missing"], standalone_mode=False)
    assert installed.values["present"] == ["away.md"]
    result = CliRunner().invoke(knowledge, ["add", str(tmp_path / "b")], standalone_mode=False)
    assert (result.return_value, installed.values["sources"]) == (3, ["b.md"])
    assert f"skipped  {tmp_path}/b/shut: Permission denied" in result.stderr


def test_a_link_that_leads_out_of_the_folder_is_not_followed_and_that_is_said(
    installed: Installed, tmp_path: Path
) -> None:
    """A folder that somebody else has filled hands in nothing of its reader's."""
    folder, private = tmp_path / "docs", tmp_path / "private"
    (folder / ".git").mkdir(parents=True)
    private.mkdir()
    for path in (folder / "a.md", folder / ".git" / "config.txt", private / "diary.md"):
        path.write_text("x")
    links = {"out.md": private / "diary.md", "up.md": Path("../private/diary.md"), "in.md": folder / "a.md",
             "hidden.txt": folder / ".git" / "config.txt", "hop.md": folder / "out.md"}  # fmt: skip
    for name, to in links.items():
        (folder / name).symlink_to(to)
    (folder / "folder").symlink_to(private)
    for number in range(20):
        (folder / f"out{number}.md").symlink_to(private / "diary.md")
    result = CliRunner().invoke(knowledge, ["add", str(folder)], standalone_mode=False)
    assert installed.values["sources"] == ["a.md", "in.md"]
    assert "out.md: a link to a file outside the folder" in result.stderr
    assert "skipped  4 more: a link to a file outside the folder" in result.stderr
    # Who names a link means what it leads to.
    (tmp_path / "named").symlink_to(folder)
    for named in (tmp_path / "named", folder / "out.md"):
        CliRunner().invoke(knowledge, ["add", str(named)], standalone_mode=False)
        assert installed.values["sources"] == (["out.md"] if named.name == "out.md" else ["a.md", "in.md"])


def test_two_files_that_would_be_one_document_are_refused(installed: Installed, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "readme.md").write_text(folder)
    refused = CliRunner().invoke(knowledge, ["add", str(tmp_path / "a"), str(tmp_path / "b")], standalone_mode=False)
    assert "would both be the document readme.md" in str(refused.exception)
    assert installed.values == {}


def test_an_answer_is_found_by_the_id_that_lists_of_runs_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))

    async def answered(ports: Ports) -> str:
        request = SearchAndAnswer(query="Who?")
        owner_id = ports.settings.owner
        run = await accept(ports.records, "search-and-answer", request, owner_id=owner_id, origin=Origin.CLI)
        asked = Interaction(
            interaction_id=run.run_id, query="Who?", language="en", collections=(), answerable="no",
             answer="", passages=(), at=1,
        )  # fmt: skip
        await ports.records.entities.save([interaction_entity(asked, owner_id=owner_id)])
        return run.run_id

    run_id = with_ports(answered)
    given = CliRunner().invoke(feedback, ["give", run_id[-8:], "--helpful", "--json"], standalone_mode=False)
    assert f'"{run_id}"' in given.output, given.exception
    undone = CliRunner().invoke(feedback, ["undo", run_id[-8:]], standalone_mode=False)
    assert undone.exception is None
