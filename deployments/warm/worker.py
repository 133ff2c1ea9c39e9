"""Prefect's side of the warm worker: takes flow runs from a work pool of type `magicai`."""

import asyncio
from typing import Any
from uuid import UUID

from prefect._internal.observers import FlowRunCancellingObserver  # private: see _watch
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult
from pydantic import Field

from deployments.warm.processes import WarmProcesses

TYPE = "magicai"
_WATCH_S = 1.0


class Variables(BaseVariables):
    """What an operator may set for a deployment."""

    env: dict[str, str | None] = Field(
        default_factory=dict,
        title="Environment variables",
        description="For this deployment's runs: MAGICAI_MODEL, say.",
    )


class WarmWorker(BaseWorker[BaseJobConfiguration, Variables, BaseWorkerResult]):
    """Carries flow runs out in processes that have the flows imported."""

    type = TYPE
    job_configuration = BaseJobConfiguration
    job_configuration_variables = Variables
    _description = "MagicAI's flows, in processes that are warm before a run comes."

    def __init__(self, processes: WarmProcesses, **words: Any) -> None:
        super().__init__(**words)
        self._processes = processes
        self._watch: FlowRunCancellingObserver | None = None
        self.draining = False

    async def setup(self) -> None:
        """Get ready to work."""
        await super().setup()
        # Prefect's own one hears of runs that have not begun, and is private, too; the pin and a test hold both.
        observer = FlowRunCancellingObserver(on_cancelling=self._on_cancelling, polling_interval=_WATCH_S)
        self._watch = await self._exit_stack.enter_async_context(observer)

    async def _get_scheduled_flow_runs(self) -> list[WorkerFlowRunResponse]:
        return [] if self.draining else await super()._get_scheduled_flow_runs()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: Any = None,
    ) -> BaseWorkerResult:
        """Carry a flow run out in a warm process."""
        assert self._watch is not None
        assert flow_run.deployment_id is not None
        deployment = await self.client.read_deployment(flow_run.deployment_id)
        begun: list[int] = []

        def on_begin(pid: int) -> None:
            begun.append(pid)
            if task_status is not None:
                task_status.started(pid)

        own = {name: value for name, value in configuration.env.items() if value and not name.startswith("PREFECT_")}
        self._watch.add_in_flight_flow_run_id(flow_run.id)
        try:
            status = await self._processes.run(str(flow_run.id), deployment.entrypoint or "", own, on_begin)
        finally:
            self._watch.remove_in_flight_flow_run_id(flow_run.id)
        return BaseWorkerResult(status_code=status, identifier=str(begun[0]))

    def _on_cancelling(self, flow_run_id: UUID) -> None:
        assert self._runs_task_group is not None
        self._runs_task_group.start_soon(self._end_run, flow_run_id)

    async def _end_run(self, flow_run_id: UUID) -> None:
        if await self._processes.stop(str(flow_run_id)):
            flow_run = await self.client.read_flow_run(flow_run_id)
            await self._mark_flow_run_as_cancelled(flow_run, {"message": "Its process was ended."})

    async def drain(self, *, limit_s: float) -> bool:
        """Take no more runs, and wait for those that go on; answers whether all have ended."""
        self.draining = True
        try:
            async with asyncio.timeout(limit_s):
                await self._processes.rest()
        except TimeoutError:
            return False
        return True
