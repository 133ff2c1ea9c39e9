"""Executes flow runs that the worker passed on, by Prefect's engine, in a process that lives on."""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Generator, Mapping
from typing import Any, Self

import httpx
from prefect.client.schemas.objects import FlowRun
from prefect.context import AsyncClientContext
from prefect.exceptions import Abort, ParameterTypeError, Pause, PrefectException
from prefect.flow_engine import AsyncFlowRunEngine
from prefect.logging.loggers import flow_run_logger

from integrations.prefect.orchestrator import labels
from integrations.prefect.work_pool import MADE_FOR

_log = logging.getLogger(__name__)


class Execution:
    """Executes one flow run after another, in a loop and with a client that live as long as it does."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open = contextlib.AsyncExitStack()

    def __enter__(self) -> Self:
        # What is entered here stays in the context of the runner, where Prefect looks for it.
        self._client = self._runner.run(self._open.enter_async_context(AsyncClientContext.get_or_create())).client
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._open.aclose())
        self._runner.close()

    def run(self, flow_run: Mapping[str, Any], entrypoint: str) -> None:
        """Execute a flow run, and stop everything that it started.

        Args:
            flow_run: as Prefect's server has it.
            entrypoint: of its flow, such as `flows.backup.backup`.
        """
        try:
            self._runner.run(self._execute(FlowRun.model_validate(flow_run), entrypoint))
        except (Abort, Pause) as exc:  # Prefect's server, or another process that carries it out, said so
            _log.warning("flow run %s was left alone: %s", flow_run["id"], exc)

    async def _execute(self, flow_run: FlowRun, entrypoint: str) -> None:
        module, _, name = entrypoint.rpartition(".")
        flow: Any = getattr(importlib.import_module(module), name)
        engine = _Engine(flow=flow, parameters=flow_run.parameters, flow_run=flow_run)
        try:
            await self._label(flow_run)
            async with engine.start():
                while engine.is_running():
                    async with engine.run_context():
                        await engine.call_flow_fn()
        finally:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _label(self, flow_run: FlowRun) -> None:
        """Tell of this process, so that its end can be noticed."""
        made_for = flow_run.labels.get(MADE_FOR)
        mine = labels(made_for if isinstance(made_for, str) else None)
        try:
            await self._client.update_flow_run_labels(flow_run.id, mine)
        except (httpx.HTTPError, PrefectException) as exc:  # without labels it counts as lost after a minute
            _log.warning("flow run %s has no labels: %s", flow_run.id, exc)


class _Engine(AsyncFlowRunEngine[Any, Any]):
    """Prefect's, without a thread and a WebSocket for each run to hear of its suspension: monitor.py looks for that."""

    @contextlib.contextmanager
    def setup_flow_run_suspension_request(self) -> Generator[Any]:
        yield None

    async def handle_exception(self, exc: Exception, *words: Any, **named: Any) -> Any:
        """Say in the run's own log why its parameters were refused; Prefect says it in the process's alone."""
        if isinstance(exc, ParameterTypeError) and self.flow_run is not None:
            flow_run_logger(self.flow_run, self.flow).error("%s", exc)
        return await super().handle_exception(exc, *words, **named)
