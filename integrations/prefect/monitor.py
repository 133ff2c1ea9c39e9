"""Runs beside a run's steps: reports progress to Prefect's UI, and follows what an operator does there."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from prefect.logging import get_run_logger

from integrations.open import Ports
from integrations.prefect import server_on_demand
from integrations.prefect.artifacts import RunArtifacts
from integrations.prefect.run_log import sentence_of
from integrations.prefect.termination import asked
from magicai.runs.run import Attempt, RunStatus

_log = logging.getLogger(__name__)
_EVERY_S = 2.0
_MANY = 10_000


class AttemptMonitor:
    """Attends one attempt. The run's truth is in the records: what fails here is logged, and does not stop it."""

    def __init__(self, ports: Ports, attempt: Attempt, artifacts: RunArtifacts) -> None:
        self._ports, self._attempt, self._artifacts = ports, attempt, artifacts
        self._after = 0
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._ended = True
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        if error is None and self._after:
            await self._quietly(self._show_progress())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await self._quietly(self._poll())

    async def _poll(self) -> None:
        await self._keep_server()
        await self._pass_on_cancellation()
        await self._show_progress()

    async def _quietly(self, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await doing
        except Exception:  # noqa: BLE001 - nothing of this is worth a run
            _log.exception("progress could not be sent to Prefect")

    async def _keep_server(self) -> None:
        """Start the server again where it has died: it takes its old port, at which Prefect's client looks for it."""
        settings = self._ports.settings
        server = await asyncio.to_thread(
            server_on_demand.ensure,
            settings.home,
            port=settings.prefect_port,
            idle_s=settings.idle_seconds,
            wanted=lambda: not self._ended and not asked(),
        )
        if server.url != os.environ["PREFECT_API_URL"]:
            _log.warning("Prefect's server has moved to %s: it will not receive the end of this attempt", server.url)

    async def _pass_on_cancellation(self) -> None:
        """Pass on that somebody stopped the flow run in Prefect, which does not reach one without a worker."""
        assert self._attempt.flow_run_id is not None
        if await self._ports.orchestrator.final_status(self._attempt.flow_run_id) is RunStatus.CANCELLED:
            await self._ports.records.runs.request_cancel(self._attempt.run_id)

    async def _show_progress(self) -> None:
        events = await self._ports.records.runs.events(self._attempt.run_id, after=self._after, limit=_MANY)
        if events:
            for sentence in filter(None, map(sentence_of, events)):
                get_run_logger().info(sentence)
            last = events[-1]
            self._after = last.sequence
            await self._artifacts.progress(last.progress, (last.current_task or last.status).replace("_", " "))
