"""A real server behind a proxy that disturbs calls which post: posts and then fails, or fails without posting."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp import web

from tests.platforms.platform import Platform
from tests.platforms.served import public

_POSTS = re.compile(r"/wp/v2/posts/?$|/admin/posts/$|/api/v1/statuses$|/xrpc/com\.atproto\.repo\.(?:put|create)Record$")
_OWN = frozenset(("host", "content-length", "transfer-encoding", "connection", "content-encoding"))


class Proxy(Platform):
    """One target.

    Args:
        target: as `NewTarget` takes it.
        honours_keys: whether keys of calls that are repeated reach the server.
    """

    def __init__(self, target: Mapping[str, Any], *, honours_keys: bool = True) -> None:
        super().__init__(honours_keys=honours_keys)
        self.name = str(target["name"])
        self._served = target
        self._client: aiohttp.ClientSession | None = None

    @property
    def target(self) -> dict[str, Any]:
        return {**self._served, "address": self.url}

    async def count(self, title: str) -> int:
        return len(await asyncio.to_thread(public, self._served, title))

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._forward)]

    async def __aexit__(self, *raised: object) -> None:
        if self._client is not None:
            await self._client.close()
        await super().__aexit__(*raised)

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST" or not _POSTS.search(request.path):
            return await self._ask(request)
        fault = self.faults.pop(0) if self.faults else None
        await self._dawdle()
        if fault is not None and fault.startswith("lost "):
            return await self._fail(request, fault.removeprefix("lost "), None)
        answer = await self._ask(request)
        await self._dawdle()
        return answer if fault is None else await self._fail(request, fault, None)

    async def _ask(self, request: web.Request) -> web.Response:
        if self._client is None:
            self._client = aiohttp.ClientSession(auto_decompress=False)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        if not self.honours_keys:
            headers.pop("Idempotency-Key", None)
        address = f"{str(self._served['address']).rstrip('/')}{request.path_qs}"
        body = await request.read()
        async with self._client.request(
            request.method, address, data=body or None, headers=headers, allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OWN}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)
