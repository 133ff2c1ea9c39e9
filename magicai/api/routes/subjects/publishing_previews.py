"""Publishing: what a target's readers would see, for a frame of the page."""

from typing import Annotated

from fastapi import Path
from starlette.responses import HTMLResponse

from magicai.api.access import At, Reader
from magicai.api.answers import problems
from magicai.api.router import router_of
from magicai.publishing.previewing import preview
from magicai.publishing.reviewing import reviewed

router = router_of("publishing")
# What is in it was written by others.
_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
Id = Annotated[str, Path(max_length=64)]
Name = Annotated[str, Path(max_length=40, description="Name of a target of the submission.")]


@router.get("/api/reviews/{review_id}/previews/{name}", response_class=HTMLResponse, responses=problems(404))
async def show_preview(gateway: At, caller: Reader, review_id: Id, name: Name) -> HTMLResponse:
    """What a target's readers would see of a submission, made by what posts it: a page in a sandbox."""
    ports = gateway.ports
    kept = await reviewed(ports.publishing, review_id, by=caller)
    made = await preview(ports.publishing, ports.files, ports.publishers, kept.submission, name)
    return HTMLResponse(made, headers=_HEADERS)
