"""A workflow that is none of the product's: a few rows, a letter, and two exports."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.ports import Files, Records
from magicai.runs import registry
from magicai.runs.panel import Panel
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin, Run, RunResult, RunStatus
from magicai.runs.workflow import Document, Export, Workflow


class Tally(BaseModel):
    """Count things."""


class TallyResult(RunResult):
    """What was counted, and a letter about it."""

    rows: list[dict[str, Any]]
    letter: JSON


def write_csv(result: TallyResult, path: Path) -> None:
    """The rows."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(row.values() for row in result.rows)


def write_raw(result: TallyResult, path: Path) -> None:
    """As bytes that are no text."""
    path.write_bytes(b"\xff" * len(result.rows))


def quality(_result: Mapping[str, Any]) -> float:
    """Good enough."""
    return 1.0


WORKFLOW = Workflow(
    name="tally",
    request=Tally,
    result=TallyResult,
    quality=quality,
    exports=(
        Export(format="csv", media_type="text/csv; charset=utf-8", write=write_csv, title="What was counted"),
        Export(format="raw", media_type="application/octet-stream", write=write_raw, title="Raw"),
    ),
    document=Document(title="Letter", formats={"md": "letter.at"}),
    findings="letter.in_short",
    panels=(
        Panel(kind="document", title="Letter"),
        Panel(kind="table", title="Counts", source="rows", columns=("name", "count")),
        Panel(kind="table", title="Nothing", source="letter.nothing"),
        Panel(kind="files", title="Files"),
    ),
)
ROWS = [{"name": "apples", "count": 3}, {"name": "pears", "count": 2}]


def declare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the registry have it beside the product's own."""
    of_product, names = registry.workflow, registry.names

    def workflow(name: str) -> Workflow:
        return WORKFLOW if name == WORKFLOW.name else of_product(name)

    monkeypatch.setattr(registry, "names", lambda: sorted([*names(), WORKFLOW.name]))
    monkeypatch.setattr(registry, "workflow", workflow)


async def finished(
    records: Records, files: Files, *, owner_id: str = "o", document: bytes = b"Dear reader", **without: Any
) -> Run:
    """A run of it that has completed."""
    run = await accept(records, WORKFLOW.name, Tally(), owner_id=owner_id, origin=Origin.CLI)
    attempt = await records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    location = await files.save(f"{run.run_id}/letter.md", document)
    base = RunResult(
        run_id=run.run_id, workflow=run.workflow, status=RunStatus.COMPLETED, started_at="", finished_at="",
        execution_time=1.0,
    )  # fmt: skip
    own = {"rows": ROWS, "letter": {"at": location, "in_short": ["Apples lead."]}, **without}
    result = base.model_dump(mode="json") | {name: value for name, value in own.items() if value is not None}
    await records.runs.finish(attempt, RunStatus.COMPLETED, result)
    return await records.runs.get(run.run_id)
