"""Links to a run's result, opened by whoever has one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Request
from starlette.responses import Response

from magicai.api.access import Anybody, At
from magicai.api.answers import problems
from magicai.api.router import router_of
from magicai.api.routes.files import DOCUMENT, FILE, Name, document_answer, file_answer
from magicai.api.telling import said_to
from magicai.operations.files import files_shown
from magicai.runs import registry
from magicai.runs.results import finding_messages, findings, whole_result
from magicai.runs.views.panels import shared_panels
from magicai.runs.views.share_links import shared
from magicai.runs.views.wording import result_for
from magicai.shapes.results import PanelShown
from magicai.shapes.shares import SharedRun

router = router_of("shares")
Secret = Annotated[str, Path(max_length=200, description="Of the link.")]


@router.get("/api/shared/{secret}", responses=problems(404, login=False))
async def show_shared(gateway: At, request: Request, _counted: Anybody, secret: Secret) -> SharedRun:
    """The result of the run that a link is for, and how it is shown. 404 if the link has expired or was revoked."""
    found, run = await shared(gateway.records, secret)
    declared = registry.declared_of(run)
    result = result_for(run, await whole_result(gateway.records, run), said_to(request))
    base = f"/api/shared/{quote(secret, safe='')}"
    return SharedRun(
        workflow=run.workflow,
        status=run.status,
        finished_at=run.finished_at,
        expires_at=found.expires_at,
        # What a run cost, and why it was run so, is its owner's business.
        result={name: value for name, value in result.items() if name not in ("decision", "cost")},
        findings=findings(declared, run.result or {}),
        finding_messages=finding_messages(declared, run.result or {}),
        panels=[PanelShown.of(shared_panel, declared) for shared_panel in shared_panels(run)] if declared else [],
        files=files_shown(run, lambda file: f"{base}/files/{quote(file.name)}"),
    )


@router.get(
    "/api/shared/{secret}/files/{name}",
    response_class=Response,
    responses={**problems(404, 501, login=False), **FILE},
)
async def show_shared_file(gateway: At, _counted: Anybody, secret: Secret, name: Name) -> Response:
    """Download one file of the run."""
    _, run = await shared(gateway.records, secret)
    return await file_answer(gateway, run, name)


@router.get(
    "/api/shared/{secret}/document", response_class=Response, responses={**problems(404, login=False), **DOCUMENT}
)
async def show_shared_document(gateway: At, _counted: Anybody, secret: Secret) -> Response:
    """The document of the run, for a frame of the page."""
    _, run = await shared(gateway.records, secret)
    return await document_answer(gateway, run)
