"""Shops that count stock and speak the APIs of Shopify and WooCommerce, for one item each page."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

PAGE = 2
LOCATION = 7


class LocalShop:
    """A shop's count, by SKU; each change gets the next second as its time.

    Attributes:
        instead: what its counts say instead.
        endless: whether there is always one page more.
        gzips: whether it compresses its answers to those who take it.
        fault: called before a change is answered, after it was made; raises to lose the answer, or to answer otherwise.
        refuses: the SKU whose changes it refuses, and makes none.
    """

    def __init__(self, kind: str, counts: dict[str, int]) -> None:
        self.kind, self.counts = kind, dict(counts)
        self._seconds = itertools.count(1_764_000_000)
        self.changed = {sku: next(self._seconds) for sku in counts}
        self.meta: dict[str, list[dict[str, str]]] = {sku: [] for sku in counts}
        self.numbers = {sku: number for number, sku in enumerate(counts, start=11)}
        self.fault: Callable[[], None] = lambda: None
        self.instead: dict[str, Any] = {}
        self.refuses: str | None = None
        self.endless = self.gzips = False
        self.asked = list[str]()
        self.server = TestServer(self._app(), host="127.0.0.1")

    @property
    def port(self) -> int:
        return int(str(self.server.make_url("/").port))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sell(self, sku: str, units: int) -> None:
        self._set(sku, self.counts[sku] - units)

    def time(self, sku: str) -> str:
        return datetime.fromtimestamp(self.changed[sku], UTC).isoformat()

    def webhook(self, sku: str, secret: str) -> tuple[bytes, dict[str, str]]:
        """What it would post now."""
        said = self._level(sku) if self.kind == "shopify" else self._product(sku)
        body = json.dumps(said).encode()
        header = "x-shopify-hmac-sha256" if self.kind == "shopify" else "x-wc-webhook-signature"
        return body, {header: base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()}

    def _change(self, sku: str, quantity: int) -> None:
        if sku == self.refuses:
            raise web.HTTPUnprocessableEntity
        self._set(sku, quantity)

    def _set(self, sku: str, quantity: int) -> None:
        self.counts[sku], self.changed[sku] = quantity, next(self._seconds)

    def _sku(self, number: object) -> str:
        return next(sku for sku, one in self.numbers.items() if one == int(str(number)))

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        shopify, woocommerce = "/admin/api/2026-01", "/wp-json/wc/v3/products"
        app.router.add_get(f"{shopify}/inventory_levels.json", self._levels)
        app.router.add_get(f"{shopify}/inventory_items.json", self._items)
        app.router.add_post(f"{shopify}/inventory_levels/adjust.json", self._adjust)
        app.router.add_get(woocommerce, self._products)
        app.router.add_get(f"{woocommerce}/{{id}}", self._one)
        app.router.add_put(f"{woocommerce}/{{id}}", self._put)
        app.router.add_get(f"{woocommerce}/{{id}}/variations", self._none)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        basic = f"Basic {base64.b64encode(b'ck:cs').decode()}"
        token = request.headers.get("X-Shopify-Access-Token")
        if token != "cs" and request.headers.get("Authorization") != basic:
            return web.Response(status=401)
        response = await handler(request)
        if self.gzips:
            response.enable_compression()  # as the request's Accept-Encoding lets it
        return response

    def _level(self, sku: str) -> dict[str, Any]:
        return {
            "inventory_item_id": self.numbers[sku], "location_id": LOCATION,
            "available": self.counts[sku], "updated_at": self.time(sku), **self.instead,
        }  # fmt: skip

    async def _levels(self, request: web.Request) -> web.Response:
        start = int(request.query.get("page_info", "0"))
        skus = list(self.counts)
        rows = [self._level(sku) for sku in skus[start : start + PAGE]]
        more = start + PAGE
        link = (
            {"Link": f'<{self.url}/x?limit=1&page_info={more}>; rel="next"'} if more < len(skus) or self.endless else {}
        )
        return web.json_response({"inventory_levels": rows}, headers=link)

    async def _items(self, request: web.Request) -> web.Response:
        wanted = request.query["ids"].split(",")
        rows = [{"id": int(number), "sku": self._sku(number)} for number in wanted]
        return web.json_response({"inventory_items": rows})

    async def _adjust(self, request: web.Request) -> web.Response:
        said = await request.json()
        sku = self._sku(said["inventory_item_id"])
        self._change(sku, self.counts[sku] + said["available_adjustment"])
        self._lose(request)
        return web.json_response({"inventory_level": self._level(sku)})

    def _product(self, sku: str) -> dict[str, Any]:
        return {
            "id": self.numbers[sku], "sku": sku, "type": "simple", "manage_stock": True,
            "stock_quantity": self.counts[sku], "meta_data": self.meta[sku],
            "date_modified_gmt": self.time(sku).removesuffix("+00:00"), **self.instead,
        }  # fmt: skip

    async def _products(self, request: web.Request) -> web.Response:
        page = int(request.query["page"])
        rows: list[dict[str, Any]] = [self._product(sku) for sku in self.counts] if page == 1 else []
        if self.endless:
            return web.json_response([self._product(sku) for sku in self.counts] * 20)
        rows += [{"id": 99, "type": "variable", "manage_stock": False}] if page == 1 else []
        return web.json_response(rows)

    async def _none(self, _request: web.Request) -> web.Response:
        return web.json_response([])

    async def _one(self, request: web.Request) -> web.Response:
        return web.json_response(self._product(self._sku(request.match_info["id"])))

    async def _put(self, request: web.Request) -> web.Response:
        said, sku = await request.json(), self._sku(request.match_info["id"])
        self._change(sku, said["stock_quantity"])
        self.meta[sku] = said["meta_data"]
        self._lose(request)
        return web.json_response(self._product(sku))

    def _lose(self, request: web.Request) -> None:
        try:
            self.fault()
        except ConnectionError:
            assert request.transport is not None
            request.transport.close()
            raise
