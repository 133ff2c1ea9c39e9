"""Whether this process may be asked, and its numbers."""

import asyncio

from starlette.responses import Response

from magicai.api.access import At, Operator
from magicai.api.answers import problems
from magicai.api.gateway import Gateway
from magicai.api.metrics import MEDIA_TYPE
from magicai.api.router import router_of
from magicai.errors import MagicError, Temporary
from magicai.shapes.runs import Health
from magicai.space import check_room
from magicai.stores.backoff import recently_down
from magicai.stores.entity import STORES

router = router_of("health")
_ANSWERS = "answers"
_CACHE_LIMIT_S = 2.0
_WRITTEN_FOR_S = 1.0


@router.get("/health/live", responses=problems(login=False))
async def show_live() -> Health:
    """Whether the process answers."""
    return Health(status="live")


@router.get("/health/ready", responses=problems(login=False))
async def show_ready(gateway: At) -> Health:
    """Whether people can sign in and runs be accepted, and which other stores are down.

    For that, the disk has space, records are read and written, accounts are read, sign-ins signed, the cache answers.
    """
    records = gateway.records
    await asyncio.to_thread(check_room, gateway.settings.home)
    await records.leases.acquire("readiness", "readiness", ttl_s=_WRITTEN_FOR_S)
    await records.identities.credentials("readiness")
    await gateway.signer.sign("readiness", "readiness")
    await _check_cache(gateway)
    found = {"records": _ANSWERS, "cache": _ANSWERS}
    for store in STORES:
        if store != "cache" and await recently_down(records.leases, store):
            found[store] = "recently down: it may be behind"
    return Health(status="ready", stores=found)


async def _check_cache(gateway: Gateway) -> None:
    """See whether the cache answers; without its address or a word of its own, since anybody may ask.

    Raises:
        Temporary: it does not.
    """
    try:
        async with asyncio.timeout(_CACHE_LIMIT_S):
            await gateway.cache.get("readiness")
    except (MagicError, TimeoutError) as exc:
        raise Temporary("cache_unreachable") from exc


@router.get(
    "/metrics",
    response_class=Response,
    responses={**problems(), 200: {"description": "Numbers.", "content": {"text/plain": {}}}},
)
async def show_metrics(gateway: At, _operator: Operator) -> Response:
    """Metrics of this process for Prometheus."""
    return Response(gateway.metrics.text(), media_type=MEDIA_TYPE)
