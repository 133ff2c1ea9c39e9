"""The files that a run hands out, whichever its workflow declares."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path
from starlette.responses import Response, StreamingResponse

from magicai.api.access import At, Reader
from magicai.api.answers import header, problems
from magicai.api.gateway import Gateway
from magicai.api.router import router_of
from magicai.api.streaming import FILE, streamed
from magicai.runs.exports import RunFile, document_of, file_called, open_file
from magicai.runs.owned_run import owned_run
from magicai.runs.run import Run

router = router_of("runs")
Name = Annotated[str, Path(max_length=200, description="A name from `GET /api/runs/{run_id}/files`.")]
_HTML = "text/html; charset=utf-8"
# What a document quotes was written by others. Its links open in windows of their own.
_SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
)
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document.",
        "content": {kind: {"schema": {"type": "string"}} for kind in ("text/html", "text/plain")},
        "headers": header("Content-Length", "Bytes.", "integer"),
    }
}


@router.get("/api/runs/{run_id}/files/{name}", response_class=Response, responses={**problems(404, 501), **FILE})
async def show_file(gateway: At, caller: Reader, run_id: str, name: Name) -> Response:
    """Download one file of a run."""
    return await file_answer(gateway, await owned_run(gateway.records, run_id, owner_id=caller.owner_id), name)


@router.get("/api/runs/{run_id}/document", response_class=Response, responses={**problems(404), **DOCUMENT})
async def show_document(gateway: At, caller: Reader, run_id: str) -> Response:
    """The document of a run, for a frame of the page, in a sandbox without scripts."""
    return await document_answer(gateway, await owned_run(gateway.records, run_id, owner_id=caller.owner_id))


async def file_answer(gateway: Gateway, run: Run, name: str) -> StreamingResponse:
    """A run's file, to be kept.

    Raises:
        Invalid: it has none of that name.
    """
    file = file_called(run, name)
    headers = {
        # A name may be in any script, a header in ASCII alone: RFC 6266.
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(f'{run.run_id}-{file.name}')}",
        "Content-Security-Policy": _SANDBOX,
    }
    return await _streamed(gateway, run, file, file.media_type, headers)


async def document_answer(gateway: Gateway, run: Run) -> StreamingResponse:
    """A run's main document, for a frame.

    Raises:
        NotFound: it has none.
    """
    headers = {"Content-Security-Policy": f"{_SANDBOX}; frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
    file = document_of(run)
    # A frame shows HTML and plain text; anything else it would save.
    return await _streamed(gateway, run, file, _HTML if file.format == "html" else "text/plain; charset=utf-8", headers)


async def _streamed(
    gateway: Gateway, run: Run, file: RunFile, media_type: str, headers: dict[str, str]
) -> StreamingResponse:
    body = await open_file(gateway.records, gateway.ports.files, run, file)
    return streamed(body, media_type, headers)
