"""Stock: what there is, what moved it, and what other systems count."""

import asyncio
import io
from typing import Annotated

from pydantic import Field

from magicai.catalogue.inventory import syncing
from magicai.catalogue.inventory.files import BadRow, read_stock, written
from magicai.catalogue.inventory.previewing import READER, read_columns
from magicai.catalogue.inventory.shortage import short
from magicai.catalogue.items import stock_of
from magicai.catalogue.ports import Credentials, InventoryRecords
from magicai.catalogue.stored_products import product_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MODEL_S, Context, Download, operation
from magicai.paging import cut, place_of, sliced
from magicai.runs.column_mappings import as_read, remember
from magicai.runs.file_preview import MOST_ROWS
from magicai.runs.proposing_columns import with_proposals
from magicai.shapes.columns import FilePreviewShown
from magicai.shapes.subjects.catalogue_inventory import (
    BundleParts,
    ImportedStock,
    MovementList,
    MovementShown,
    MovementsMade,
    NewMovement,
    NewReservation,
    NewSource,
    ProductStock,
    ReservationShown,
    RowSkipped,
    SourceList,
    SourceShown,
    SourceSynchronised,
    StockChecked,
    StockConflictList,
    StockConflictShown,
    StockImported,
    StockList,
    StockShown,
)

TAG = "inventory"
_MOST_BYTES, _MOST_FILE_BYTES = 500_000, 20_000_000
_MOST_ITEMS = 1_000_000
# Counted apart from what makes reservations, so that whoever could make one can end it in the same minute.
_ENDS = "reservation-end"
_LINES = [{"item": "TEA-1", "quantity": 2}]
_Item = Annotated[str, Field(min_length=1, max_length=200, description="The item.")]


@operation("GET", "/api/inventory")
async def list_stock(
    context: Context,
    *,
    prefix: Annotated[str, Field(max_length=200, description="Only items whose name begins so.")] = "",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> StockList:
    """Items and bundles with their stock, by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await _inventory(context).listed(context.owner_id, after=after, prefix=prefix, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda stock: (stock.item,))
    return StockList(items=[StockShown.of(stock) for stock in shown], next_cursor=next_cursor)


@operation("GET", "/api/inventory/export/stock.csv", patience_s=600, audited="data.stock_exported")
async def export_stock(context: Context) -> Download:
    """All stock as a CSV file."""
    found = await _inventory(context).listed(context.owner_id, limit=_MOST_ITEMS)
    text = await asyncio.to_thread(written, found)
    return Download("stock.csv", "text/csv; charset=utf-8", io.BytesIO(text.encode()), {"items": len(found)})


@operation("GET", "/api/inventory/check", patience_s=600)
async def check_stock(context: Context) -> StockChecked:
    """Compare all stock with the sums of the ledger and of reservations."""
    return StockChecked(differing=await _inventory(context).audit(context.owner_id))


@operation("GET", "/api/products/{product_id}/stock", problems=(404,))
async def show_product_stock(context: Context, product_id: str) -> ProductStock:
    """What there is of a product: items are its SKU, those of its variants, or its GTIN, else its id."""
    kept = await product_of(context.records, product_id, owner_id=context.owner_id)
    found = await stock_of(context.ports.catalogue, kept.product)
    return ProductStock(stock=[StockShown.of(stock) for stock in found])


@operation("GET", "/api/inventory/ledger")
async def list_movements(context: Context, item: _Item, limit: Limit = USUAL, cursor: Cursor = "") -> MovementList:
    """What moved an item, the latest first."""
    (before,) = place_of(cursor, int) or (0,)
    found = await _inventory(context).ledger(context.owner_id, item, before=before, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda movement: (movement.number,))
    return MovementList(items=[MovementShown.of(movement) for movement in shown], next_cursor=next_cursor)


@operation(
    "POST",
    "/api/inventory/movements",
    problems=(409,),
    example={"key": "delivery-17", "kind": "receipt", "lines": _LINES},
    most_bytes=_MOST_BYTES,
    rate="stock",
)
async def move_stock(context: Context, given: NewMovement) -> MovementsMade:
    """Receive, sell or correct. A sale takes only what nobody has reserved; 409 if there is not enough."""
    inventory, lines = _inventory(context), [line.line for line in given.lines]
    act = {"receipt": inventory.receive, "sale": inventory.sell, "correction": inventory.correct}[given.kind]
    moves = short(await act(context.owner_id, given.key, lines, note=given.note))
    return MovementsMade(movements=[MovementShown.of(movement) for movement in moves])


@operation(
    "POST",
    "/api/inventory/import",
    example={"text": "item,quantity\nTEA-1,12\n", "source": "till"},
    most_bytes=_MOST_FILE_BYTES,
    patience_s=600,
)
async def import_stock(context: Context, given: ImportedStock) -> StockImported:
    """Take over counts or changes from a CSV file. The changes of the same file count once."""
    records, owner = context.ports.catalogue, context.owner_id
    now = await records.runs.now()
    read = await read_columns(records, given.text, given.columns, file=given.file, owner_id=owner)
    mapping = as_read(read.mapping)
    rows = await asyncio.to_thread(lambda: list(read_stock(given.text, version=now, mapping=mapping)))
    if given.columns:
        found = {"source": read.source, "file": given.file}
        await remember(records, owner_id=owner, reader=READER, columns=read.mapping, **found)
    sources = {source.name: source for source in await records.inventory.sources(owner)}
    source = sources.get(given.source) or await syncing.add_source(
        records,
        context.ports.stock_sources,
        owner_id=owner,
        name=given.source,
        kind="csv",
        credentials=Credentials(),
    )
    counts = await syncing.take(records.inventory, source, (row for row in rows if not isinstance(row, BadRow)))
    skipped = [RowSkipped.of(row) for row in rows if isinstance(row, BadRow)]
    return StockImported(**counts, skipped=skipped, mapping=read.mapping)


@operation(
    "POST",
    "/api/inventory/preview",
    example={"text": "Code,Lager\nTEA-1,12\n", "columns": {"Lager": "quantity"}},
    most_bytes=_MOST_FILE_BYTES,
    patience_s=MODEL_S,
)
async def preview_stock(context: Context, given: ImportedStock, *, propose: bool = False) -> FilePreviewShown:
    """The columns of a CSV file, what each is taken for, and ten counts or changes; nothing is imported.

    With `propose`, a language model says what it takes unknown columns for; nothing is read so by itself.
    """
    read = await read_columns(
        context.records, given.text, given.columns, file=given.file, owner_id=context.owner_id, most=MOST_ROWS
    )
    return FilePreviewShown.of(
        await with_proposals(read.preview, owner_id=context.owner_id, open_model=context.text_model)
        if propose
        else read.preview
    )


@operation(
    "POST",
    "/api/inventory/reservations",
    problems=(409,),
    example={"key": "order-9", "lines": _LINES, "ttl_s": 900},
    most_bytes=_MOST_BYTES,
    rate="stock",
)
async def reserve_stock(context: Context, given: NewReservation) -> ReservationShown:
    """Hold units for a time; 409 if there is not enough."""
    lines = [line.line for line in given.lines]
    made = short(await _inventory(context).reserve(context.owner_id, given.key, lines, ttl_s=given.ttl_s))
    return ReservationShown.of(made)


@operation("POST", "/api/inventory/reservations/{reservation_id}/sale", problems=(404, 409), rate=_ENDS)
async def sell_reservation(context: Context, reservation_id: str) -> ReservationShown:
    """Turn a reservation into a sale, once. 409 if its units are gone: return the payment; all that it held is free."""
    return ReservationShown.of(short(await _inventory(context).sell_reserved(context.owner_id, reservation_id)))


@operation("DELETE", "/api/inventory/reservations/{reservation_id}", problems=(404,), rate=_ENDS)
async def release_reservation(context: Context, reservation_id: str) -> ReservationShown:
    """Let go of a reservation. One that was sold stays so."""
    return ReservationShown.of(await _inventory(context).release(context.owner_id, reservation_id))


@operation(
    "PUT",
    "/api/inventory/bundles",
    status=204,
    example={"bundle": "TEA-SET", "parts": _LINES},
    most_bytes=_MOST_BYTES,
)
async def set_bundle(context: Context, given: BundleParts) -> None:
    """Say what a bundle is made of."""
    parts = [line.line for line in given.parts]
    await _inventory(context).set_bundle(context.owner_id, given.bundle, parts)


@operation("GET", "/api/inventory/conflicts")
async def list_stock_conflicts(
    context: Context,
    *,
    resolved: Annotated[bool | None, Field(description="Only resolved, or only open ones.")] = None,
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> StockConflictList:
    """Conflicts between sources, reservations and payments, the latest first."""
    (after,) = place_of(cursor, str) or ("",)
    found = await _inventory(context).conflicts(context.owner_id, resolved=resolved, after=after, limit=limit + 1)
    shown, next_cursor = cut(found, limit, lambda conflict: (conflict.conflict_id,))
    items = [
        StockConflictShown.of(
            one, details=str(one.details), rule=str(one.rule), details_message=one.details, rule_message=one.rule
        )
        for one in shown
    ]
    return StockConflictList(items=items, next_cursor=next_cursor)


@operation("POST", "/api/inventory/conflicts/{conflict_id}/resolve", status=204, problems=(404,))
async def resolve_stock_conflict(context: Context, conflict_id: str) -> None:
    """Mark a conflict as resolved."""
    await _inventory(context).resolve(context.owner_id, conflict_id)


@operation("GET", "/api/inventory/sources")
async def list_sources(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> SourceList:
    """Systems that count stock."""
    shown, next_cursor = sliced(await _inventory(context).sources(context.owner_id), limit, cursor)
    return SourceList(items=[SourceShown.of(source) for source in shown], next_cursor=next_cursor)


@operation(
    "POST",
    "/api/inventory/sources",
    example={"name": "till", "kind": "webhook", "signing_secret": "whsec_c2VjcmV0"},
    audited="connection.stock_source_saved",
)
async def add_source(context: Context, given: NewSource) -> SourceShown:
    """Add a system that counts stock; the same name again changes its address and secrets."""
    made = await syncing.add_source(
        context.ports.catalogue,
        context.ports.stock_sources,
        owner_id=context.owner_id,
        name=given.name,
        kind=given.kind,
        url=given.url,
        location=given.location,
        credentials=given.credentials,
    )
    return SourceShown.of(made)


@operation(
    "DELETE", "/api/inventory/sources/{source}", status=204, problems=(404,), audited="connection.stock_source_removed"
)
async def remove_source(context: Context, source: str) -> None:
    """Remove a source. Its items keep their last count."""
    await _inventory(context).remove_source(context.owner_id, source)


@operation("POST", "/api/inventory/sources/{source}/synchronise", problems=(404, 409), patience_s=1_000)
async def synchronise_source(context: Context, source: str) -> SourceSynchronised:
    """Tell a source of the changes here, then take over its counts."""
    found = await syncing.source_named(_inventory(context), context.owner_id, source)
    done = await syncing.synchronise(context.ports.catalogue, context.ports.stock_sources, found)
    return SourceSynchronised(**done.counts, told=done.told, problems=[*done.problems])


def _inventory(context: Context) -> InventoryRecords:
    return context.ports.catalogue.inventory
