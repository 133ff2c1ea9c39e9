"""A proxy in front of a ChromaDB server, as people put one there: it asks for a token, and can misbehave."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
from aiohttp import web


class Doorkeeper:
    """What it lets pass, and how.

    Attributes:
        header, value: what a request must bear; none where `header` is empty.
        status: answered to everything instead, where set.
        cut: whether answers end in the middle.
        largest_batch: told instead of the server's own, where set.
        batches: how many rows each write had.
        vanished: of how many queries more the answers have rows without metadata, as of what is removed meanwhile.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._client = httpx.AsyncClient(trust_env=False, timeout=None)
        self.header, self.value = "", ""
        self.status = 0
        self.cut = False
        self.largest_batch = 0
        self.batches: list[int] = []
        self.vanished = 0
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Doorkeeper"]:
        """Serve on a free port of loopback."""
        app = web.Application(client_max_size=100_000_000)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*runner.addresses[0])
        async with self._client:
            try:
                yield self
            finally:
                await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.header and request.headers.get(self.header) != self.value:
            return web.Response(status=401, text="who are you?")
        if self.status:
            return web.Response(status=self.status, text="not now", headers={"Retry-After": "7"})
        if self.largest_batch and request.path.endswith("/pre-flight-checks"):
            return web.json_response({"max_batch_size": self.largest_batch})
        if request.path.endswith("/add"):
            self.batches.append(len((await request.json())["ids"]))
        answer = await self._client.request(
            request.method,
            f"{self._upstream}{request.path_qs}",
            content=await request.read(),
            headers={"Content-Type": "application/json"},
        )
        if self.vanished and request.path.endswith("/query"):
            self.vanished -= 1
            found = answer.json()
            return web.json_response({**found, "metadatas": [[None for _ in row] for row in found["metadatas"]]})
        if not self.cut:
            return web.Response(status=answer.status_code, body=answer.content, content_type="application/json")
        half = web.StreamResponse(headers={"Content-Length": str(len(answer.content) + 10)})
        await half.prepare(request)
        await half.write(answer.content)
        assert request.transport is not None
        request.transport.abort()
        return half
