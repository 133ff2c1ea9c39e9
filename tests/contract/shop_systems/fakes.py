"""Shops with products, each speaking its system's API over HTTP, and answering badly when told to."""

import asyncio
import base64
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = "s3cret"


@dataclass
class Goods:
    """A product: of `title` and `description`, and variants by id with `sku`, `price`, `list_price` and `stock`."""

    title: str
    description: str
    variants: dict[str, dict[str, Any]]
    changed: int = 0
    variant_changed: int = 0
    texts: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def fields(self, variant_id: str) -> dict[str, Any]:
        return self.variants[variant_id] if variant_id else self.__dict__


def goods() -> dict[str, Goods]:
    def kind(sku: str, price: str, stock: int) -> dict[str, Any]:
        return {"sku": sku, "price": price, "list_price": "", "stock": str(stock)}

    shirt = {"101": kind("LS-S", "39.9", 12), "102": kind("LS-M", "39.9", 7), "103": kind("LS-L", "42.5", 0)}
    single = [("Copper kettle", "CK-1", "120", 3), ("Oak stool", "OS-1", "85", 5), ("Wool rug", "WR-1", "240", 2)]
    made = {"1": Goods("Linen shirt", "<p>Airy.</p><p>Washed at 30 degrees.</p>", shirt)}
    for number, (title, sku, price, stock) in enumerate([*single, ("Clay bowl", "CB-1", "14.5", 40)], start=2):
        made[str(number)] = Goods(title, f"<p>{title} by hand.</p>", {str(number + 2): kind(sku, price, stock)})
    return made


class FakeShop:
    """One shop.

    Attributes:
        faults: what happens to the next requests that change something, one each, "" for nothing: `busy`, `error`,
            `refused`, `cut`; `lost`, `half` and `slow` once it was carried out.
        read_faults: likewise of those that read.
        writes: changes that were carried out: product, variant, field, value.
    """

    kind = ""
    user = ""

    def __init__(self) -> None:
        self.goods = goods()
        self.faults, self.read_faults = deque[str](), deque[str]()
        self.writes: list[tuple[str, str, str, str]] = []
        self.clock = 1_764_000_000
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self.server = TestServer(app, host="127.0.0.1")
        for one in self.goods.values():
            one.changed = one.variant_changed = self.clock

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.make_url('/').port}"

    def time(self, second: int) -> str:
        return datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")

    async def edit(self, product_id: str, variant_id: str, name: str, value: str) -> None:
        """Somebody changes something in the shop."""
        self.put(product_id, self.kind_of(product_id, variant_id), {name: value})
        self.writes.clear()

    def kind_of(self, product_id: str, variant_id: str) -> str:
        """The id of a variant here: where a system calls a single one as its product, another."""
        single = len(self.goods[product_id].variants) == 1 and variant_id == product_id
        return next(iter(self.goods[product_id].variants)) if single else variant_id

    async def value(self, product_id: str, variant_id: str, name: str) -> str:
        return str(self.goods[product_id].fields(self.kind_of(product_id, variant_id))[name])

    async def remove(self, product_id: str) -> None:
        del self.goods[product_id]

    def put(self, product_id: str, variant_id: str, values: dict[str, str]) -> None:
        self.clock += 10
        found = self.goods[product_id]
        found.fields(variant_id).update(values)
        if variant_id:
            found.variant_changed = self.clock
        else:
            found.changed = self.clock
        self.writes += [(product_id, variant_id, name, value) for name, value in values.items()]

    def changes(self, request: web.Request, body: Any) -> bool:
        return request.method == "POST" and "mutation" in body.get("query", "mutation")

    async def answer(self, request: web.Request, body: Any) -> web.Response:
        raise NotImplementedError

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body: Any = await request.json() if request.can_read_body else {}
        waiting = self.faults if self.changes(request, body) and "login" not in str(body) else self.read_faults
        fault = waiting.popleft() if waiting else ""
        if fault in ("busy", "error", "refused", "cut"):
            return self._instead(fault, request)
        answer = await self.answer(request, body)
        if fault == "slow":
            await asyncio.sleep(0.6)
        if fault == "lost":
            return self._cut(request)
        if fault == "half":
            return web.Response(text=str(answer.text)[:20], content_type="application/json")
        return answer

    def _instead(self, fault: str, request: web.Request) -> web.Response:
        if fault == "busy":
            return self.busy()
        if fault == "error":
            return web.Response(status=502, text="<html>bad gateway")
        return self.refuse("price: must be less") if fault == "refused" else self._cut(request)

    def busy(self) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "0"})

    def refuse(self, words: str) -> web.Response:
        return web.json_response({"message": words}, status=400)

    def _cut(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()


class FakeVendure(FakeShop):
    kind, user = "vendure", "ann"
    tracks_by_default = True

    def refuse(self, words: str) -> web.Response:
        errors = [{"message": words, "extensions": {"code": "USER_INPUT_ERROR"}}]
        return web.json_response({"data": None, "errors": errors})

    async def answer(self, request: web.Request, body: Any) -> web.Response:
        query, given = body["query"], body["variables"]
        if "login(" in query:
            ok = given["secret"] == SECRET
            made = {"__typename": "CurrentUser" if ok else "InvalidCredentialsError", "message": "invalid"}
            return web.json_response({"data": {"login": made}}, headers={"vendure-auth-token": "t"} if ok else {})
        if request.headers.get("Authorization") != "Bearer t":
            errors = [{"message": "You are not authorized", "extensions": {"code": "FORBIDDEN"}}]
            return web.json_response({"data": None, "errors": errors})
        return web.json_response({"data": self._data(query, given)})

    def _data(self, query: str, given: Any) -> Any:  # noqa: PLR0911 - an answer to each kind of question
        if "activeChannel" in query:
            channel = {"code": "default", "defaultCurrencyCode": "EUR", "defaultLanguageCode": "en"}
            config = {
                "serverConfig": {"moneyStrategyPrecision": 2}, "outOfStockThreshold": 0,
                "trackInventory": self.tracks_by_default,
            }  # fmt: skip
            return {"activeChannel": channel, "globalSettings": config}
        if "updateProduct(" in query:
            (texts,) = given["input"]["translations"]
            names = {"title": "name", "description": "description"}
            values = {ours: texts[theirs] for ours, theirs in names.items() if theirs in texts}
            self.put(given["input"]["id"], "", values)
            return {"updateProduct": {"id": given["input"]["id"]}}
        if "updateProductVariants(" in query:
            (one,) = given["input"]
            values = {"price": f"{one['price'] / 100:g}"} if "price" in one else {}
            for level in one.get("stockLevels", ()):
                values["stock"] = str(level["stockOnHand"] - 2)
            self.put(self._of(one["id"]), one["id"], values)
            return {"updateProductVariants": [{"id": one["id"]}]}
        if "product(id" in query:
            found = self.goods.get(given["id"])
            return {"product": found and self._product(given["id"], found)}
        if "sort: {updatedAt: DESC}" in query:
            newest = [max(getattr(one, name) for one in self.goods.values()) for name in ("changed", "variant_changed")]
            lists = ("products", "productVariants")
            return {name: {"items": [{"updatedAt": self.time(at)}]} for name, at in zip(lists, newest, strict=True)}
        options = given["options"]
        where = options["filter"]
        after = where.get("updatedAt", {}).get("after", "")
        if "productVariants(" in query:
            ids = [number for number, one in self.goods.items() if self.time(one.variant_changed) > after]
            return {"productVariants": self._page([{"productId": number} for number in ids], options)}
        wanted = where.get("id", {}).get("in")
        products = [
            self._product(number, one)
            for number, one in self.goods.items()
            if (number in wanted if wanted is not None else self.time(one.changed) > after)
        ]
        return {"products": self._page(products, options)}

    def _page(self, items: list[Any], options: Any) -> Any:
        begin = options["skip"]
        return {"totalItems": len(items), "items": items[begin : begin + options["take"]]}

    def _of(self, variant_id: str) -> str:
        return next(number for number, one in self.goods.items() if variant_id in one.variants)

    def _product(self, number: str, one: Goods) -> Any:
        slug = one.title.lower().replace(" ", "-")
        texts = {"languageCode": "en", "name": one.title, "slug": slug, "description": one.description}
        variants = [
            {
                "id": variant_id, "name": kind["sku"], "sku": kind["sku"], "enabled": True,
                "trackInventory": "INHERIT", "useGlobalOutOfStockThreshold": "orderable" not in kind,
                "outOfStockThreshold": -5,
                "prices": [{"price": round(float(kind["price"]) * 100), "currencyCode": "EUR"}],
                "stockLevels": [{"stockLocationId": "1", "stockOnHand": int(kind["stock"]) + 2, "stockAllocated": 2}],
            }
            for variant_id, kind in one.variants.items()
        ]  # fmt: skip
        return {
            "id": number, "updatedAt": self.time(one.changed), "enabled": True, "languageCode": "en", "assets": [],
            "featuredAsset": None, "translations": [texts], "variants": variants,
        }  # fmt: skip


class FakeShopify(FakeShop):
    kind = "shopify"
    options = {"location": "7"}  # noqa: RUF012
    counts = True

    def busy(self) -> web.Response:
        cost = {"requestedQueryCost": 50, "throttleStatus": {"currentlyAvailable": 49, "restoreRate": 1000}}
        errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
        return web.json_response({"errors": errors, "extensions": {"cost": cost}})

    def refuse(self, words: str) -> web.Response:
        errors = {"userErrors": [{"message": words}]}
        names = ("productUpdate", "productVariantsBulkUpdate", "inventorySetQuantities")
        return web.json_response({"data": dict.fromkeys(names, errors)})

    async def answer(self, request: web.Request, body: Any) -> web.Response:
        if request.headers.get("X-Shopify-Access-Token") != SECRET:
            return web.json_response({"errors": "[API] Invalid API key or access token"}, status=401)
        return web.json_response({"data": self._data(body["query"], body["variables"])})

    def _data(self, query: str, given: Any) -> Any:
        if "mutation" in query:
            return self._change(query, given)
        if "shop {" in query:
            return {"shop": {"name": "Linen & co", "currencyCode": "EUR"}}
        self.counts = given.get("counts", True)
        if "reverse: true" in query:
            newest = max(max(one.changed, one.variant_changed) for one in self.goods.values())
            return {"products": {"nodes": [{"updatedAt": self.time(newest)}]}}
        if "productVariant(" in query:
            return {"productVariant": {"inventoryItem": {"id": f"item/{_last(given['id'])}"}}}
        if "product(id" in query:
            number = _last(given["id"])
            found = self.goods.get(number) and self._product(number, int(given.get("after") or 0))
            return {"product": found}
        since = (given["query"] or "").removeprefix("updated_at:>='").rstrip("'")
        ids = [n for n, one in self.goods.items() if self.time(max(one.changed, one.variant_changed)) >= since]
        begin = int(given["after"] or 0)
        end = begin + given["first"]
        nodes = [self._product(number) for number in ids[begin:end]]
        return {"products": {"pageInfo": {"hasNextPage": end < len(ids), "endCursor": str(end)}, "nodes": nodes}}

    def _change(self, query: str, given: Any) -> Any:
        if "productUpdate(" in query:
            number = _last(given["product"]["id"])
            if number not in self.goods:
                return {"productUpdate": {"userErrors": [{"message": "Product does not exist"}]}}
            names = {"title": "title", "description": "descriptionHtml"}
            texts = {ours: given["product"][theirs] for ours, theirs in names.items() if theirs in given["product"]}
            self.put(number, "", texts)
            return {"productUpdate": {"userErrors": []}}
        if "productVariantsBulkUpdate(" in query:
            (one,) = given["variants"]
            names = {"price": "price", "list_price": "compareAtPrice"}
            values = {ours: one[theirs] or "" for ours, theirs in names.items() if theirs in one}
            self.put(_last(given["id"]), _last(one["id"]), values)
            return {"productVariantsBulkUpdate": {"userErrors": []}}
        (one,) = given["input"]["quantities"]
        variant = _last(one["inventoryItemId"])
        number = next(number for number, goods in self.goods.items() if variant in goods.variants)
        assert given["key"]
        if one["changeFromQuantity"] != int(self.goods[number].variants[variant]["stock"]):
            return {"inventorySetQuantities": {"userErrors": [{"message": "changeFromQuantity is stale"}]}}
        self.put(number, variant, {"stock": str(one["quantity"])})
        return {"inventorySetQuantities": {"userErrors": []}}

    def _product(self, number: str, begin: int = 0) -> Any:
        one = self.goods[number]
        nodes = [
            {
                "id": f"gid://shopify/ProductVariant/{variant}", "title": kind["sku"], "sku": kind["sku"],
                "barcode": None, "price": f"{float(kind['price']):.2f}", "compareAtPrice": kind["list_price"] or None,
                "inventoryQuantity": int(kind["stock"]),
                "availableForSale": int(kind["stock"]) > 0 or "orderable" in kind,
                "inventoryItem": {
                    "id": f"item/{variant}", "tracked": True,
                    **({"inventoryLevel": {"quantities": [{"quantity": int(kind["stock"])}]}} if self.counts else {}),
                },
            }
            for variant, kind in one.variants.items()
        ]  # fmt: skip
        info = {"hasNextPage": begin + 2 < len(nodes), "endCursor": str(begin + 2)}
        return {
            "id": f"gid://shopify/Product/{number}", "title": one.title, "descriptionHtml": one.description,
            "vendor": "Linen & co", "status": "ACTIVE", "onlineStoreUrl": f"https://shop.example/products/{number}",
            "category": None, "images": {"nodes": []},
            "variants": {"pageInfo": info, "nodes": nodes[begin : begin + 2]},
        }  # fmt: skip


class FakeWooCommerce(FakeShop):
    kind, user = "woocommerce", "ck"

    async def answer(self, request: web.Request, body: Any) -> web.Response:  # noqa: PLR0911 - one for each path
        basic = base64.b64encode(f"ck:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"code": "woocommerce_rest_cannot_view", "message": "no"}, status=401)
        path = request.path.removeprefix("/wp-json/wc/v3/").split("/")
        if path == ["data", "currencies", "current"]:
            return web.json_response({"code": "EUR"})
        number = path[1] if len(path) > 1 else ""
        if number and number not in self.goods:
            return web.json_response({"code": "woocommerce_rest_product_invalid_id"}, status=404)
        if request.method == "POST":
            return self._change(path, body)
        if number and path[-1] == "variations":
            return self._page([self._variation(number, one) for one in self.goods[number].variants], request)
        if number:
            return web.json_response(self._variation(number, path[-1]) if len(path) > 3 else self._product(number))
        ids = list(self.goods)
        if "modified_after" in request.query:
            after = request.query["modified_after"]
            ids = [one for one in ids if self._time(self.goods[one]) > after]
        if request.query.get("type") == "variable":
            ids = [one for one in ids if len(self.goods[one].variants) > 1]
        if request.query["orderby"] == "modified":
            ids.sort(key=lambda one: self._time(self.goods[one]), reverse=True)
        return self._page([self._product(one) for one in ids], request)

    def _time(self, one: Goods) -> str:
        # A product without variations is its own variant.
        at = max(one.changed, one.variant_changed) if len(one.variants) == 1 else one.changed
        return self.time(at).rstrip("Z")

    def _page(self, items: list[Any], request: web.Request) -> web.Response:
        size = int(request.query["per_page"])
        begin = (int(request.query.get("page", "1")) - 1) * size
        pages = {"X-WP-TotalPages": str(-(-len(items) // size))}
        return web.json_response(items[begin : begin + size], headers=pages)

    def _change(self, path: list[str], body: Any) -> web.Response:
        number, one = path[1], self.goods[path[1]]
        variant = path[3] if len(path) > 2 else next(iter(one.variants)) if len(one.variants) == 1 else ""
        texts = {
            name: body[key] for name, key in {"title": "name", "description": "description"}.items() if key in body
        }
        if texts:
            self.put(number, "", texts)
        values = {"stock": str(body["stock_quantity"])} if "stock_quantity" in body else {}
        if "regular_price" in body:
            regular, sale = body["regular_price"], body.get("sale_price", "")
            on_sale = bool(sale) and float(sale) < float(regular)
            values["price"] = sale if on_sale else regular
            if (listed := regular if on_sale else "") != one.variants[variant]["list_price"]:
                values["list_price"] = listed
        if values:
            self.put(number, variant, values)
        return web.json_response(self._variation(number, variant) if len(path) > 2 else self._product(number))

    def _variation(self, number: str, variant: str) -> Any:
        kind = self.goods[number].variants[variant]
        without = "onbackorder" if "orderable" in kind else "outofstock"
        regular, sale = (kind["list_price"], kind["price"]) if kind["list_price"] else (kind["price"], "")
        return {
            "id": int(variant), "sku": kind["sku"], "price": kind["price"], "regular_price": regular,
            "sale_price": sale or kind.get("planned_sale", ""),
            "manage_stock": True, "stock_quantity": int(kind["stock"]), "status": "publish", "attributes": [],
            "stock_status": "instock" if int(kind["stock"]) > 0 else without,
        }  # fmt: skip

    def _product(self, number: str) -> Any:
        one = self.goods[number]
        single = len(one.variants) == 1
        own: dict[str, Any] = self._variation(number, next(iter(one.variants))) if single else {}
        return {
            **own, "id": int(number), "name": one.title, "type": "simple" if single else "variable",
            "description": one.description, "permalink": f"https://shop.example/product/{number}", "status": "publish",
            "date_modified_gmt": self._time(one), "images": [], "categories": [],
        }  # fmt: skip


def _last(gid: str) -> str:
    return gid.rpartition("/")[2]
