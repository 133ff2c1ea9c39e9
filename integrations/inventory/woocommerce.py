"""Stock of a WooCommerce-shaped shop. Items are SKUs, or `woocommerce:ID` where there is none.

Its API sets counts and does not add to them: what the shop sells between our reading and our writing, milliseconds
apart, is lost to its count, and comes back with the shop's own next correction.

Source: WooCommerce REST API v3, Products and Product variations.
"""

from collections.abc import AsyncGenerator
from typing import Any

from integrations.http.json_client import JsonClient
from integrations.inventory.rest import level, part, rows, told, version_of, whole
from magicai.catalogue.inventory.stock import Level, Outgoing
from magicai.errors import NotFound

_API = "/wp-json/wc/v3/products"
_PAGE = 100
# Kept with the product in the same write, so that an interrupted one can be looked up.
_META = "_magicai_push"


class WooCommerceStock:
    """Counts by the REST API."""

    def __init__(self, shop: JsonClient) -> None:
        self._shop = shop
        self._paths: dict[str, str] = {}

    async def levels(self) -> AsyncGenerator[Level]:
        """Every product and variation whose stock is managed."""
        async for path, product in self._products():
            counted = level_of(product)
            if counted is not None:
                self._paths[counted.item] = path
                yield counted

    async def adjust(self, outgoing: Outgoing) -> Level | None:
        """Set the count to what it is now, changed."""
        path = await self._path(outgoing.item)
        now = await self._now(path)
        change = {
            "stock_quantity": whole(part(now, "stock_quantity") or 0) + outgoing.quantity,
            "meta_data": [{"key": _META, "value": outgoing.push_key}],
        }
        answer = await self._shop.change("PUT", path, body=change)
        return told(lambda: level_of(answer.value))

    async def look_up(self, outgoing: Outgoing) -> Level | None:
        """The count, where the product has the change's key."""
        now = await self._now(await self._path(outgoing.item))
        keys = [meta.get("value") for meta in rows(now.get("meta_data", [])) if meta.get("key") == _META]
        return level_of(now) if outgoing.push_key in keys else None

    async def close(self) -> None:
        """Let go of connections."""
        await self._shop.close()

    async def _now(self, path: str) -> dict[str, Any]:
        return (await self._shop.get(path)).object

    async def _path(self, item: str) -> str:
        if item not in self._paths:
            async for _ in self.levels():
                pass
        if item not in self._paths:
            raise NotFound("shop_item_not_found", item=item)
        return self._paths[item]

    async def _products(self) -> AsyncGenerator[tuple[str, Any]]:
        async for product in self._paged(_API):
            yield f"{_API}/{part(product, 'id')}", product
            if product.get("type") == "variable":
                variations = f"{_API}/{part(product, 'id')}/variations"
                async for variation in self._paged(variations):
                    yield f"{variations}/{part(variation, 'id')}", variation

    async def _paged(self, path: str) -> AsyncGenerator[Any]:
        number = 1
        while True:
            page = f"{path}?per_page={_PAGE}&page={number}&orderby=id&order=asc"
            found = (await self._shop.get(page, shape=list)).list
            for row in found:
                yield row
            if len(found) < _PAGE:
                return
            number += 1


def level_of(product: Any) -> Level | None:
    """What a product counts; None where its stock is not managed."""
    if product.get("manage_stock") is not True or product.get("stock_quantity") is None:
        return None
    item = str(product.get("sku") or f"woocommerce:{part(product, 'id')}")
    return level(item, whole(product["stock_quantity"]), version_of(part(product, "date_modified_gmt")))
