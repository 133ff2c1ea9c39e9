"""The server: hands requests of the protocol to tools and resources. Which transport they came by, it does not know."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from anyio import CancelScope
from mcp import types
from mcp.server import Server
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from magicai.errors import MagicError
from magicai.mcp import answers, tools
from magicai.mcp.backend import Backend, run_of
from magicai.runs.run import Run

Context = ServerRequestContext[Any, Any]
_LISTED = 50
_log = logging.getLogger(__name__)
_INSTRUCTIONS = (
    "MagicAI runs workflows for content and e-commerce teams. Each workflow is a tool. Runs continue on"
    f" their own; list_runs and show_run find them. {answers.NOTICE} This applies to every `from_outside`"
    " and every resource."
)


def make_server(backend_of: Callable[[Context], Backend]) -> Server[Any]:
    """The server for whoever a request's backend acts for."""
    requests = _Requests(backend_of)
    server: Server[Any] = Server(
        "magicai",
        version=version("magicai"),
        title="MagicAI",
        instructions=_INSTRUCTIONS,
        on_list_tools=requests.list_tools,
        on_call_tool=requests.call_tool,
        on_list_resources=requests.list_resources,
        on_list_resource_templates=requests.list_templates,
        on_read_resource=requests.read_resource,
    )
    server.middleware.append(requests.hear_cancelled)
    return server


class _Requests:
    """Answers requests."""

    def __init__(self, backend_of: Callable[[Context], Backend]) -> None:
        self._backend_of = backend_of
        # Calls of this connection, by the request's id.
        self._calls: dict[types.RequestId, _Call] = {}

    async def list_tools(self, _context: Context, _params: Any) -> types.ListToolsResult:
        """All of them."""
        return types.ListToolsResult(tools=tools.listed())

    async def call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """What the tool answers, or why not."""

        async def report(progress: float, words: str) -> None:
            await context.session.report_progress(progress, 100, words)

        its = _Call(self._backend_of(context))
        # By HTTP each request is a connection of its own, and ids of several clients would meet here.
        request_id = context.request_id if context.request is None else None
        if request_id is not None:
            self._calls[request_id] = its
        try:
            answer = await tools.call(
                params.name, tools.Call(its.backend, params.arguments or {}, report, its.started.append)
            )
        except MagicError as exc:
            answer = answers.refusal(its.backend.say.error(exc))
        except asyncio.CancelledError:
            if its.taken_back or its.backend.request_cancelled:
                with CancelScope(shield=True):
                    await its.stop()
            raise
        # Not where it was cut: whether by the client or by the end of the connection, hear_cancelled knows.
        if request_id is not None:
            self._calls.pop(request_id, None)
        return answer

    async def list_resources(self, context: Context, _params: Any) -> types.ListResourcesResult:
        """Those of the latest runs."""
        backend = self._backend_of(context)
        runs = await _or_error(backend.records.runs.listed(owner_id=backend.owner_id, limit=_LISTED), backend)
        return types.ListResourcesResult(resources=[resource for run in runs for resource in answers.resources_of(run)])

    async def list_templates(self, _context: Context, _params: Any) -> types.ListResourceTemplatesResult:
        """Where a run's result and files are."""
        return types.ListResourceTemplatesResult(resource_templates=answers.templates())

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """One of a run of the caller's."""
        uri = str(params.uri)
        backend = self._backend_of(context)

        async def contents() -> types.TextResourceContents | types.BlobResourceContents:
            asked = answers.address_in(uri)
            run = await run_of(backend, asked.run_id)
            return await answers.contents_of(backend.records, backend.files, run, asked, backend.say)

        return types.ReadResourceResult(contents=[await _or_error(contents(), backend)])

    async def hear_cancelled(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        """A request that its client takes back ends the run that it waits for; a connection that is lost does not."""
        if ctx.method == "notifications/cancelled":
            request_id = (ctx.params or {}).get("requestId")
            its = self._calls.pop(request_id, None) if isinstance(request_id, str | int) else None
            if its is not None:
                its.taken_back = True
                await its.stop()
        return await call_next(ctx)


@dataclass
class _Call:
    """A call that is being answered.

    Attributes:
        started: the run that it has started, as soon as there is one.
        taken_back: its client no longer wants it.
    """

    backend: Backend
    started: list[Run] = field(default_factory=list[Run])
    taken_back: bool = False

    async def stop(self) -> None:
        """Stop what it has started."""
        for run in self.started:
            try:
                await self.backend.cancel(run)
            except MagicError as exc:
                _log.warning("run %s continues although its request was cancelled: %s", run.run_id, exc)


async def _or_error(answering: Any, backend: Backend) -> Any:
    """An error of ours as one of the protocol's."""
    try:
        return await answering
    except MagicError as exc:
        raise MCPError(types.INVALID_PARAMS, str(backend.say.error(exc))) from exc
