"""What systems that count stock send by themselves."""

from fastapi import Request
from starlette.responses import Response

from magicai.api.access import At, Signed, count_stranger
from magicai.api.answers import problems
from magicai.api.bodies import bytes_of
from magicai.api.router import router_of
from magicai.catalogue.inventory import syncing
from magicai.errors import NotFound, Unknown
from magicai.shapes.subjects.catalogue_inventory import CountsTaken

router = router_of("inventory")
_MOST_BYTES = 500_000
_SENT = {"type": "level", "item": "TEA-1", "quantity": 12, "version": 7}
_WEBHOOK = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}, "example": _SENT}}}}


@router.post(
    "/api/inventory/webhooks/{source_id}", responses=problems(401, body=True, login=False), openapi_extra=_WEBHOOK
)
async def take_stock_webhook(
    gateway: At, request: Request, response: Response, _counted: Signed, source_id: str
) -> CountsTaken:
    """What a source sends, signed as its kind does it. It may come late, twice and in any order."""
    response.headers["Cache-Control"] = "no-store"
    body = await bytes_of(request, _MOST_BYTES)
    ports = gateway.ports
    try:
        counts = await syncing.take_webhook(
            ports.catalogue.inventory, ports.stock_sources, source_id, request.headers, body
        )
    except (NotFound, Unknown):
        await count_stranger(request)
        raise Unknown("webhook_signature_invalid") from None
    return CountsTaken(**counts)
