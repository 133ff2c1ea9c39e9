"""A shop on WooCommerce, by its REST API v3, signed in to by a consumer key and its secret.

Source: WooCommerce REST API v3; a product's `date_modified` is not touched by a change of its variations.
"""

import base64
from collections.abc import AsyncGenerator, Mapping
from decimal import Decimal
from typing import Any

from integrations.http.json_client import Answer, JsonClient
from integrations.inventory.rest import part, rows
from integrations.shop_systems.asking import just_before, money, patiently
from magicai.catalogue.shop_system import (
    FieldName,
    ProductPage,
    ShopConnection,
    SystemChange,
    SystemProduct,
    SystemVariant,
)
from magicai.errors import NotFound
from magicai.messages import say
from magicai.shops.product import Availability

_API = "/wp-json/wc/v3"
_PRODUCTS = f"{_API}/products"
_PAGE = 50
_EVERY: Mapping[str, str] = {"status": "any", "orderby": "id", "order": "asc"}
_NAMES: Mapping[FieldName, str] = {
    "title": "name",
    "description": "description",
    "stock": "stock_quantity",
}
_AVAILABILITY = {
    "instock": Availability.IN_STOCK,
    "outofstock": Availability.OUT_OF_STOCK,
    "onbackorder": Availability.BACKORDER,
}


class WooCommerceSystem:
    """One shop. A product without variations is its own only variant."""

    writable: frozenset[FieldName] = frozenset(("title", "description", "price", "list_price", "stock"))

    def __init__(self, client: JsonClient, connection: ShopConnection, secret: str) -> None:
        basic = base64.b64encode(f"{connection.user}:{secret}".encode()).decode()
        self._client, self._headers = client, {"Authorization": f"Basic {basic}"}
        self._currency = ""

    async def check(self) -> str:
        """The currency, since the API keeps no name of the shop."""
        await self._opened()
        return f"{self._client.address} ({self._currency})"

    async def products(self, since: str = "") -> AsyncGenerator[ProductPage]:
        """All products, or those modified since and all that have variations."""
        await self._opened()
        newest = await self._get(_PRODUCTS, {"per_page": "1", "orderby": "modified", "status": "any"}, shape=list)
        cursor = str(part(newest.list[0], "date_modified_gmt")) if newest.list else since
        wheres: list[dict[str, str]] = [{}]
        if since:
            wheres = [{"modified_after": just_before(since), "dates_are_gmt": "true"}, {"type": "variable"}]
        for where in wheres:
            async for page in self._pages(_PRODUCTS, where):
                yield ProductPage(products=tuple([await self._product(one) for one in page]), cursor=cursor)

    async def product(self, product_id: str) -> SystemProduct:
        """A product by its id; one in the bin is gone."""
        await self._opened()
        found = (await self._get(f"{_PRODUCTS}/{product_id}")).object
        if found.get("status") == "trash":
            raise NotFound("shop_product_not_found", product=product_id, address=self._client.address)
        return await self._product(found)

    async def write(self, change: SystemChange) -> None:
        """Update a product or a variation."""
        path = f"{_PRODUCTS}/{change.product_id}"
        if change.variant_id not in ("", change.product_id):
            path = f"{path}/variations/{change.variant_id}"
        body: dict[str, Any] = {_NAMES[field]: value for field, value in change.values.items() if field in _NAMES}
        if "stock" in change.values:
            body["stock_quantity"] = int(change.values["stock"])
        if {"price", "list_price"} & set(change.values):
            body |= await self._prices(path, change)
        # Not PUT, which is sent again on its own where a connection breaks.
        answer = await patiently(lambda: self._client.change("POST", path, headers=self._headers, body=body))
        if not answer.object.get("id"):
            raise self._client.unreadable(say("the_post"))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _prices(self, path: str, change: SystemChange) -> dict[str, str]:
        """Price and list price as WooCommerce has them: a regular one, and a sale's, which counts only below it.

        Only one of them may change: what the other is, the shop says. A sale that has not begun stays planned.
        """
        now = _offer((await self._get(path)).object)
        price = change.values.get("price", now["price"])
        before = change.values.get("list_price", now["list_price"])
        if before and Decimal(before) > Decimal(price or 0):
            return {"regular_price": before, "sale_price": price}
        return {"regular_price": price, **({"sale_price": ""} if now["list_price"] else {})}

    async def _opened(self) -> None:
        if not self._currency:
            answer = await self._get(f"{_API}/data/currencies/current")
            self._currency = str(part(answer.object, "code"))

    async def _get(self, path: str, query: Mapping[str, str] | None = None, *, shape: type = dict) -> Answer:
        return await patiently(lambda: self._client.get(path, headers=self._headers, query=query, shape=shape))

    async def _pages(self, path: str, where: Mapping[str, str]) -> AsyncGenerator[list[dict[str, Any]]]:
        number = pages = 1
        while number <= pages:
            query = {**_EVERY, **where, "per_page": str(_PAGE), "page": str(number)}
            answer = await self._get(path, query, shape=list)
            pages = int(answer.headers.get("x-wp-totalpages") or number + (len(answer.list) == _PAGE))
            yield answer.list
            number += 1

    async def _product(self, found: dict[str, Any]) -> SystemProduct:
        product_id = str(part(found, "id"))
        kinds = [found]
        if found.get("type") == "variable":
            pages = self._pages(f"{_PRODUCTS}/{product_id}/variations", {})
            kinds = [one async for page in pages for one in page]
        return SystemProduct(
            product_id=product_id,
            title=str(part(found, "name")),
            url=str(found.get("permalink") or ""),
            description=str(found.get("description") or ""),
            currency=self._currency,
            brand=", ".join(str(one.get("name")) for one in rows(found.get("brands") or [])),
            category=tuple(str(one.get("name")) for one in rows(found.get("categories") or [])[:1]),
            images=tuple(str(part(one, "src")) for one in rows(found.get("images") or [])),
            is_sold=found.get("status") == "publish",
            variants=tuple(_variant(one) for one in kinds),
        )


def _variant(found: dict[str, Any]) -> SystemVariant:
    counts = found.get("manage_stock") is True and found.get("stock_quantity") is not None
    names = [str(one.get("option") or "") for one in rows(found.get("attributes") or [])]
    return SystemVariant(
        variant_id=str(part(found, "id")),
        name=", ".join(filter(None, names)),
        sku=str(found.get("sku") or ""),
        gtin=str(found.get("global_unique_id") or ""),
        stock=str(int(found["stock_quantity"])) if counts else "",
        availability=_AVAILABILITY.get(str(found.get("stock_status")), Availability.UNKNOWN),
        is_sold=found.get("status") in ("publish", None),
        **_offer(found),
    )


def _offer(found: Mapping[str, Any]) -> dict[str, str]:
    """What customers pay now, and the regular price where that is higher."""
    price, regular = money(found.get("price")), money(found.get("regular_price"))
    return {"price": price, "list_price": regular if price and regular and Decimal(regular) > Decimal(price) else ""}
