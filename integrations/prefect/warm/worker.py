"""Prefect's side of the warm worker: takes flow runs from a work pool of type `magicai`.

It is told of new runs, and of those to be cancelled, over one WebSocket, and asks for what that may have missed: for
new runs every half second, for those to be cancelled at each heartbeat. It claims a run once a process is free for it,
and tells that process all that it knows.
"""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Generator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse, WorkerFlowRunResponse
from prefect.exceptions import Abort, ObjectNotFound, Pause
from prefect.states import Cancelled, Crashed, Pending, Scheduled
from prefect.utilities.engine import propose_state
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult
from pydantic import Field

from integrations.prefect.warm.pauses import Pauses
from integrations.prefect.warm.processes import WarmProcesses
from integrations.prefect.warm.worker_events import hear
from integrations.prefect.work_pool import POOL, TYPE

_log = logging.getLogger(__name__)
# More than that Prefect's server does not tell at a time.
_MOST_DUE = 200
# What is left alone for so long is shown as scheduled for then, and is not told before.
_ASIDE_S = 4.0
# Between two tries to report a crash.
_REPORT_S = 2.0


class Variables(BaseVariables):
    """What an operator may set for a deployment."""

    env: dict[str, str | None] = Field(
        default_factory=dict,
        title="Environment variables",
        description="Environment variables for runs of this deployment, such as MAGICAI_MODEL.",
    )


class WarmWorker(BaseWorker[BaseJobConfiguration, Variables, BaseWorkerResult]):
    """Carries flow runs out in processes that have the flows imported.

    Args:
        size: how many at a time.
    """

    type = TYPE
    job_configuration = BaseJobConfiguration
    job_configuration_variables = Variables
    _description = "Carries out MagicAI's flows in processes that are started before a run needs them."

    def __init__(self, processes: WarmProcesses, *, size: int, **words: Any) -> None:
        super().__init__(work_pool_name=POOL, prefetch_seconds=0, **words)
        self._processes, self._size = processes, size
        self._going: set[UUID] = set()
        self._deployments: dict[UUID, DeploymentResponse] = {}
        self._asking = asyncio.Lock()
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hears = False
        self._pauses, self._trouble = Pauses(), ""
        self.draining = False

    async def sync_with_backend(self) -> None:
        """Show life, and learn what operators have changed."""
        with self._waiting_for_server():
            await super().sync_with_backend()
            self._begin_to_hear()
            for known in tuple(self._deployments):
                with contextlib.suppress(ObjectNotFound):  # it was deleted, and is forgotten
                    await self._read_deployment(known)
            for flow_run in await self._cancelling():
                self._on_cancelling(flow_run.id)

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Take as many of the runs that are due as there is room for."""
        with self._waiting_for_server():
            async with self._asking:
                return await self._take()
        return []

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: Any = None,
    ) -> BaseWorkerResult:
        """Prefect's way to carry a flow run out, which is not taken: it asks the server eight times before."""
        raise NotImplementedError

    async def drain(self, *, limit_s: float) -> bool:
        """Take no more runs, wait for the active ones, and return whether all have ended."""
        self.draining = True
        try:
            async with asyncio.timeout(limit_s):
                await self._processes.rest()
        except TimeoutError:
            return False
        return True

    def _begin_to_hear(self) -> None:
        if not self._hears and self._work_pool is not None:
            self._hears = True
            pool = self._work_pool.id
            self._in_background(hear(pool, on_new=self._news.set, on_cancelling=self._on_cancelling))
            self._in_background(self._heed_news())

    def _in_background(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _heed_news(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self.get_and_submit_flow_runs()
            except Exception as exc:  # noqa: BLE001 - whatever it was, the next look is half a second away
                _log.warning("runs could not be read from Prefect's server: %s", exc)

    @contextlib.contextmanager
    def _waiting_for_server(self) -> Generator[None]:
        """Wait for a server that is away: Prefect's loops would end the worker after half a minute, and all runs."""
        try:
            yield
        except httpx.HTTPError as exc:
            if isinstance(exc, httpx.HTTPStatusError) and exc.response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            if self._trouble != (trouble := f"{type(exc).__name__}: {exc}"):
                _log.warning("waiting for Prefect's server: %s", trouble)
            self._trouble = trouble
        else:
            self._trouble = ""

    async def _take(self) -> list[FlowRun]:
        room = self._size - len(self._going)
        if not self._hears or self.draining or room <= 0:
            return []
        # Those that are left alone for a while, or are claimed just now, must not hide the others.
        due = await self._due(min(_MOST_DUE, room + len(self._pauses) + len(self._going)))
        new = (entry.flow_run for entry in due if entry.flow_run.id not in self._going)
        taken = [flow_run for flow_run in new if self._pauses.over(flow_run.id)][:room]
        for flow_run in taken:
            self._going.add(flow_run.id)
            self._in_background(self._carry_out(flow_run))
        return taken

    async def _due(self, most: int) -> list[WorkerFlowRunResponse]:
        wanted = {"scheduled_before": str(datetime.now(UTC)), "limit": most}
        path = "/work_pools/{name}/get_scheduled_flow_runs"
        try:
            # Prefect's client has a method for it, which knows no limit: a thousand that wait would come each time.
            answer = await self.client.request("POST", path, path_params={"name": POOL}, json=wanted)
        except httpx.HTTPStatusError as exc:
            if exc.response.status_code == HTTPStatus.NOT_FOUND:
                return []  # the pool is just being made
            raise
        return WorkerFlowRunResponse.model_validate_list(answer.json())

    async def _carry_out(self, flow_run: FlowRun) -> None:
        try:
            status = await self._processes.run(str(flow_run.id), partial(self._claim, flow_run))
            if status:
                self._report_crash(flow_run, f"Its process ended (status {status}).")
        except Exception as exc:  # noqa: BLE001 - one run must not end the others
            _log.exception("flow run %s could not be carried out", flow_run.id)
            self._report_crash(flow_run, f"Fault of the worker: {type(exc).__name__}: {exc}")
        finally:
            self._going.discard(flow_run.id)
            self._news.set()

    def _report_crash(self, flow_run: FlowRun, why: str) -> None:
        self._in_background(self._keep_reporting(flow_run, why))

    async def _keep_reporting(self, flow_run: FlowRun, why: str) -> None:
        """Mark a flow run as crashed, however long the server is away: its warm process may live, and says nothing."""
        while True:
            try:
                await propose_state(self.client, Crashed(message=why), flow_run_id=flow_run.id)
            except (Abort, Pause, ObjectNotFound):  # it has ended, or was deleted
                return
            except Exception as exc:  # noqa: BLE001 - it must neither end the worker nor be forgotten
                _log.warning("the crash of flow run %s was not reported: %s", flow_run.id, exc)
                await asyncio.sleep(_REPORT_S)
            else:
                return

    async def _claim(self, flow_run: FlowRun) -> Mapping[str, object] | None:
        """Make a flow run this worker's; answers what its process is told, or None where it is not to be had now."""
        try:
            assignment = await self._assignment(flow_run)
        except Abort as exc:
            _log.info("flow run %s is left alone: %s", flow_run.id, exc)
            assignment = None
        except Exception as exc:  # noqa: BLE001 - nothing has begun, perhaps not even a run's row: it stays scheduled
            pause_s = self._pauses.begin(flow_run.id)
            why = f"{type(exc).__name__}: {exc}"
            logger = self.get_flow_run_logger(flow_run)  # to be read in Prefect's pages, too
            logger.warning("Flow run %s can't start; next attempt in %.0f s: %s", flow_run.id, pause_s, why)
            if pause_s >= _ASIDE_S:
                await self._set_aside(flow_run, pause_s, why)
            return None
        self._pauses.end(flow_run.id)
        return assignment

    async def _set_aside(self, flow_run: FlowRun, pause_s: float, why: str) -> None:
        """Let the server tell of it no sooner: more of them than it tells at a time would hide all others."""
        later = Scheduled(
            scheduled_time=datetime.now(UTC) + timedelta(seconds=pause_s), message=f"It can't start: {why}"
        )
        with contextlib.suppress(Exception):  # it could not be claimed, either; it is told of again, and left alone
            state = (await self.client.read_flow_run(flow_run.id)).state
            if state is None or not state.is_scheduled():  # cancelled, say: that stays
                return
            await propose_state(self.client, later, flow_run_id=flow_run.id)

    async def _assignment(self, flow_run: FlowRun) -> Mapping[str, object] | None:
        assert flow_run.deployment_id is not None
        deployment = self._deployments.get(flow_run.deployment_id)
        try:
            deployment = deployment or await self._read_deployment(flow_run.deployment_id)
        except ObjectNotFound:
            await self._mark_cancelled(flow_run.id, "Its deployment was deleted.")
            return None
        variables = await self._environment(deployment, flow_run)
        try:
            flow_run.state = await propose_state(self.client, Pending(), flow_run_id=flow_run.id)
        except ObjectNotFound as exc:
            raise Abort("It was deleted.") from exc
        if not flow_run.state.is_pending():  # cancelled, or another worker's
            return None
        due = flow_run.state.state_details.scheduled_time
        if due is not None and due > datetime.now(UTC):  # put off since it was told; its process would wait for it
            await propose_state(self.client, Scheduled(scheduled_time=due), flow_run_id=flow_run.id)
            return None
        return {
            "flow_run": flow_run.model_dump(mode="json"),
            "entrypoint": deployment.entrypoint or "",
            "environment": variables,
        }

    async def _read_deployment(self, deployment_id: UUID) -> DeploymentResponse:
        self._deployments.pop(deployment_id, None)
        found = await self.client.read_deployment(deployment_id)
        return self._deployments.setdefault(deployment_id, found)

    async def _environment(self, deployment: DeploymentResponse, flow_run: FlowRun) -> dict[str, str]:
        """What work pool, deployment and flow run put into the environment; the last has its way."""
        values = {**(deployment.job_variables or {}), **(flow_run.job_variables or {})}
        given: list[dict[str, Any] | None] = [
            (part or {}).get("env") for part in (deployment.job_variables, flow_run.job_variables)
        ]
        values["env"] = {name: value for part in given for name, value in (part or {}).items()}
        made = await BaseJobConfiguration.from_template_and_values(
            self.work_pool.base_job_template, values, client=self.client
        )
        return {name: value for name, value in made.env.items() if value and not name.startswith("PREFECT_")}

    async def _cancelling(self) -> list[FlowRun]:
        if not self._going:
            return []
        kind = FlowRunFilterStateType(any_=[StateType.CANCELLING])
        mine = FlowRunFilter(id=FlowRunFilterId(any_=[*self._going]), state=FlowRunFilterState(type=kind))
        return await self.client.read_flow_runs(flow_run_filter=mine)

    async def _mark_cancelled(self, flow_run_id: UUID, why: str) -> None:
        with contextlib.suppress(ObjectNotFound):  # it was deleted meanwhile
            await self.client.set_flow_run_state(flow_run_id, Cancelled(reason=why), force=True)

    def _on_cancelling(self, flow_run_id: UUID) -> None:
        if flow_run_id in self._going:
            self._in_background(self._end_run(flow_run_id))

    async def _end_run(self, flow_run_id: UUID) -> None:
        try:
            if await self._processes.stop(str(flow_run_id)):
                await self._mark_cancelled(flow_run_id, "Its process was ended.")
        except Exception as exc:  # noqa: BLE001 - the other runs must not end with it
            _log.warning("Prefect's server was not notified that flow run %s was ended: %s", flow_run_id, exc)
