"""Whether this process may be asked, and its numbers."""

from fastapi import APIRouter
from starlette.responses import Response

from magicai.api.access import At, Operator
from magicai.api.answers import problems
from magicai.api.metrics import MEDIA_TYPE
from magicai.api.shapes import Health

router = APIRouter(tags=["health"])


@router.get("/health/live", responses=problems(login=False))
async def show_live() -> Health:
    """Whether the process answers."""
    return Health(status="live")


@router.get("/health/ready", responses=problems(login=False))
async def show_ready(gateway: At) -> Health:
    """Whether the records answer, without which nothing can be accepted."""
    await gateway.records.leases.held("readiness")
    return Health(status="ready", stores={"records": "answers"})


@router.get(
    "/metrics",
    response_class=Response,
    responses={**problems(), 200: {"description": "Numbers.", "content": {"text/plain": {}}}},
)
async def show_metrics(gateway: At, _operator: Operator) -> Response:
    """This process's numbers for Prometheus."""
    return Response(gateway.metrics.text(), media_type=MEDIA_TYPE)
