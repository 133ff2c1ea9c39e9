"""A shop that runs on Vendure, by its Admin API.

Prices are those that its administrators enter, with or without tax as the channel has it. Vendure has no list price.

Options of a connection: `language` of the texts and `channel`, its token, where they are not the default ones;
`storefront`, the address of a product's page with `{slug}` in it, which the API does not know.

Source: Vendure 3 Admin API; `updatedAt` of a product is not touched by a change of its variants.
"""

from collections.abc import AsyncGenerator, Sequence
from decimal import Decimal
from typing import Any

from integrations.http.json_client import JsonClient, objects
from integrations.inventory.rest import part, rows
from integrations.shop_systems.asking import GraphQL, just_before, money, said
from magicai.catalogue.shop_system import (
    TEXTS,
    FieldName,
    ProductPage,
    ShopConnection,
    SystemChange,
    SystemProduct,
    SystemVariant,
    amount,
)
from magicai.errors import Invalid, NotFound, Refused
from magicai.messages import say
from magicai.shops.product import Availability

_PAGE = 50
_PRODUCT = """id updatedAt enabled languageCode featuredAsset { source preview } assets { preview }
translations { languageCode name slug description }
variants { id name sku enabled trackInventory outOfStockThreshold useGlobalOutOfStockThreshold
  prices { price currencyCode }
  stockLevels { stockLocationId stockOnHand stockAllocated } }"""
_LIST = f"query($options: ProductListOptions) {{ products(options: $options) {{ totalItems items {{ {_PRODUCT} }} }} }}"
_ONE = f"query($id: ID!) {{ product(id: $id) {{ {_PRODUCT} }} }}"
_NEWEST = """{ products(options: {take: 1, sort: {updatedAt: DESC}}) { items { updatedAt } }
productVariants(options: {take: 1, sort: {updatedAt: DESC}}) { items { updatedAt } } }"""
_VARIANTS = """query($options: ProductVariantListOptions) {
productVariants(options: $options) { totalItems items { productId } } }"""
_SHOP = """{ activeChannel { code defaultCurrencyCode defaultLanguageCode }
globalSettings { trackInventory outOfStockThreshold serverConfig { moneyStrategyPrecision } } }"""
_SIGN_IN = """mutation($user: String!, $secret: String!) { login(username: $user, password: $secret) {
__typename ... on ErrorResult { message } } }"""
_TEXT = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { id } }"
_VARIANT = "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"


class VendureSystem:
    """One channel of a shop.

    Args:
        secret: the user's password, or an API key where the connection has no user.
    """

    writable: frozenset[FieldName] = frozenset(("title", "description", "price", "stock"))

    def __init__(self, client: JsonClient, connection: ShopConnection, secret: str) -> None:
        self._graphql = GraphQL(client, "/admin-api")
        self._user, self._secret, self._options = connection.user, secret, connection.options
        self._channel: dict[str, Any] = {}
        self._settings: dict[str, Any] = {}
        self._precision = 2

    async def check(self) -> str:
        """The channel's code."""
        return str(part(await self._opened(), "code"))

    async def products(self, since: str = "") -> AsyncGenerator[ProductPage]:
        """All products, or those that changed, or whose variants did.

        What orders take from stock touches neither: only a read of all products finds it.
        """
        await self._opened()
        found = await self._graphql.ask(_NEWEST)
        lists = [rows(part(found, name, "items")) for name in ("products", "productVariants")]
        cursor = max((str(part(one, "updatedAt")) for some in lists for one in some), default=since)
        if not since:
            async for page in self._pages({}):
                yield ProductPage(products=page, cursor=cursor)
            return
        changed = {"updatedAt": {"after": just_before(since)}}
        ids = [str(part(one, "productId")) async for one in self._listed(_VARIANTS, "productVariants", changed)]
        async for page in self._pages(changed):
            yield ProductPage(products=page, cursor=cursor)
        unique = list(dict.fromkeys(ids))
        for start in range(0, len(unique), _PAGE):
            async for page in self._pages({"id": {"in": unique[start : start + _PAGE]}}):
                yield ProductPage(products=page, cursor=cursor)

    async def product(self, product_id: str) -> SystemProduct:
        """A product by its id."""
        await self._opened()
        found = (await self._graphql.ask(_ONE, id=product_id)).get("product")
        if found is None:
            raise NotFound("shop_product_not_found", product=product_id, address=self._graphql.client.address)
        return self._product(found)

    async def write(self, change: SystemChange) -> None:
        """Update a translation, a price or a stock level."""
        await self._opened()
        values = change.values
        if change.variant_id:
            variant: dict[str, Any] = {"id": change.variant_id}
            if "price" in values:
                variant["price"] = int(Decimal(values["price"]).scaleb(self._precision))
            if "stock" in values:
                variant["stockLevels"] = [await self._level(change)]
            await self._graphql.change(_VARIANT, input=[variant])
            return
        names = {"title": "name", "description": "description"}
        texts = {names[field]: values[field] for field in TEXTS if field in values}
        translation = {"languageCode": self._language, **texts}
        await self._graphql.change(_TEXT, input={"id": change.product_id, "translations": [translation]})

    async def close(self) -> None:
        """Let go of connections."""
        await self._graphql.client.close()

    async def _level(self, change: SystemChange) -> dict[str, Any]:
        """The stock level that leaves so many to be sold, beside those that orders have been given.

        Raises:
            Invalid: it is counted at several, and nobody says at which it changes.
        """
        found = part(await self._graphql.ask(_ONE, id=change.product_id), "product")
        for variant in rows(part(found or {}, "variants")):
            if str(variant.get("id")) == change.variant_id and len(levels := rows(variant.get("stockLevels"))) == 1:
                on_hand = int(change.values["stock"]) + int(part(levels[0], "stockAllocated"))
                return {"stockLocationId": str(part(levels[0], "stockLocationId")), "stockOnHand": on_hand}
        raise Invalid("shop_stock_at_several_places", variant=change.variant_id)

    async def _opened(self) -> dict[str, Any]:
        """The channel, signed in to."""
        if self._channel:
            return self._channel
        if token := self._options.get("channel"):
            self._graphql.headers["vendure-token"] = token
        if self._user:
            data, headers = await self._graphql.sign_in(_SIGN_IN, user=self._user, secret=self._secret)
            if part(data, "login", "__typename") != "CurrentUser":
                raise self._refused(said(str(part(data, "login").get("message", ""))))
            if not (session := headers.get("vendure-auth-token")):
                raise Invalid("vendure_without_bearer", address=self._graphql.client.address)
            self._graphql.headers["Authorization"] = f"Bearer {session}"
        else:
            self._graphql.headers["vendure-api-key"] = self._secret
        found = await self._graphql.ask(_SHOP)
        self._settings = part(found, "globalSettings")
        self._precision = int(part(self._settings, "serverConfig", "moneyStrategyPrecision"))
        self._channel = part(found, "activeChannel")
        return self._channel

    def _refused(self, details: Any) -> Refused:
        address = self._graphql.client.address
        return Refused("credentials_refused", way_out="connect_again", address=address, status=200, details=details)

    @property
    def _language(self) -> str:
        return self._options.get("language") or str(part(self._channel, "defaultLanguageCode"))

    async def _pages(self, where: dict[str, Any]) -> AsyncGenerator[tuple[SystemProduct, ...]]:
        page = list[SystemProduct]()
        async for one in self._listed(_LIST, "products", where):
            page.append(self._product(one))
            if len(page) == _PAGE:
                yield tuple(page)
                page = []
        if page:
            yield tuple(page)

    async def _listed(self, query: str, name: str, where: dict[str, Any]) -> AsyncGenerator[dict[str, Any]]:
        skip, total = 0, 1
        while skip < total:
            options = {"take": _PAGE, "skip": skip, "sort": {"id": "ASC"}, "filter": where}
            found = part(await self._graphql.ask(query, options=options), name)
            total, items = int(part(found, "totalItems")), rows(part(found, "items"))
            if not items and skip < total:
                raise self._graphql.client.incomplete(say("a_list"))
            for item in items:
                yield item
            skip += len(items)

    def _product(self, found: dict[str, Any]) -> SystemProduct:
        texts = _in_language(rows(part(found, "translations")), self._language, str(found.get("languageCode")))
        storefront = self._options.get("storefront", "")
        currency = str(part(self._channel, "defaultCurrencyCode"))
        assets = [found.get("featuredAsset") or {}, *objects(found.get("assets"))]
        return SystemProduct(
            product_id=str(part(found, "id")),
            title=str(part(texts, "name")),
            url=storefront.replace("{slug}", str(texts.get("slug") or "")) if storefront else "",
            description=str(texts.get("description") or ""),
            currency=currency,
            language=str(part(texts, "languageCode")).replace("_", "-"),
            is_translated=texts.get("languageCode") == self._language,
            images=tuple(dict.fromkeys(str(asset["preview"]) for asset in assets if asset.get("preview"))),
            is_sold=found.get("enabled") is True,
            variants=tuple(self._variant(one, currency) for one in rows(part(found, "variants"))),
        )

    def _variant(self, found: dict[str, Any], currency: str) -> SystemVariant:
        prices = [one for one in rows(part(found, "prices")) if one.get("currencyCode") == currency]
        levels = rows(part(found, "stockLevels"))
        stock = sum(int(part(one, "stockOnHand")) - int(part(one, "stockAllocated")) for one in levels)
        tracked = found.get("trackInventory")
        is_tracked = self._settings.get("trackInventory") is True if tracked == "INHERIT" else tracked == "TRUE"
        limits = self._settings if found.get("useGlobalOutOfStockThreshold") is True else found
        availability = Availability.IN_STOCK
        if is_tracked and stock <= int(part(limits, "outOfStockThreshold")):
            availability = Availability.OUT_OF_STOCK
        elif is_tracked and stock <= 0:
            availability = Availability.BACKORDER
        minor = part(prices[0], "price") if prices else None
        return SystemVariant(
            variant_id=str(part(found, "id")),
            name=str(found.get("name") or ""),
            sku=str(found.get("sku") or ""),
            price="" if minor is None else amount(Decimal(money(minor)).scaleb(-self._precision)),
            stock=str(stock) if is_tracked and levels else "",
            availability=availability,
            is_sold=found.get("enabled") is True,
        )


def _in_language(translations: Sequence[dict[str, Any]], *languages: str) -> dict[str, Any]:
    """The translation in the first of these languages that there is."""
    for language in languages:
        for one in translations:
            if one.get("languageCode") == language:
                return one
    return translations[0] if translations else {}
