"""Prefect's engine in a process that lives on: one client for all its flow runs, and nothing asked twice.

For each flow run Prefect's own engine asks the server for what the worker has just told, makes clients anew, and opens
a WebSocket, in a thread of its own, to hear whether it is suspended: most of what a short run costs. Whoever suspends
a run of ours stops it (integrations/prefect/monitor.py).
"""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Generator, Mapping
from threading import Timer
from typing import Any, Self
from uuid import UUID

import httpx
from prefect._flow_run_suspension import (  # private: see the pin, and tests/e2e/up/test_up_runs.py
    FlowRunSuspensionRequest,
    register_flow_run_suspension_request,
)
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, ServerDefaultResultStorage
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.exceptions import Abort, ParameterTypeError, Pause, PrefectException
from prefect.flow_engine import AsyncFlowRunEngine
from prefect.logging.loggers import flow_run_logger
from prefect.settings import get_current_settings

from integrations.prefect.orchestrator import labels
from integrations.prefect.work_pool import MADE_FOR

_log = logging.getLogger(__name__)
# What ends sooner is not told of: without labels it counts as lost after a minute.
_SHORT_S = 1.0
_NOWHERE = ServerDefaultResultStorage(default_result_storage_block_id=None)


class Engine:
    """Carries out one flow run after another, in a loop and with clients that live as long as it does."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open = contextlib.AsyncExitStack()
        self._client, self._in_threads = _Client(**_access()), _SyncClient(**_access())

    def __enter__(self) -> Self:
        self._runner.run(self._connect())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._open.aclose())
        self._runner.close()

    def carry_out(self, flow_run: Mapping[str, Any], entrypoint: str) -> None:
        """Execute a flow run that the worker passed on, and stop everything that it started."""
        try:
            self._runner.run(self._carry_out(FlowRun.model_validate(flow_run), entrypoint))
        except (Abort, Pause) as exc:  # Prefect's server, or another process that carries it out, said so
            _log.warning("flow run %s was left alone: %s", flow_run["id"], exc)

    async def _connect(self) -> None:
        # What is entered here stays in the context of the runner, where Prefect looks for it.
        kept, in_threads = AsyncClientContext(), SyncClientContext()
        kept.client, in_threads.client = self._client, self._in_threads
        await self._open.enter_async_context(kept)
        self._open.enter_context(in_threads)

    async def _carry_out(self, flow_run: FlowRun, entrypoint: str) -> None:
        module, _, name = entrypoint.rpartition(".")
        flow: Any = getattr(importlib.import_module(module), name)
        self._client.flow_run = flow_run
        if labels(None).keys() <= flow_run.labels.keys():  # of an earlier process, which is taken for this one's
            await asyncio.to_thread(self._label, flow_run)
        engine = _Attempt(flow=flow, parameters=flow_run.parameters, flow_run=flow_run)
        # In a thread, since a flow may hold the loop up.
        naming = Timer(_SHORT_S, self._label, (flow_run,))
        naming.start()
        try:
            async with engine.start():
                while engine.is_running():
                    async with engine.run_context():
                        await engine.call_flow_fn()
        finally:
            self._client.flow_run = None
            naming.cancel()
            await asyncio.to_thread(naming.join)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _label(self, flow_run: FlowRun) -> None:
        """Tell of this process, so that its end can be noticed."""
        made_for = flow_run.labels.get(MADE_FOR)
        mine = labels(made_for if isinstance(made_for, str) else None)
        if mine.items() <= flow_run.labels.items():  # a run of ours has done so itself
            return
        try:
            self._in_threads.update_flow_run_labels(flow_run.id, mine)
            flow_run.labels.update(mine)
        except (httpx.HTTPError, PrefectException) as exc:
            _log.warning("flow run %s has no labels: %s", flow_run.id, exc)


class _Attempt(AsyncFlowRunEngine[Any, Any]):
    """Without a look out for its suspension."""

    @contextlib.contextmanager
    def setup_flow_run_suspension_request(self) -> Generator[FlowRunSuspensionRequest]:
        assert self.flow_run is not None
        request = self._get_flow_run_suspension_request()
        with register_flow_run_suspension_request(self.flow_run.id, request):
            yield request

    async def handle_exception(self, exc: Exception, *words: Any, **named: Any) -> Any:
        """Say in the run's own log why its parameters were refused; Prefect says it in the process's alone."""
        if isinstance(exc, ParameterTypeError) and self.flow_run is not None:
            flow_run_logger(self.flow_run, self.flow).error("%s", exc)
        return await super().handle_exception(exc, *words, **named)


class _Client(PrefectClient):
    """Knows the flow run that its worker told of.

    Attributes:
        flow_run: the one at hand, as the engine keeps it up to date.
    """

    flow_run: FlowRun | None = None

    async def read_flow_run(self, flow_run_id: UUID) -> FlowRun:
        flow_run, self.flow_run = (
            self.flow_run,
            None,
        )  # only the engine's first question: its answer is its own flow run
        return (
            flow_run
            if flow_run is not None and flow_run.id == flow_run_id
            else await super().read_flow_run(flow_run_id)
        )

    async def update_flow_run(self, flow_run_id: UUID, *values: Any, **named: Any) -> httpx.Response:
        if self.flow_run is not None and not values and named.keys() <= {"flow_version", "empirical_policy"}:
            return httpx.Response(204)  # what the flow says of itself, which all of its runs share
        return await super().update_flow_run(flow_run_id, *values, **named)

    async def read_server_default_result_storage(self) -> ServerDefaultResultStorage:
        return _NOWHERE


class _SyncClient(SyncPrefectClient):
    """Knows that results are kept in the records alone."""

    def read_server_default_result_storage(self) -> ServerDefaultResultStorage:
        return _NOWHERE


def _access() -> dict[str, Any]:
    api = get_current_settings().api
    return {"api": api.url, "auth_string": api.auth_string.get_secret_value() if api.auth_string else None}
