"""Files of runs as documents: a report, and the products of a crawl row by row."""

import re

from magicai.errors import Invalid
from magicai.knowledge.add_documents import SUFFIXES
from magicai.ports import Files, Records
from magicai.runs.exports import RunFile, file_called, files_of, open_file
from magicai.runs.run import Run

_OF_RUN = re.compile(r"[a-z-]+/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/[^/]+")
# Of exports, one says what the others do: rows first, as each is a passage.
_EXPORTS = ("csv", "xlsx", "md", "html", "docx", "pptx", "pdf", "txt")


def documents_of(run: Run) -> list[RunFile]:
    """The files of a run that are worth adding: its main document, and one of its exports.

    Raises:
        Invalid: it has none that can be read.
    """
    files = [file for file in files_of(run) if file.name.lower().endswith(SUFFIXES)]
    exports = sorted(
        (file for file in files if file.export is not None and file.format in _EXPORTS),
        key=lambda file: _EXPORTS.index(file.format),
    )
    found = [*[file for file in files if file.export is None][:1], *exports[:1]]
    if not found:
        raise Invalid("addable_document_not_found", run_id=run.run_id, status=run.status)
    return found


def source_of(run: Run, file: RunFile) -> str:
    """By what a run's file is known in a collection."""
    return f"{run.workflow}/{run.run_id}/{file.name}"


def is_of_run(source: str) -> bool:
    """Whether a document is known as a run's file."""
    return _OF_RUN.fullmatch(source) is not None


async def body_of_run(records: Records, files: Files, run_id: str, name: str, *, owner_id: str) -> bytes:
    """The body of a run's file.

    Raises:
        NotFound: there is no such run of this owner's, or it is not kept any more.
    """
    run = await records.runs.get(run_id, owner_id=owner_id)
    with await open_file(records, files, run, file_called(run, name)) as body:
        return body.read()
