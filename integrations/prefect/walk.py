"""Runs our executor within Prefect: each step is a task run, the run's end a state, each display an artifact."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from prefect import get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State, TaskRun
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, PrefectException
from prefect.runtime import flow_run
from prefect.states import Cancelled as CancelledState
from prefect.states import Completed, Failed
from pydantic import BaseModel, SecretStr
from structlog.contextvars import bound_contextvars

from integrations.logs import log_to
from integrations.open import Ports, open_ports
from integrations.prefect.artifacts import RunArtifacts, state_of
from integrations.prefect.blocks import settings_here
from integrations.prefect.monitor import AttemptMonitor
from integrations.prefect.orchestrator import labels, log_path
from integrations.prefect.schedules import names_of
from integrations.prefect.termination import pausing
from integrations.prefect.work_pool import MADE_FOR, tags_of
from integrations.processes.process import this_process
from magicai.accounts.schedules import owner_of
from magicai.brain.planner import Goal
from magicai.errors import Cancelled, Conflict, Invalid, MagicError, Temporary
from magicai.messages import say
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.follow_ups import begin_waiting
from magicai.runs.queue.dead_runs import Restarts, close_if_dead, close_lost_attempts
from magicai.runs.queue.resumable import never_began
from magicai.runs.requests.accept import accept
from magicai.runs.requests.fields import leaves
from magicai.runs.requests.intake import prepare_request
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.runs.samples import sample_of
from magicai.runs.views.names import name_of

_log = logging.getLogger(__name__)


async def walk(goal: Goal, request: BaseModel) -> State[Any]:
    """Execute a run within the current flow run, and return its final state.

    Args:
        goal: the workflow's goal.
        request: its parameters, validated by Prefect when they enter this process. A label of the flow run names the
            run that it attempts, which must have the same request; a run is created if a schedule or Prefect's UI
            started the flow run.
    """
    try:
        settings = await settings_here()
    except MagicError as exc:
        return Failed(message=str(exc), data=exc)
    async with open_ports(settings) as ports:
        try:
            run, request, made_for = await _claim(ports, goal, request)
            if never_began(run):
                return CancelledState(message=f"Run {run.run_id} was cancelled before it started.")
            if run.status is RunStatus.COMPLETED and not made_for:
                return Completed(message=f"This flow run has already been carried out: magicai show {run.run_id}")
            with log_to(log_path(ports.settings.home, run.run_id), ports.settings, run_id=run.run_id):
                attempt = await _begin(ports, run)
                with bound_contextvars(attempt=attempt.number):
                    page = ports.page
                    async with (
                        RunArtifacts(run, page) as artifacts,
                        AttemptMonitor(ports, attempt, artifacts),
                        pausing(lambda: ports.records.runs.ask_to_give_way(run.run_id)),
                    ):
                        state = await _carry_out(goal, run, request, attempt, ports, artifacts)
                with suppress(MagicError):  # `magicai runs` tells of what waits in vain
                    await begin_waiting(ports.records, ports.orchestrator, run.run_id)
                return state
        except MagicError as exc:
            return Failed(message=str(exc), data=exc)


async def _carry_out(
    goal: Goal, run: Run, request: BaseModel, attempt: Attempt, ports: Ports, artifacts: RunArtifacts
) -> State[Any]:
    """Execute a run with its owner's settings; one of a sample may read what is served for it, too."""
    own = await ports.of(run.owner_id)
    async with sample_of(run, goal.workflow.sample, own.settings) as sample:
        its = own.with_settings(sample.settings)
        machine = await its.machine_now()
        executor = Executor(goal, run, request, attempt, its, perform=perform, show=artifacts.show, machine=machine)
        status, result = await executor.carry_out()
        if status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
            sample.completed()
        if status.ended:
            artifacts.conclude(status, result)
        return state_of(status, result)


async def _begin(ports: Ports, run: Run) -> Attempt:
    flow_run_id = flow_run.get_id()
    assert flow_run_id is not None
    host, pid, started = this_process()
    await _introduce(run, UUID(flow_run_id))
    # Prefect redelivers a flow run whose process died, before anything of ours has noticed the death.
    await close_if_dead(ports.records, ports.orchestrator, run.run_id, restarts=Restarts.HERE, sparing=flow_run_id)
    with suppress(Temporary):
        await close_lost_attempts(ports.records, ports.orchestrator)
    try:
        return await ports.records.runs.begin(
            run.run_id, host=host, pid=pid, process_started_at=started, flow_run_id=flow_run_id
        )
    except Conflict as exc:
        if any(other.flow_run_id == flow_run_id for _, other in await ports.records.runs.unfinished()):
            raise Abort(f"Another process is carrying out this flow run. {exc}") from exc
        raise


async def _introduce(run: Run, flow_run_id: UUID) -> None:
    """Label the flow run with its run and process, unless it is labelled already.

    Raises:
        Temporary: Prefect does not know the flow run, or does not answer.
    """
    context = FlowRunContext.get()
    known = context.flow_run if context is not None else None
    mine = labels(run.run_id)
    try:
        async with get_client() as client:
            if known is None or not mine.items() <= known.labels.items():
                await client.update_flow_run_labels(flow_run_id, mine)
                if known is not None:
                    known.labels.update(mine)  # the warm process looks here before it sets them itself
            if known is None or known.name != name_of(run) or not {*tags_of(run)} <= {*known.tags}:
                tags = [*(known.tags if known is not None else ()), *tags_of(run)]
                await client.update_flow_run(flow_run_id, name=name_of(run), tags=list(dict.fromkeys(tags)))
    except (httpx.HTTPError, PrefectException) as exc:
        unknown = isinstance(exc, httpx.HTTPStatusError) and exc.response.status_code == HTTPStatus.NOT_FOUND
        why = say("flow_run_unknown") if unknown else str(exc) or type(exc).__name__
        raise Temporary("prefect_not_notified", flow_run_id=flow_run_id, reason=why, run_id=run.run_id) from exc


async def _claim(ports: Ports, goal: Goal, request: BaseModel) -> tuple[Run, BaseModel, bool]:
    """Return the run and its request, as saved in its row, and whether this flow run was made for it."""
    context = FlowRunContext.get()
    started = context.flow_run if context is not None else None
    run_id = started.labels.get(MADE_FOR) if started is not None else None
    if isinstance(run_id, str):
        run = await ports.records.runs.get(run_id)
        if started is not None and started.parameters.get("request") != run.request:
            raise Invalid("run_parameters_mismatch", run_id=run_id, made_for=MADE_FOR)
        return run, request, True
    origin = Origin.SCHEDULE if started is not None and started.auto_scheduled else Origin.PREFECT
    # Only Prefect's server writes `created_by`; anybody could type a parameter.
    made_by = started.created_by if started is not None else None
    names = names_of(goal.workflow.name, made_by.type, str(made_by.id), made_by.display_value) if made_by else ()
    owner_id, user_id = await owner_of(ports.records.identities, names, otherwise=ports.settings.owner)
    key = f"flow-run:{flow_run.get_id()}"
    taken = await prepare_request(await ports.of(owner_id), request, owner_id=owner_id, origin=origin)
    run = await accept(
        ports.records, goal.workflow.name, taken, owner_id=owner_id, started_by=user_id, origin=origin, key=key
    )
    if started is not None and any(isinstance(leaf.value, SecretStr) for leaf in leaves(taken)):
        await _seal_parameters(started, run)
    return run, taken, False


async def _seal_parameters(started: FlowRun, run: Run) -> None:
    """Replace the plain secrets in Prefect's parameters by the sealed ones of the run's row."""
    parameters = {**started.parameters, "request": run.request}
    if started.parameters != parameters:
        try:
            async with get_client() as client:
                await client.update_flow_run(started.id, parameters=parameters)
        except (httpx.HTTPError, PrefectException) as exc:
            raise Temporary("run_secret_not_deleted", run_id=run.run_id) from exc


async def perform(call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    """Run a step as a task run, retried if that can help."""
    delays: list[float] = [call.retry_delay_s * 2**n for n in range(call.retries)]
    retries_left = [*delays]

    async def carry_out(parameters: dict[str, Any]) -> Any:  # noqa: ARG001 - shown in Prefect's UI
        try:
            with bound_contextvars(step=call.name):
                return await _within(call, do)
        except Cancelled as exc:
            return CancelledState(message=str(exc), data=exc)
        except Temporary as exc:
            if retries_left:
                declared_s = retries_left.pop(0)
                await asyncio.sleep(exc.pause_s(declared_s) - declared_s)
            raise

    made: Any = task(
        name=call.name,
        task_run_name=call.name,
        retries=call.retries,
        retry_delay_seconds=delays,
        retry_condition_fn=_worth_trying_again,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(carry_out)
    _log.info("%s begins", call.name)
    state: State[Any] = await made(dict(call.parameters), return_state=True)
    _log.info("%s: %s", call.name, state.name)
    if state.is_cancelled():
        raise Cancelled("run_stopped")
    return await state.aresult()


async def _within(call: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
    """What a step gives within its time, in which waiting for its next try does not count, as Prefect's limit would."""
    limit = asyncio.timeout(call.timeout_s)
    try:
        async with limit:
            return await do()
    except TimeoutError as exc:
        if limit.expired():
            raise Temporary("step_timed_out", name=call.name, limit_s=call.timeout_s) from exc
        raise


async def _worth_trying_again(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    try:
        await state.aresult()
    except Temporary:
        return True
    except Exception:  # noqa: BLE001 - retrying helps with nothing else
        return False
    return False
