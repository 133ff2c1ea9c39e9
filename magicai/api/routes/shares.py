"""Links to a run's result: made and revoked by its owner, opened by whoever has one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Path, Request
from starlette.responses import Response

from magicai.accounts.callers import require
from magicai.accounts.identity import Scope
from magicai.api.access import Anybody, At, Holder, Reader
from magicai.api.answers import leads_to, problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.api.routes.account import Once
from magicai.api.routes.files import DOCUMENT, FILE, Name, document_answer, file_answer, files_shown
from magicai.api.routes.runs import run_of
from magicai.api.telling import result_said, said_to
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import sliced
from magicai.runs import registry
from magicai.runs.results import finding_messages, findings, whole_result
from magicai.runs.views.panels import shared_panels
from magicai.runs.views.share_links import share, shared
from magicai.shapes.results import PanelShown
from magicai.shapes.shares import NewShare, SharedRun, ShareList, ShareMade, ShareShown

router = router_of("shares")
Secret = Annotated[str, Path(max_length=200, description="Of the link.")]
_MADE = leads_to(201, "run_id", "list_shares")


@router.get("/api/runs/{run_id}/shares", responses=problems(404))
async def list_shares(gateway: At, caller: Reader, run_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> ShareList:
    """A run's share links, newest first, including expired and revoked ones."""
    run = await run_of(gateway, caller, run_id)
    found = await gateway.records.shares.of_run(run.run_id, owner_id=run.owner_id)
    shown, next_cursor = sliced([ShareShown.of(one) for one in found], limit, cursor)
    return ShareList(items=shown, next_cursor=next_cursor)


@router.post(
    "/api/runs/{run_id}/shares",
    status_code=201,
    responses={**problems(404, 409, body=True), **_MADE},
    openapi_extra=described(NewShare, {"days": 7}),
)
async def make_share(
    gateway: At,
    caller: Holder,
    response: Response,
    run_id: str,
    given: Annotated[NewShare, Depends(body_of(NewShare))],
    once: Once = None,
) -> ShareMade:
    """Create a link to the run's result and files. Anyone with the link can open it, without an account."""
    require(caller, scope=Scope.READ)  # what is shared is read there
    run = await run_of(gateway, caller, run_id)
    made, secret = await share(gateway.records, run, days=given.days, once=once)
    response.headers["Location"] = f"/api/runs/{run_id}/shares"
    path = None if secret is None else f"/shared/{secret}"
    return ShareMade(**ShareShown.of(made).model_dump(), path=path)


@router.delete("/api/runs/{run_id}/shares/{share_id}", status_code=204, responses=problems(404))
async def revoke_share(gateway: At, caller: Holder, run_id: str, share_id: str) -> None:
    """Revoke a link."""
    run = await run_of(gateway, caller, run_id)
    await gateway.records.shares.revoke(share_id, run_id=run.run_id, owner_id=run.owner_id)


@router.get("/api/shared/{secret}", responses=problems(404, login=False))
async def show_shared(gateway: At, request: Request, _counted: Anybody, secret: Secret) -> SharedRun:
    """The result of the run that a link is for, and how it is shown. 404 if the link has expired or was revoked."""
    found, run = await shared(gateway.records, secret)
    declared = registry.declared_of(run)
    result = result_said(run, await whole_result(gateway.records, run), said_to(request))
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
        panels=[PanelShown.of(one, declared) for one in shared_panels(run)] if declared else [],
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
