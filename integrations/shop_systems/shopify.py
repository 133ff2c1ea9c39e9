"""A shop on Shopify, by its Admin GraphQL API, signed in to by an access token.

Option of a connection: `location`, the id of the location whose stock is read and written; without it, none is.

Source: Shopify's GraphQL Admin API 2026-04.
"""

from collections.abc import AsyncGenerator
from typing import Any

from integrations.http.json_client import JsonClient
from integrations.inventory.rest import part, rows
from integrations.shop_systems.asking import GraphQL, money
from magicai.catalogue.shop_system import (
    FieldName,
    ProductPage,
    ShopConnection,
    SystemChange,
    SystemProduct,
    SystemVariant,
)
from magicai.errors import Invalid, NotFound
from magicai.shops.product import Availability

_API = "/admin/api/2026-04/graphql.json"
# What one question costs grows with both; a thousand points are the most.
_PAGE, _VARIANTS = 10, 25
_OFFER = """pageInfo { hasNextPage endCursor } nodes { id title sku barcode price compareAtPrice
availableForSale inventoryQuantity
inventoryItem { id tracked inventoryLevel(locationId: $location) @include(if: $counts) {
  quantities(names: ["available"]) { quantity } } } }"""
_PRODUCT = f"""id title descriptionHtml vendor status onlineStoreUrl category {{ fullName }}
images(first: 10) {{ nodes {{ url }} }} variants(first: {_VARIANTS}) {{ {_OFFER} }}"""
_GIVEN = "$location: ID!, $counts: Boolean!"
_LIST = f"""query($first: Int!, $after: String, $query: String, {_GIVEN}) {{
products(first: $first, after: $after, query: $query, sortKey: ID) {{
  pageInfo {{ hasNextPage endCursor }} nodes {{ {_PRODUCT} }} }} }}"""
_ONE = f"query($id: ID!, {_GIVEN}) {{ product(id: $id) {{ {_PRODUCT} }} }}"
_MORE = f"""query($id: ID!, $after: String, {_GIVEN}) {{
product(id: $id) {{ variants(first: 100, after: $after) {{ {_OFFER} }} }} }}"""
_NEWEST = "{ products(first: 1, sortKey: UPDATED_AT, reverse: true) { nodes { updatedAt } } }"
_SHOP = "{ shop { name currencyCode } }"
_TEXT = """mutation($product: ProductUpdateInput!) {
productUpdate(product: $product) { userErrors { message } } }"""
_PRICE = """mutation($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }"""
_STOCK = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { message } } }"""
_ITEM = "query($id: ID!) { productVariant(id: $id) { inventoryItem { id } } }"


class ShopifySystem:
    """One shop."""

    writable: frozenset[FieldName]

    def __init__(self, client: JsonClient, connection: ShopConnection, secret: str) -> None:
        self._graphql = GraphQL(client, _API)
        self._graphql.headers["X-Shopify-Access-Token"] = secret
        self._location = _gid("Location", connection.options.get("location", ""))
        fields: tuple[FieldName, ...] = ("title", "description", "price", "list_price")
        self.writable = frozenset((*fields, "stock") if self._location else fields)
        self._currency = ""

    async def check(self) -> str:
        """The shop's name."""
        return str(part(await self._graphql.ask(_SHOP), "shop", "name"))

    async def products(self, since: str = "") -> AsyncGenerator[ProductPage]:
        """All products, or those updated since; a change of a variant, and of its stock, updates its product."""
        await self._opened()
        newest = rows(part(await self._graphql.ask(_NEWEST), "products", "nodes"))
        cursor = str(part(newest[0], "updatedAt")) if newest else since
        after, query = None, f"updated_at:>='{since}'" if since else None
        while True:
            found = await self._graphql.ask(_LIST, first=_PAGE, after=after, query=query, **self._given)
            page = part(found, "products")
            yield ProductPage(
                products=tuple([await self._product(one) for one in rows(part(page, "nodes"))]), cursor=cursor
            )
            if not part(page, "pageInfo", "hasNextPage"):
                return
            after = part(page, "pageInfo", "endCursor")

    async def product(self, product_id: str) -> SystemProduct:
        """A product by its id."""
        await self._opened()
        found = (await self._graphql.ask(_ONE, id=_gid("Product", product_id), **self._given)).get("product")
        if found is None:
            raise NotFound("shop_product_not_found", product=product_id, address=self._graphql.client.address)
        return await self._product(found)

    async def write(self, change: SystemChange) -> None:
        """Update texts, a variant's prices, or its quantity at the location, compared there once more."""
        product, values = _gid("Product", change.product_id), change.values
        if "stock" in values:
            quantity = {
                "inventoryItemId": await self._item(change),
                "locationId": self._location,
                "quantity": int(values["stock"]),
                "changeFromQuantity": int(change.before["stock"]) if change.before.get("stock") else None,
            }
            given = {"name": "available", "reason": "correction", "quantities": [quantity]}
            done = await self._graphql.change(_STOCK, input=given, key=change.key)
            self._graphql.refused(part(done, "inventorySetQuantities", "userErrors"))
        elif change.variant_id:
            variant: dict[str, Any] = {"id": _gid("ProductVariant", change.variant_id)}
            variant |= {"price": values["price"]} if "price" in values else {}
            variant |= {"compareAtPrice": values["list_price"] or None} if "list_price" in values else {}
            done = await self._graphql.change(_PRICE, id=product, variants=[variant])
            self._graphql.refused(part(done, "productVariantsBulkUpdate", "userErrors"))
        else:
            texts = {"title": values["title"]} if "title" in values else {}
            texts |= {"descriptionHtml": values["description"]} if "description" in values else {}
            done = await self._graphql.change(_TEXT, product={"id": product, **texts})
            self._graphql.refused(part(done, "productUpdate", "userErrors"))

    async def close(self) -> None:
        """Let go of connections."""
        await self._graphql.client.close()

    @property
    def _given(self) -> dict[str, Any]:
        return {"location": self._location or _gid("Location", "0"), "counts": bool(self._location)}

    async def _opened(self) -> None:
        if not self._currency:
            self._currency = str(part(await self._graphql.ask(_SHOP), "shop", "currencyCode"))

    async def _item(self, change: SystemChange) -> str:
        found = await self._graphql.ask(_ITEM, id=_gid("ProductVariant", change.variant_id))
        if found.get("productVariant") is None:
            raise Invalid("shop_product_not_found", product=change.variant_id, address=self._graphql.client.address)
        return str(part(found, "productVariant", "inventoryItem", "id"))

    async def _product(self, found: dict[str, Any]) -> SystemProduct:
        variants = part(found, "variants")
        kinds = rows(part(variants, "nodes"))
        while part(variants, "pageInfo", "hasNextPage"):
            after = part(variants, "pageInfo", "endCursor")
            more = await self._graphql.ask(_MORE, id=part(found, "id"), after=after, **self._given)
            variants = part(more, "product", "variants")
            kinds += rows(part(variants, "nodes"))
        category: Any = found.get("category")
        path = str(part(category, "fullName") or "") if category else ""
        return SystemProduct(
            product_id=_number(part(found, "id")),
            title=str(part(found, "title")),
            url=str(found.get("onlineStoreUrl") or ""),
            description=str(found.get("descriptionHtml") or ""),
            currency=self._currency,
            brand=str(found.get("vendor") or ""),
            category=tuple(name for name in path.split(" > ") if name),
            images=tuple(str(part(one, "url")) for one in rows(part(found, "images", "nodes"))),
            is_sold=found.get("status") == "ACTIVE",
            variants=tuple(_variant(one, counts=bool(self._location)) for one in kinds),
        )


def _variant(found: dict[str, Any], *, counts: bool) -> SystemVariant:
    item = part(found, "inventoryItem")
    level = item.get("inventoryLevel")
    is_tracked = item.get("tracked") is True
    stock = ""
    if counts and is_tracked and level is not None:
        stock = str(int(part(rows(part(level, "quantities"))[0], "quantity")))
    availability = Availability.IN_STOCK
    if found.get("availableForSale") is not True:
        availability = Availability.OUT_OF_STOCK
    elif is_tracked and int(part(found, "inventoryQuantity")) <= 0:
        availability = Availability.BACKORDER
    return SystemVariant(
        variant_id=_number(part(found, "id")),
        name=str(found.get("title") or ""),
        sku=str(found.get("sku") or ""),
        gtin=str(found.get("barcode") or ""),
        price=money(found.get("price")),
        list_price=money(found.get("compareAtPrice")),
        stock=stock,
        availability=availability,
    )


def _gid(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number.rpartition('/')[2]}" if number else ""


def _number(gid: Any) -> str:
    return str(gid).rpartition("/")[2]
