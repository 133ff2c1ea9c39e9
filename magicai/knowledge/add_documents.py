"""Add documents to the knowledge base."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from magicai.knowledge.adding import Added
from magicai.knowledge.document import DEFAULT_COLLECTION
from magicai.runs.files_in import InputFile
from magicai.runs.panel import Panel
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Workflow
from magicai.values.units import so_many

SUFFIXES = (
    ".pdf", ".docx", ".pptx", ".xlsx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt", ".text", ".rst", ".csv",
)  # fmt: skip
Collection = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
_MOST_FILES = 10_000
MOST_BYTES = 100_000_000


class AddDocuments(BaseModel):
    """Add documents to the knowledge base, from which questions are answered."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Add documents",
        json_schema_extra={
            "examples": [{"files": ["01a220dd-384e-7448-8e8f-ac5c8dca1371"], "collection": "support"}],
        },
    )

    files: Annotated[
        tuple[Annotated[str, InputFile(SUFFIXES, max_bytes=MOST_BYTES)], ...],
        Field(
            min_length=1,
            max_length=_MOST_FILES,
            title="Files",
            description="PDF, Word, PowerPoint, Excel, HTML, Markdown, CSV, text.",
        ),
    ]
    collection: Annotated[
        Collection, Field(title="Collection", description="Lower-case name. Questions can be limited to collections.")
    ] = DEFAULT_COLLECTION
    sources: Annotated[
        tuple[Annotated[str, Field(max_length=500)], ...],
        Field(
            max_length=_MOST_FILES,
            title="Sources",
            description="Paths that identify the documents, in the order of the files; their names if left out.",
        ),
    ] = ()


class AddDocumentsResult(RunResult):
    """What became of the documents."""

    documents: tuple[Added, ...]
    added: int
    changed: int
    unchanged: int
    failed: int
    passages: int
    in_short: tuple[str, ...]


def make_result(given: Mapping[str, Any]) -> JSON:
    """The documents, and a sentence about them; of a run that was stopped, nothing yet."""
    if (kept := given.get("kept")) is None:
        return {}
    said = [f"{so_many(kept[name], 'documents')} {name}." for name in ("added", "changed", "unchanged") if kept[name]]
    return {**kept, "in_short": [*said, f"{so_many(kept['passages'], 'passages')} can be searched."]}


def quality(result: Mapping[str, Any]) -> tuple[float, tuple[str, ...]]:
    """The share of documents that could be read."""
    done = sum(result.get(name, 0) for name in ("added", "changed", "unchanged"))
    every = done + result.get("failed", 0)
    return done / max(every, 1), (f"{done} of {every} documents were read",)


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
    words={"ingest": ("document", "documents", "knowledge", "文档", "知识库")},
    size=lambda request: {"files": float(len(request.get("files") or ()))},
)
