"""Workflows that there are not: the answer names those that there are."""

from fastapi import Request
from starlette.exceptions import HTTPException

from magicai.api.access import Reader
from magicai.api.methods import known_methods
from magicai.api.router import router_of
from magicai.operations.workflows import no_workflow

router = router_of("workflows")


async def _unknown(request: Request, _caller: Reader, workflow: str) -> None:
    if known_methods(request.app, request.url.path):
        raise HTTPException(405)
    raise no_workflow(workflow)


for _spelling in ("workflows", "workflow", "plans"):
    router.add_api_route(
        f"/api/{_spelling}/{{workflow}}",
        _unknown,
        methods=["GET", "POST"],
        include_in_schema=False,
        name=f"no_{_spelling}",
    )
