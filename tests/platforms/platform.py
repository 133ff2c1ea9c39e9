"""What all fake platforms share: posts, faults, and a port."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Literal, Self

from aiohttp import web

# `500`, `409`, `no id`, `half` (of the answer), `hang`, `reset`: after the post was made, or where the name begins
# with `lost`, without it.
Fault = Literal[
    "500",
    "409",
    "no id",
    "hang",
    "reset",
    "late",
    "half",
    "lost 500",
    "lost reset",
    "lost hang",
    "429",
    "401",
    "400",
    "redirect",
]
FAULTS_THAT_POST: tuple[Fault, ...] = ("500", "409", "no id", "half", "hang", "reset")
FAULTS_THAT_LOSE: tuple[Fault, ...] = ("lost 500", "lost reset", "lost hang")
# How long a post that comes late takes: longer than its caller waits.
LATE_S = 1.0
_REFUSALS: dict[str | None, tuple[int, str, dict[str, str]]] = {
    "429": (429, "slow down", {"Retry-After": "1"}),
    "401": (401, "The token is revoked", {}),
    "400": (400, "Validation failed: too long", {}),
    "redirect": (302, "moved", {"Location": "http://169.254.169.254/latest/meta-data/"}),
}


class Platform:
    """A platform that keeps posts in memory.

    Attributes:
        honours_keys: whether a repeated idempotency key is known again.
        faults: what happens to the next calls that post, in order.
        made: how often a post was made, also where it exists only once.
        down: whether it answers nothing; `falls`: it is down from its next fault on.
    """

    name: str

    def __init__(self, *, honours_keys: bool = False) -> None:
        self.honours_keys = honours_keys
        self.faults: list[Fault] = []
        self.made: list[str] = []
        self.down = self.falls = False
        # Up to so long before and after it makes a post.
        self.latency_s = 0.0
        self.calls: list[str] = []
        self.url = ""
        self._keys: dict[str, Any] = {}
        self._runner: web.AppRunner | None = None
        self._late: set[asyncio.Task[None]] = set()

    @property
    def public(self) -> list[str]:
        """The texts of all public posts."""
        raise NotImplementedError

    async def count(self, title: str) -> int:
        """How many public posts have a title in their text."""
        return sum(title in text for text in self.public)

    @property
    def target(self) -> dict[str, Any]:
        """What `NewTarget` takes beside a name."""
        raise NotImplementedError

    def routes(self) -> list[web.RouteDef]:
        """What it answers to."""
        raise NotImplementedError

    @property
    def host(self) -> str:
        """As settings list it."""
        return self.url.removeprefix("http://")

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._note], client_max_size=20_000_000)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._late:
            task.cancel()
        assert self._runner is not None
        await self._runner.cleanup()

    async def post(
        self, request: web.Request, make: Callable[[], Any], *, key: str = "", without_id: Any = None
    ) -> web.StreamResponse:
        """Answer a call that posts, or fail as told.

        Args:
            make: makes the post, and returns what is answered.
            key: of the call.
            without_id: what a platform answers that forgets to say which post it made.
        """
        fault = self.faults.pop(0) if self.faults else None
        self.down = self.down or (self.falls and fault is not None)
        if fault in _REFUSALS:
            status, words, headers = _REFUSALS[fault]
            return web.json_response({"error": words}, status=status, headers=headers)
        if fault == "late":
            self._late.add(asyncio.create_task(self._later(make, key)))
            return await self._fail(request, "hang", None)
        if fault is not None and fault.startswith("lost "):
            return await self._fail(request, fault.removeprefix("lost "), None)
        await self._dawdle()
        answer = self._once(make, key)
        await self._dawdle()
        return web.json_response(answer) if fault is None else await self._fail(request, fault, without_id)

    async def _dawdle(self) -> None:
        if self.latency_s:
            await asyncio.sleep(random.uniform(0, self.latency_s))

    async def _later(self, make: Callable[[], Any], key: str) -> None:
        await asyncio.sleep(LATE_S)
        self._once(make, key)

    def _once(self, make: Callable[[], Any], key: str) -> Any:
        if self.honours_keys and key and key in self._keys:
            return self._keys[key]
        answer = make()
        self.made.append(key)
        if key:
            self._keys[key] = answer
        return answer

    async def _fail(self, request: web.Request, fault: str, without_id: Any) -> web.StreamResponse:
        if fault == "500":
            return web.json_response({"error": "Internal Server Error"}, status=500)
        if fault == "409":
            return web.json_response({"error": "Conflict"}, status=409)
        if fault == "no id":
            return web.json_response({} if without_id is None else without_id)
        if fault == "half":
            return web.Response(text='{"id": "1', content_type="application/json")
        if fault == "reset":
            if request.transport is not None:  # whoever asked may be gone already
                request.transport.abort()
        else:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(30)
        return web.Response()

    @web.middleware
    async def _note(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path}")
        if self.down:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if not self._allowed(request):
            return web.json_response({"error": "Unauthorized"}, status=401)
        return await handler(request)

    def _allowed(self, request: web.Request) -> bool:
        del request
        return True
