"""Stock: what there is, what moved it, and what other systems count."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from magicai.api.access import At, Reader, Signed, Starter, count_stranger
from magicai.api.answers import problems
from magicai.api.bodies import body_of, bytes_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.catalogue.inventory import syncing
from magicai.catalogue.inventory.shortage import short
from magicai.catalogue.items import stock_of
from magicai.catalogue.kept import product_of
from magicai.catalogue.ports import InventoryRecords
from magicai.errors import NotFound, Unknown
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of, sliced
from magicai.shapes.subjects.catalogue_inventory import (
    BundleParts,
    CountsTaken,
    MovementList,
    MovementShown,
    MovementsMade,
    NewMovement,
    NewReservation,
    NewSource,
    ProductStock,
    ReservationShown,
    SourceList,
    SourceShown,
    SourceSynchronised,
    StockConflictList,
    StockConflictShown,
    StockList,
    StockShown,
)

router = router_of("inventory")
BODIES = (NewMovement, NewReservation, BundleParts, NewSource)
_MOST = 500_000
_LINES = [{"item": "TEA-1", "quantity": 2}]
_SENT = {"type": "level", "item": "TEA-1", "quantity": 12, "version": 7}
_WEBHOOK = {"requestBody": {"required": True, "content": {"application/json": {"schema": {}, "example": _SENT}}}}
_Item = Annotated[str, Query(min_length=1, max_length=200, description="The item.")]


@router.get("/api/inventory", responses=problems())
async def list_stock(
    gateway: At,
    caller: Reader,
    *,
    prefix: Annotated[str, Query(max_length=200, description="Only items whose name begins so.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> StockList:
    """Items and bundles with their stock, by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await _inventory(gateway).listed(caller.owner_id, after=after, prefix=prefix, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.item,))
    return StockList(items=[StockShown.of(one) for one in shown], next_cursor=next_cursor)


@router.get("/api/products/{product_id}/stock", responses=problems(404))
async def show_product_stock(gateway: At, caller: Reader, product_id: str) -> ProductStock:
    """What there is of a product: items are its SKU, those of its variants, or its GTIN, else its id."""
    kept = await product_of(gateway.records, product_id, owner_id=caller.owner_id)
    found = await stock_of(gateway.ports.catalogue, kept.product)
    return ProductStock(stock=[StockShown.of(one) for one in found])


@router.get("/api/inventory/ledger", responses=problems())
async def list_movements(
    gateway: At, caller: Reader, item: _Item, limit: Limit = USUAL, cursor: Cursor = ""
) -> MovementList:
    """What moved an item, the latest first."""
    (before,) = place_of(cursor, int) or (0,)
    found = await _inventory(gateway).ledger(caller.owner_id, item, before=before, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.number,))
    return MovementList(items=[MovementShown.of(one) for one in shown], next_cursor=next_cursor)


@router.post(
    "/api/inventory/movements",
    responses=problems(409, body=True),
    openapi_extra=described(NewMovement, {"key": "delivery-17", "kind": "receipt", "lines": _LINES}),
)
async def move_stock(
    gateway: At, caller: Starter, given: Annotated[NewMovement, Depends(body_of(NewMovement, most_bytes=_MOST))]
) -> MovementsMade:
    """Receive, sell or correct. A sale takes only what nobody has reserved; 409 if there is not enough."""
    inventory, lines = _inventory(gateway), [line.line for line in given.lines]
    act = {"receipt": inventory.receive, "sale": inventory.sell, "correction": inventory.correct}[given.kind]
    moves = short(await act(caller.owner_id, given.key, lines, note=given.note))
    return MovementsMade(movements=[MovementShown.of(one) for one in moves])


@router.post(
    "/api/inventory/reservations",
    responses=problems(409, body=True),
    openapi_extra=described(NewReservation, {"key": "order-9", "lines": _LINES, "ttl_s": 900}),
)
async def reserve_stock(
    gateway: At, caller: Starter, given: Annotated[NewReservation, Depends(body_of(NewReservation, most_bytes=_MOST))]
) -> ReservationShown:
    """Hold units for a time; 409 if there is not enough."""
    lines = [line.line for line in given.lines]
    made = short(await _inventory(gateway).reserve(caller.owner_id, given.key, lines, ttl_s=given.ttl_s))
    return ReservationShown.of(made)


@router.post("/api/inventory/reservations/{reservation_id}/sale", responses=problems(404, 409))
async def sell_reservation(gateway: At, caller: Starter, reservation_id: str) -> ReservationShown:
    """Turn a reservation into a sale, once. 409 if it had expired and its units are gone: return the payment."""
    return ReservationShown.of(short(await _inventory(gateway).sell_reserved(caller.owner_id, reservation_id)))


@router.delete("/api/inventory/reservations/{reservation_id}", responses=problems(404))
async def release_reservation(gateway: At, caller: Starter, reservation_id: str) -> ReservationShown:
    """Let go of a reservation. One that was sold stays so."""
    return ReservationShown.of(await _inventory(gateway).release(caller.owner_id, reservation_id))


@router.put(
    "/api/inventory/bundles",
    status_code=204,
    responses=problems(body=True),
    openapi_extra=described(BundleParts, {"bundle": "TEA-SET", "parts": _LINES}),
)
async def set_bundle(
    gateway: At, caller: Starter, given: Annotated[BundleParts, Depends(body_of(BundleParts, most_bytes=_MOST))]
) -> None:
    """Say what a bundle is made of."""
    parts = [line.line for line in given.parts]
    await _inventory(gateway).set_bundle(caller.owner_id, given.bundle, parts)


@router.get("/api/inventory/conflicts", responses=problems())
async def list_stock_conflicts(
    gateway: At,
    caller: Reader,
    *,
    resolved: Annotated[bool | None, Query(description="Only resolved, or only open ones.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> StockConflictList:
    """Conflicts between sources, reservations and payments, the latest first."""
    (after,) = place_of(cursor, str) or ("",)
    found = await _inventory(gateway).conflicts(caller.owner_id, resolved=resolved, after=after, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda one: (one.conflict_id,))
    return StockConflictList(items=[StockConflictShown.of(one) for one in shown], next_cursor=next_cursor)


@router.post("/api/inventory/conflicts/{conflict_id}/resolve", status_code=204, responses=problems(404))
async def resolve_stock_conflict(gateway: At, caller: Starter, conflict_id: str) -> None:
    """Mark a conflict as resolved."""
    await _inventory(gateway).resolve(caller.owner_id, conflict_id)


@router.get("/api/inventory/sources", responses=problems())
async def list_sources(gateway: At, caller: Reader, limit: Limit = USUAL, cursor: Cursor = "") -> SourceList:
    """Systems that count stock."""
    shown, next_cursor = sliced(await _inventory(gateway).sources(caller.owner_id), limit, cursor)
    return SourceList(items=[SourceShown.of(one) for one in shown], next_cursor=next_cursor)


@router.post(
    "/api/inventory/sources",
    responses=problems(body=True),
    openapi_extra=described(NewSource, {"name": "till", "kind": "webhook", "signing_secret": "whsec_c2VjcmV0"}),
)
async def add_source(
    gateway: At, caller: Starter, given: Annotated[NewSource, Depends(body_of(NewSource))]
) -> SourceShown:
    """Add a system that counts stock; the same name again changes its address and secrets."""
    made = await syncing.add_source(
        gateway.ports.catalogue,
        gateway.ports.stock_sources,
        owner_id=caller.owner_id,
        name=given.name,
        kind=given.kind,
        url=given.url,
        location=given.location,
        credentials=given.credentials,
    )
    return SourceShown.of(made)


@router.delete("/api/inventory/sources/{source}", status_code=204, responses=problems(404))
async def remove_source(gateway: At, caller: Starter, source: str) -> None:
    """Remove a source. Its items keep their last count."""
    await _inventory(gateway).remove_source(caller.owner_id, source)


@router.post("/api/inventory/sources/{source}/synchronise", responses=problems(404, 409))
async def synchronise_source(gateway: At, caller: Starter, source: str) -> SourceSynchronised:
    """Tell a source of the changes here, then take over its counts."""
    found = await syncing.source_named(_inventory(gateway), caller.owner_id, source)
    done = await syncing.synchronise(gateway.ports.catalogue, gateway.ports.stock_sources, found)
    return SourceSynchronised(**done.counts, told=done.told, problems=[*done.problems])


@router.post(
    "/api/inventory/webhooks/{source_id}", responses=problems(401, body=True, login=False), openapi_extra=_WEBHOOK
)
async def take_stock_webhook(
    gateway: At, request: Request, response: Response, _counted: Signed, source_id: str
) -> CountsTaken:
    """What a source sends, signed as its kind does it. It may come late, twice and in any order."""
    response.headers["Cache-Control"] = "no-store"
    body = await bytes_of(request, _MOST)
    try:
        counts = await syncing.take_webhook(
            _inventory(gateway), gateway.ports.stock_sources, source_id, request.headers, body
        )
    except (NotFound, Unknown):
        await count_stranger(request)
        raise Unknown("webhook_signature_invalid") from None
    return CountsTaken(**counts)


def _inventory(gateway: Gateway) -> InventoryRecords:
    return gateway.ports.catalogue.inventory
