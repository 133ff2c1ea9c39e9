"""Files that a run has made: the report, and its results as tables."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any, Literal

from starlette.responses import Response

from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.routes import router_of
from magicai.api.routes.runs import run_of
from magicai.api.shapes import FileList, FileShown
from magicai.errors import NotFound
from magicai.runs.results import whole_result
from magicai.runs.run import JSON, Run

router = router_of("runs")
Name = Literal["report.md", "report.html", "products.csv", "products.xlsx", "products.parquet"]
_TYPES: dict[str, str] = {
    "report.md": "text/markdown; charset=utf-8",
    "report.html": "text/html; charset=utf-8",
    "products.csv": "text/csv; charset=utf-8",
    "products.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "products.parquet": "application/vnd.apache.parquet",
}
# What a report quotes was written by others. Its links open in windows of their own.
_SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The report.", "content": {"text/html": {"schema": {"type": "string"}}}}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in _TYPES.values()},
    }
}


@router.get("/api/runs/{run_id}/files", responses=problems(404))
async def list_files(gateway: At, caller: Reader, run_id: str) -> FileList:
    """What the run has made; nothing where it has no report."""
    run = await run_of(gateway, caller, run_id)
    if not _has_report(run):
        return FileList(files=[])
    return FileList(
        files=[
            FileShown(name=name, media_type=kind, href=f"/api/runs/{run_id}/files/{name}")
            for name, kind in _TYPES.items()
        ]
    )


@router.get("/api/runs/{run_id}/files/{name}", response_class=Response, responses={**problems(404, 501), **_FILE})
async def show_file(gateway: At, caller: Reader, run_id: str, name: Name) -> Response:
    """One file, to be kept, never to be opened in place: what it quotes was written by others."""
    run = await run_of(gateway, caller, run_id)
    if not _has_report(run):
        raise NotFound(f"Run {run_id} is {run.status} and has no report.", way_out="Follow it to its end.")
    body = await asyncio.to_thread(_written, await whole_result(gateway.records, run), name)
    headers = {
        "Content-Disposition": f'attachment; filename="{run_id}-{name}"',
        "Content-Security-Policy": _SANDBOX,
    }
    return Response(body, headers=headers, media_type=_TYPES[name])


@router.get("/api/runs/{run_id}/report", response_class=Response, responses={**problems(404), **_SHOWN})
async def show_report(gateway: At, caller: Reader, run_id: str) -> Response:
    """The report for a frame of the page: a place of its own, where no script runs."""
    run = await run_of(gateway, caller, run_id)
    if not _has_report(run):
        raise NotFound(f"Run {run_id} is {run.status} and has no report.", way_out="Follow it to its end.")
    body = await asyncio.to_thread(_written, await whole_result(gateway.records, run), "report.html")
    headers = {"Content-Security-Policy": f"{_SANDBOX}; frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
    return Response(body, headers=headers, media_type=_TYPES["report.html"])


def _has_report(run: Run) -> bool:
    return run.result is not None and {"crawl_data", "report"} <= run.result.keys()


def _written(result: JSON, name: str) -> bytes:
    from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerateResult
    from magicai.shops.report.export import export

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        export(CrawlAnalyzeGenerateResult.model_validate(result), path.suffix.removeprefix("."), path)
        return path.read_bytes()
