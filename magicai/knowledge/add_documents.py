"""Add documents to the knowledge base."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from magicai.knowledge.adding import Added
from magicai.knowledge.collections import REFERENCE
from magicai.knowledge.document import DEFAULT_COLLECTION
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue
from magicai.runs.findings import in_short
from magicai.runs.panel import Panel
from magicai.runs.requests.fields import Unit
from magicai.runs.requests.files_in import InputFile
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Workflow

SUFFIXES = (
    ".pdf", ".docx", ".pptx", ".xlsx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".mdx", ".rst", ".txt", ".text",
    ".csv",
)  # fmt: skip
Collection = Annotated[str, Field(pattern=REFERENCE)]
MOST_FILES = 10_000
_MOST_URLS = 1_000
_MOST_RUNS = 100
_MOST_FOLDERS = 100
LONGEST_SOURCE = 500
MOST_BYTES = 100_000_000


def _check_url(url: str) -> str:
    if not url.lower().startswith(("http://", "https://")):
        raise InvalidValue("document_address_invalid", value=url)
    return url


def _check_folder(folder: str) -> str:
    if not PurePath(folder).is_absolute():
        raise InvalidValue("folder_path_not_absolute", value=folder)
    return folder


class AddDocuments(BaseModel):
    """Add documents to the knowledge base, from which questions are answered."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Add documents",
        json_schema_extra={
            "examples": [
                {"files": ["01a220dd-384e-7448-8e8f-ac5c8dca1371"], "collection": "support"},
                {"urls": ["https://docs.example"], "max_pages": 200},
                {"folders": ["/srv/docs"]},
            ],
        },
    )

    files: Annotated[
        tuple[Annotated[str, InputFile(SUFFIXES, max_bytes=MOST_BYTES)], ...],
        Field(
            max_length=MOST_FILES,
            title="Files",
            description="PDF, Word, PowerPoint, Excel, HTML, Markdown, MDX, reStructuredText, CSV, text.",
        ),
    ] = ()
    urls: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_SOURCE), AfterValidator(_check_url)], ...],
        Field(max_length=_MOST_URLS, title="Addresses", description="Web pages, or the entry pages of sites."),
    ] = ()
    folders: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_SOURCE), AfterValidator(_check_folder)], ...],
        Field(
            max_length=_MOST_FOLDERS,
            title="Folders",
            description="Full paths within MAGICAI_DOCUMENT_FOLDERS, on the machine that runs this. Documents whose"
            " files are gone are removed.",
        ),
    ] = ()
    max_pages: Annotated[
        int,
        Unit("pages"),
        Field(
            ge=1,
            le=100_000,
            title="Pages",
            description="Maximum number of pages to fetch, for all sites together. 1: only the addresses themselves.",
        ),
    ] = 1
    runs: Annotated[
        tuple[Annotated[str, Field(max_length=64)], ...],
        Field(max_length=_MOST_RUNS, title="Runs", description="Runs whose report and products are added."),
    ] = ()
    collection: Annotated[
        Collection, Field(title="Collection", description="Lower-case name; OWNER/NAME of a shared one.")
    ] = DEFAULT_COLLECTION
    sources: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_SOURCE)], ...],
        Field(
            max_length=MOST_FILES,
            title="Sources",
            description="Paths that identify the documents, in the order of the files; their names if left out.",
        ),
    ] = ()

    remove_missing: Annotated[
        bool,
        Field(
            title="Remove missing files",
            description="Remove the collection's other documents that were files: these are all that there are.",
        ),
    ] = False
    present: Annotated[
        tuple[Annotated[str, Field(max_length=LONGEST_SOURCE)], ...],
        Field(
            max_length=MOST_FILES,
            title="Present",
            description="With remove_missing: sources of files that exist, but are not added; they are not removed.",
        ),
    ] = ()

    @model_validator(mode="after")
    def _check_given(self) -> Self:
        if not (self.files or self.urls or self.folders or self.runs):
            raise InvalidValue("documents_not_given")
        if self.remove_missing and not self.files:
            raise InvalidValue("remove_missing_without_files")
        return self


class AddDocumentsResult(RunResult):
    """What became of the documents.

    Attributes:
        removed: documents whose pages, or files, are gone.
        kept: documents whose pages, or folders, were not read this time.
    """

    documents: tuple[Added, ...]
    added: int
    changed: int
    unchanged: int
    removed: int
    kept: int
    failed: int
    passages: int
    in_short: tuple[str, ...]
    in_short_messages: tuple[Message, ...] = Field(default=(), description="The codes of `in_short`, in its order.")


_FATES = {
    "added": "documents_added",
    "changed": "documents_changed",
    "unchanged": "documents_unchanged",
    "removed": "documents_removed",
    "kept": "documents_kept",
}


def make_result(given: Mapping[str, Any]) -> JSON:
    """The documents, and a sentence about them; of a run that was stopped, nothing yet."""
    if (kept := given.get("kept")) is None:
        return {}
    said = [say(code, n=kept[fate]) for fate, code in _FATES.items() if kept[fate]]
    return {**kept, **in_short([*said, say("passages_searchable", n=kept["passages"])])}


def quality(result: Mapping[str, Any]) -> float:
    """The share of documents that could be read."""
    done = sum(result.get(name, 0) for name in ("added", "changed", "unchanged", "removed"))
    every = done + result.get("failed", 0)
    return done / max(every, 1)


def _size(request: Mapping[str, Any]) -> Mapping[str, float]:
    files, urls, runs = (len(request.get(name) or ()) for name in ("files", "urls", "runs"))
    pages = max(urls, request.get("max_pages") or 1) if urls else 0
    return {"files": float(files + runs), "pages": float(pages)}


WORKFLOW = Workflow(
    name="add-documents",
    request=AddDocuments,
    result=AddDocumentsResult,
    quality=quality,
    make_result=make_result,
    findings="in_short",
    panels=(
        Panel(
            kind="table",
            title="Documents",
            source="documents",
            columns=("title", "source", "kind", "language", "state", "passages"),
        ),
        Panel(kind="items", title="Files"),
    ),
    actions={"ingest": ("kept",)},
    addresses="urls",
    size=_size,
)
