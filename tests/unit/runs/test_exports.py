from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from integrations.files.folder import FolderFiles
from magicai.errors import Invalid, NotFound, Permanent
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.exports import document_of, file_called, file_in, files_of, open_file, save_file
from magicai.runs.panel import Panel
from magicai.runs.views.panels import panels_of
from magicai.runs.workflow import Document, Export, Workflow
from tests.small_workflow import WORKFLOW, Tally, TallyResult, declare, finished, quality, write_csv


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "files")


async def test_a_run_hands_out_what_its_workflow_declares(records: Records, files: FolderFiles) -> None:
    run = await finished(records, files)
    assert [(file.name, file.media_type) for file in files_of(run)] == [
        ("what-was-counted.csv", "text/csv; charset=utf-8"),
        ("raw.raw", "application/octet-stream"),
        ("letter.md", "text/markdown; charset=utf-8"),
    ]
    with await open_file(records, files, run, file_in(run, "csv")) as opened:
        assert opened.read() == b"apples,3\r\npears,2\r\n"


async def test_a_format_that_a_run_has_not_is_refused_with_those_that_it_has(
    records: Records, files: FolderFiles
) -> None:
    run = await finished(records, files)
    with pytest.raises(Invalid, match=r"has no format 'pdf'\. Available: csv, raw, md\."):
        file_in(run, "pdf")
    with pytest.raises(Invalid, match=r"has no file '\.\./letter\.md'\. Available: what-was-counted\.csv"):
        file_called(run, "../letter.md")


async def test_a_result_that_lacks_a_part_is_not_exported_and_what_is_there_is(
    records: Records, files: FolderFiles
) -> None:
    run = await finished(records, files, rows=None)
    assert [file.format for file in files_of(run)] == ["md"]
    assert [panel.title for panel in await panels_of(records, run)] == ["Letter", "Files"]


async def test_a_run_without_a_result_or_of_an_unknown_workflow_has_no_files(
    records: Records, files: FolderFiles
) -> None:
    run = await finished(records, files)
    for bare in (run.model_copy(update={"result": None}), run.model_copy(update={"workflow": "of-tomorrow"})):
        assert files_of(bare) == []
        assert await panels_of(records, bare) == []
        with pytest.raises(NotFound, match="has no files"):
            file_in(bare, "csv")


@pytest.mark.parametrize("place", ["{other}", "/etc/passwd", "", 7, None, "s3://bucket/results/another/letter.md"])
async def test_no_result_can_name_what_is_not_its_own_runs(records: Records, files: FolderFiles, place: object) -> None:
    other = await files.save("somebody-elses/letter.md", b"secret")
    at = place.format(other=other) if isinstance(place, str) else place
    run = await finished(records, files, letter={"at": at})
    assert [file.format for file in files_of(run)] == ["csv", "raw"]


async def test_panels_are_shown_that_have_something_to_show(records: Records, files: FolderFiles) -> None:
    run = await finished(records, files)
    assert [(panel.kind, panel.title) for panel in await panels_of(records, run)] == [
        ("document", "Letter"), ("table", "Counts"), ("files", "Files")
    ]  # fmt: skip


async def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_else(
    records: Records, files: FolderFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, folder = await finished(records, files), tmp_path / "out"
    folder.mkdir()
    path = folder / "out.csv"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("magicai.runs.whole_file.os.fsync", full)
        with pytest.raises(Permanent, match=r"out\.csv cannot be written to: No space left on device") as caught:
            await save_file(records, files, run, file_in(run, "csv"), path)
    assert caught.value.way_out
    assert path.read_text(encoding="utf-8") == "old"
    assert list(folder.iterdir()) == [path]
    with pytest.raises(Permanent, match="nowhere"):
        await save_file(records, files, run, file_in(run, "md"), tmp_path / "nowhere" / "out.md")


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    same = Export(format="md", media_type="text/markdown", write=write_csv)
    for said, more in (
        ("the format 'md' twice", {"exports": (same,), "document": Document(formats={"md": "letter.at"})}),
        ("shows a document, and declares none", {"panels": (Panel(kind="document", title="Letter"),)}),
    ):
        with pytest.raises(ValueError, match=said):
            Workflow(name="w", request=Tally, result=TallyResult, quality=quality, **more)  # pyright: ignore[reportArgumentType]
    assert WORKFLOW.panels


async def test_a_person_opens_the_first_format_that_is_declared(
    records: Records, files: FolderFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document(formats={"md": "letter.at", "html": "letter.html"})
    known = replace(WORKFLOW, document=document)

    def workflow(_name: str) -> Workflow:
        return known

    run = await finished(records, files)
    assert run.result is not None
    both = {**run.result, "letter": {**run.result["letter"], "html": run.result["letter"]["at"]}}
    monkeypatch.setattr(registry, "workflow", workflow)
    assert document_of(run.model_copy(update={"result": both})).format == "md"


async def test_an_opened_export_is_in_no_folder_that_is_removed(
    records: Records, files: FolderFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_up = TemporaryDirectory[str].cleanup
    still_open: list[str] = []

    def look_and_clean_up(folder: TemporaryDirectory[str]) -> None:
        still_open.extend(one.path for one in psutil.Process().open_files() if one.path.startswith(folder.name))
        clean_up(folder)

    run = await finished(records, files)
    monkeypatch.setattr(TemporaryDirectory, "cleanup", look_and_clean_up)
    with await open_file(records, files, run, file_in(run, "csv")) as opened:
        assert opened.read() == b"apples,3\r\npears,2\r\n"
    assert still_open == [], "Windows removes no file that is open"
