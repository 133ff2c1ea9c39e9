"""Assistants, by MCP's streamable HTTP, as whoever their token or key says they are."""

import asyncio
import contextlib
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from magicai.accounts.identity import Caller
from magicai.accounts.identity import Scope as Permission
from magicai.api.access import requires, source_of
from magicai.api.bodies import MOST_BYTES
from magicai.api.gateway import gateway_of
from magicai.errors import Missing
from magicai.messages import Surface
from magicai.operations import runs
from magicai.operations.operation import Context
from magicai.ports import Files, Records
from magicai.runs.run import Run
from magicai.surfaces import SurfaceWords

# The first version of the protocol in which closing the answer's stream takes a request back.
_CLOSING_TAKES_BACK = "2026-07-28"
_GONE = "client_gone"
_may_read = requires(Permission.READ)


class GatewayBackend:
    """A backend for the caller of one request; runs are queued, and the gateway's dispatcher starts them."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @property
    def owner_id(self) -> str:
        """The caller."""
        caller: Caller = self._request.state.caller
        return caller.owner_id

    @property
    def records(self) -> Records:
        """The truth."""
        return gateway_of(self._request).records

    @property
    def files(self) -> Files:
        """What runs have kept."""
        return gateway_of(self._request).ports.files

    @property
    def say(self) -> SurfaceWords:
        """Says errors and problems in words for assistants."""
        return gateway_of(self._request).path_mask.on(Surface.ASSISTANT)

    @property
    def request_cancelled(self) -> bool:
        """Whether the client has closed the connection, which is how the protocol takes a request back since 2026."""
        return getattr(self._request.state, _GONE, False)

    async def close_dead_runs(self, run_id: str | None) -> None:
        """The dispatcher sees to runs whose process is gone."""

    async def begin(self, run: Run) -> None:
        """The dispatcher lets it begin."""

    async def cancel(self, run: Run) -> None:
        """Ask a run to stop."""
        await runs.cancel_run(await self.context(Permission.RUN), run.run_id)

    async def context(self, scope: Permission) -> Context:
        """As the caller."""
        if scope is not Permission.READ:  # which every request has shown
            await requires(scope)(self._request)
        return await gateway_of(self._request).context(
            self._request.state.caller, self.say, source_of(self._request, "mcp")
        )

    async def resume(self, run: Run, budget: float | None) -> None:
        """Queue a run again."""
        await runs.resume_run(await self.context(Permission.RUN), run.run_id, budget)


class McpEndpoint:
    """The endpoint. Each request stands for itself, so that any replica may answer it."""

    def __init__(self) -> None:
        self._manager: Any = None
        self._serving: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await _may_read(Request(scope, receive))
        manager = await self._opened()
        await manager.handle_request(scope, _hearing(scope, receive), send)

    async def close(self) -> None:
        """End what is being answered."""
        self._closing.set()
        if self._serving is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving

    async def _opened(self) -> Any:
        async with self._opening:
            if self._manager is None:
                self._manager = await self._open()
        return self._manager

    async def _open(self) -> Any:
        """Import the SDK when the first assistant comes: most gateways see none.

        Raises:
            Missing: the extra is not installed.
        """
        try:
            from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

            from magicai.mcp.protocol import make_server
        except ImportError as exc:
            raise Missing("mcp_not_installed") from exc
        server = make_server(_backend_of)
        # Hosts and origins are looked at before every route, by guard.py.
        manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=MOST_BYTES)
        ready = asyncio.Event()

        async def keep() -> None:
            # Opened and closed by one task, which the SDK's task group asks for.
            async with manager.run():
                ready.set()
                await self._closing.wait()

        self._serving = asyncio.create_task(keep())
        await ready.wait()
        return manager


def _hearing(scope: Scope, receive: Receive) -> Receive:
    """The same messages; that the client has gone is kept, where that takes its request back.

    By earlier versions of the protocol a connection may be lost without that. A gateway that ends closes connections,
    too, but is not told that a client has gone.
    """
    if Headers(scope=scope).get("mcp-protocol-version", "") < _CLOSING_TAKES_BACK:
        return receive

    async def hear() -> Message:
        message = await receive()
        if message["type"] == "http.disconnect":
            scope["state"][_GONE] = True
        return message

    return hear


def _backend_of(context: Any) -> GatewayBackend:
    request: Request = context.request
    return GatewayBackend(request)


def route(mcp_endpoint: McpEndpoint) -> Route:
    """Where assistants call."""
    return Route("/mcp", mcp_endpoint)
