"""A server behind a proxy that disturbs calls which post, and lies about what is there.

A call posts and then fails, fails without posting, or arrives late (`Fault`); a question is answered with something
else than what the server says (`Lie`).
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Mapping
from typing import Any, Literal, get_args

import aiohttp
from aiohttp import web

from tests.platforms.platform import LATE_S, Platform
from tests.platforms.served import public

_POSTS = re.compile(
    r"/wp/v2/posts/?$|/admin/posts/$|/api/v1/statuses$|/xrpc/com\.atproto\.repo\.(?:put|create)Record$|/hook$"
)
_ASKS = re.compile(
    r"/wp/v2/posts/?$|/admin/posts/$|/accounts/[^/]+/statuses$|/statuses/[^/]+/source$|repo\.getRecord$|^/posts$"
)
_OWN = frozenset(("host", "content-length", "transfer-encoding", "connection", "content-encoding"))

# What a question is answered with instead. `half`: half of the answer; `stale`: what was there some seconds before;
# `shuffled` and `short`: lists in another order, and cut; `rewritten`: other spellings of what was posted.
Lie = Literal["half", "page", "{}", "stale", "shuffled", "short", "rewritten", "404", "405", "422", "redirect"]
LIES: tuple[Lie, ...] = get_args(Lie)
_SHORT = 2
_WRITTEN = (("&lt;3", "❤️"), ("<3", "❤️"), (":-)", "🙂"), ("*", ""), ("linen", "Linen"), ("aprons", "Aprons"))


class Proxy(Platform):
    """One target.

    Args:
        target: as `NewTarget` takes it, with its name.
        honours_keys: whether keys of calls that are repeated reach the server.
        late_s: how late a call arrives whose caller is gone, and how old a stale answer is.

    Attributes:
        lies: how the next questions are answered, in order, once a call has failed.
    """

    def __init__(
        self, target: Mapping[str, Any], *, honours_keys: bool = True, late_s: float = LATE_S, name: str = ""
    ) -> None:
        super().__init__(honours_keys=honours_keys)
        self.name = name or str(target["name"])
        self.lies: list[Lie] = []
        self._served, self._late_s = target, late_s
        self._client: aiohttp.ClientSession | None = None
        self._lying = False
        self._before: dict[str, list[tuple[float, bytes]]] = {}

    @property
    def target(self) -> dict[str, Any]:
        own, served = self.url, self._origin
        options = {name: value.replace(served, own) for name, value in self._served.get("options", {}).items()}
        return {**self._served, "address": self._served["address"].replace(served, own), "options": options}

    @property
    def _origin(self) -> str:
        return "/".join(str(self._served["address"]).split("/")[:3])

    async def count(self, title: str) -> int:
        return len(await asyncio.to_thread(public, self._served, title))

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/{path:.*}", self._forward)]

    async def __aexit__(self, *raised: object) -> None:
        await super().__aexit__(*raised)
        if self._client is not None:
            await self._client.close()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and _ASKS.search(request.path):
            return await self._lie(request)
        if request.method != "POST" or not _POSTS.search(request.path):
            return await self._ask(request)
        fault = self.faults.pop(0) if self.faults else None
        self._lying = self._lying or fault is not None
        await self._dawdle()
        if fault == "late":
            await request.read()
            self._late.add(asyncio.create_task(self._arrive(request)))
            return await self._fail(request, "hang", None)
        if fault is not None and fault.startswith("lost "):
            return await self._fail(request, fault.removeprefix("lost "), None)
        answer = await self._ask(request)
        await self._dawdle()
        if fault == "half":
            return _half(answer)
        return answer if fault is None else await self._fail(request, fault, None)

    async def _arrive(self, request: web.Request) -> None:
        await asyncio.sleep(self._late_s)
        await self._ask(request)

    async def _lie(  # noqa: PLR0911 - one for each lie
        self, request: web.Request
    ) -> web.StreamResponse:
        answer, now = await self._ask(request), time.monotonic()
        body = _bytes(answer)
        seen = self._before.setdefault(request.path_qs, [])
        seen.append((now, body))
        match self.lies.pop(0) if self.lies and self._lying else None:
            case None:
                return answer
            case "half":
                return _half(answer)
            case "page":
                return web.Response(text="<!doctype html><title>One moment</title>", content_type="text/html")
            case "{}":
                return web.json_response({})
            case "404" | "405" | "422" as status:
                return web.Response(status=int(status))
            case "redirect":
                return web.Response(status=302, headers={"Location": "/login"})
            case "stale":
                # Before the first question there was nothing of what is new.
                body = next((one for at, one in reversed(seen) if at < now - self._late_s), seen[0][1])
            case "shuffled" | "short" | "rewritten" as lie:
                body = json.dumps(_spoilt(json.loads(body), lie)).encode() if answer.status < 300 else body
        return web.Response(status=answer.status, body=body, content_type="application/json")

    async def _ask(self, request: web.Request) -> web.Response:
        if self._client is None:
            self._client = aiohttp.ClientSession(auto_decompress=False)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        if not self.honours_keys:
            headers.pop("Idempotency-Key", None)
        body = await request.read()
        async with self._client.request(
            request.method,
            f"{self._origin}{request.path_qs}",
            data=body or None,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OWN}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


def _bytes(answer: web.Response) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _half(answer: web.Response) -> web.Response:
    body = _bytes(answer)
    return web.Response(status=answer.status, body=body[: len(body) // 2], content_type="application/json")


def _spoilt(value: Any, lie: str) -> Any:
    """An answer whose lists, or texts, are other ones."""
    if isinstance(value, str):
        for written, shown in _WRITTEN if lie == "rewritten" and "://" not in value else ():
            value = value.replace(written, shown)
        return value
    if isinstance(value, dict):
        return {name: one if name in ("id", "slug", "uri") else _spoilt(one, lie) for name, one in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(value, list):
        return value
    found: list[Any] = [_spoilt(one, lie) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if lie == "shuffled":
        random.shuffle(found)
    return found[:_SHORT] if lie == "short" and all(isinstance(one, dict) and "id" in one for one in found) else found
