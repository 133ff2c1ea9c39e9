"""Connected shops: what they are, what would be written to them, and writing it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from pydantic import Field

from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.shop_system import ShopConnection
from magicai.catalogue.systems import connections, writing
from magicai.catalogue.systems.previewing import preview
from magicai.catalogue.systems.shop_write import KIND, ShopWrite, write_of
from magicai.catalogue.systems.text_writing import preview_texts
from magicai.content.choosing import contents
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import MANY_BYTES, Context, operation
from magicai.paging import cursor_at, place_of, sliced
from magicai.shapes.subjects.catalogue_systems import (
    ConnectedShop,
    PreviewWanted,
    ShopSystemChecked,
    ShopSystemList,
    ShopSystemShown,
    ShopWriteList,
    ShopWriteShown,
    WriteDigest,
)
from magicai.shapes.subjects.content_many import ChosenTexts

TAG = "shop systems"
_Name = Annotated[str, Field(max_length=40)]
_WRITE_S = 900
_MEANT = {"digest": "0" * 64}


@operation("GET", "/api/shop-systems")
async def list_shop_systems(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> ShopSystemList:
    """Your connected shops, by name."""
    found = await connections.connections_of(context.records, context.owner_id)
    shown, next_cursor = sliced([ShopSystemShown.of(one) for one in found], limit, cursor)
    return ShopSystemList(items=shown, next_cursor=next_cursor)


@operation(
    "POST",
    "/api/shop-systems",
    status=201,
    problems=(409,),
    example={"name": "main", "kind": "vendure", "address": "https://shop.example", "user": "ann", "secret": "..."},
    audited="connection.shop_saved",
)
async def connect_shop_system(context: Context, given: ConnectedShop) -> ShopSystemShown:
    """Connect a shop, or replace the connection of its name. Its secret is encrypted, and never shown."""
    made = await connections.connect(context.records, context.ports.seal, given.new, owner_id=context.owner_id)
    return ShopSystemShown.of(made)


@operation("POST", "/api/shop-systems/{system}/check", problems=(404, 409))
async def check_shop_system(context: Context, system: _Name) -> ShopSystemChecked:
    """Sign in to a shop, and change nothing."""
    async with _opened(context, system) as (_, opened):
        return ShopSystemChecked(shop=await opened.check())


@operation("DELETE", "/api/shop-systems/{system}", status=204, problems=(404,), audited="connection.shop_removed")
async def forget_shop_system(context: Context, system: _Name) -> None:
    """Forget a connection. The shop and the catalogue keep their products."""
    await connections.forget(context.records, system, owner_id=context.owner_id)


@operation(
    "POST",
    "/api/shop-systems/{system}/writes",
    status=201,
    problems=(404, 409),
    example={"fields": ["title", "description", "price"]},
    most_bytes=MANY_BYTES,
    patience_s=_WRITE_S,
)
async def preview_shop_write(context: Context, system: _Name, given: PreviewWanted) -> ShopWriteShown:
    """Compare the catalogue, or values by SKU, with the shop as it is now. Nothing is changed."""
    async with _opened(context, system) as (connection, opened):
        return _shown(await preview(context.ports.catalogue, opened, connection, given))


@operation(
    "POST",
    "/api/shop-systems/{system}/texts",
    status=201,
    problems=(404, 409),
    example={"content_ids": ["01a2-000001"]},
    most_bytes=MANY_BYTES,
    patience_s=_WRITE_S,
)
async def preview_shop_texts(context: Context, system: _Name, given: ChosenTexts) -> ShopWriteShown:
    """Compare accepted texts, by their SKUs, with the shop's descriptions as they are now. Nothing is changed."""
    texts = contents(context.records, given.distinct, owner_id=context.owner_id)
    async with _opened(context, system) as (connection, opened):
        return _shown(await preview_texts(context.ports.catalogue, opened, connection, texts))


@operation("GET", "/api/shop-systems/{system}/writes", problems=(404,))
async def list_shop_writes(context: Context, system: _Name, limit: Limit = USUAL, cursor: Cursor = "") -> ShopWriteList:
    """What was previewed for a shop, and what became of it, newest first."""
    connection = await connections.connection_of(context.records, system, owner_id=context.owner_id)
    (after,) = place_of(cursor, str) or ("",)
    page = await context.records.entities.listed(
        context.owner_id, KIND, state=connection.name, after=after, limit=limit, newest_first=True
    )
    items = [_shown(one.entity.as_model(ShopWrite)) for one in page.items if one.entity is not None]
    return ShopWriteList(items=items, next_cursor=None if page.next is None else cursor_at(page.next))


@operation("GET", "/api/shop-writes/{write_id}", problems=(404,))
async def show_shop_write(context: Context, write_id: str) -> ShopWriteShown:
    """A write: what it changes, and what became of it."""
    return _shown((await write_of(context.records, write_id, owner_id=context.owner_id))[0])


@operation("POST", "/api/shop-writes/{write_id}/apply", problems=(404, 409), example=_MEANT, patience_s=_WRITE_S)
async def apply_shop_write(context: Context, write_id: str, given: WriteDigest) -> ShopWriteShown:
    """Write what was previewed, where the shop still has what the preview has seen. Again, it writes what is left."""
    write, _ = await write_of(context.records, write_id, owner_id=context.owner_id)
    async with _opened(context, write.name) as (connection, opened):
        return _shown(await writing.apply(context.records, opened, connection, write_id, digest=given.digest))


@operation("POST", "/api/shop-writes/{write_id}/undo", problems=(404, 409), example=_MEANT, patience_s=_WRITE_S)
async def undo_shop_write(context: Context, write_id: str, given: WriteDigest) -> ShopWriteShown:
    """Write back what was there before, where the shop still has what was written."""
    write, _ = await write_of(context.records, write_id, owner_id=context.owner_id)
    async with _opened(context, write.name) as (connection, opened):
        return _shown(await writing.undo(context.records, opened, connection, write_id, digest=given.digest))


@asynccontextmanager
async def _opened(context: Context, name: str) -> AsyncGenerator[tuple[ShopConnection, ShopSystem]]:
    connection = await connections.connection_of(context.records, name, owner_id=context.owner_id)
    system = context.ports.shop_systems(connection)
    try:
        yield connection, system
    finally:
        await system.close()


def _shown(write: ShopWrite) -> ShopWriteShown:
    return ShopWriteShown.of(write)
