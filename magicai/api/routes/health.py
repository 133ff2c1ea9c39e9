"""Whether this process may be asked, and its numbers."""

import asyncio

from starlette.responses import Response

from magicai.api.access import At, Operator
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.metrics import MEDIA_TYPE
from magicai.api.routes import router_of
from magicai.api.shapes.runs import Health
from magicai.errors import MagicError
from magicai.space import check_room
from magicai.stores.backoff import recently_down
from magicai.stores.entity import STORES

router = router_of("health")
_ANSWERS = "answers"
_CACHE_LIMIT_S = 2.0


@router.get("/health/live", responses=problems(login=False))
async def show_live() -> Health:
    """Whether the process answers."""
    return Health(status="live")


@router.get("/health/ready", responses=problems(login=False))
async def show_ready(gateway: At) -> Health:
    """Whether runs can be accepted (records answer, disk has space), and which other stores are down."""
    records = gateway.records
    await asyncio.to_thread(check_room, gateway.settings.home)
    await records.leases.current("readiness")
    found = {"records": _ANSWERS, "cache": await _cache(gateway)}
    for store in STORES:
        if store != "cache" and await recently_down(records.leases, store):
            found[store] = "recently down: it may be behind"
    return Health(status="ready", stores=found)


async def _cache(gateway: Gateway) -> str:
    """Without an address or a word of its own: anybody may ask."""
    try:
        async with asyncio.timeout(_CACHE_LIMIT_S):
            await gateway.cache.get("readiness")
    except (MagicError, TimeoutError):
        return "does not answer: nobody can sign in, and requests are not counted"
    return _ANSWERS


@router.get(
    "/metrics",
    response_class=Response,
    responses={**problems(), 200: {"description": "Numbers.", "content": {"text/plain": {}}}},
)
async def show_metrics(gateway: At, _operator: Operator) -> Response:
    """Metrics of this process for Prometheus."""
    return Response(gateway.metrics.text(), media_type=MEDIA_TYPE)
