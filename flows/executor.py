"""Where our executor meets Prefect: every step is a task run, the run's end a state, what it shows an artifact."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from prefect.states import Cancelled as CancelledState
from prefect.states import Completed, Failed
from pydantic import BaseModel

from integrations.open import Ports, open_ports
from integrations.runs.prefect import this_process
from magicai.app.accept import accept
from magicai.app.executor import Executor
from magicai.app.executor import Task as Work
from magicai.brain.planner import Goal
from magicai.domain.run import JSON, Origin, Run, RunStatus
from magicai.errors import Cancelled, MagicError, Temporary

# Prefect's artifact keys: lower case, digits, dashes.
_NO_KEY = re.compile(r"[^a-z0-9]+")


async def walk(aim: Goal, request: BaseModel, run_id: str | None) -> State[Any]:
    """Carry a run out within the present flow run; its last state says how it ended.

    Args:
        aim: the workflow's goal.
        request: its parameters.
        run_id: the run that this flow run attempts; one is made where a schedule or Prefect's UI started it.
    """
    async with open_ports() as ports:
        try:
            run = await _claim(ports, aim, request, run_id)
            machine = ports.machine()
            host, pid, started = this_process()
            attempt = await ports.records.runs.begin(
                run.run_id, host=host, pid=pid, process_started_at=started, flow_run_id=flow_run.get_id()
            )
            executor = Executor(
                aim,
                await ports.records.runs.get(run.run_id),
                attempt,
                ports.records,
                machine,
                budget=ports.settings.budget,
                perform=perform,
                show=_show,
            )
            status, result = await executor.carry_out()
        except MagicError as exc:
            return Failed(message=str(exc))
    return _state(status, result)


async def _claim(ports: Ports, aim: Goal, request: BaseModel, run_id: str | None) -> Run:
    if run_id is not None:
        return await ports.records.runs.get(run_id)
    context = FlowRunContext.get()
    scheduled = context is not None and context.flow_run is not None and context.flow_run.auto_scheduled
    origin = Origin.SCHEDULE if scheduled else Origin.PREFECT
    key = f"flow-run:{flow_run.get_id()}"
    return await accept(ports.records, aim.workflow, request, owner_id=ports.settings.owner, origin=origin, key=key)


async def perform(work: Work, do: Callable[[], Awaitable[Any]]) -> Any:
    """Run one piece of work as a task run, tried again where that can help."""

    async def carry_out(parameters: dict[str, Any]) -> Any:  # noqa: ARG001 - shown in Prefect's UI
        try:
            return await do()
        except Cancelled as exc:
            return CancelledState(message=str(exc), data=exc)

    delays: list[float] = [work.retry_delay_s * 2**n for n in range(work.retries)]
    made: Any = task(
        name=work.name,
        task_run_name=work.name,
        retries=work.retries,
        retry_delay_seconds=delays,
        retry_condition_fn=_worth_trying_again,
        timeout_seconds=work.timeout_s,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(carry_out)
    state: State[Any] = await made(dict(work.parameters), return_state=True)
    if state.is_cancelled():
        raise Cancelled(state.message or "stopped")
    try:
        return await state.aresult()
    except TimeoutError as exc:
        raise Temporary(f"{work.name} took longer than {work.timeout_s} s.") from exc


async def _worth_trying_again(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    try:
        await state.aresult()
    except (Temporary, TimeoutError):
        return True
    except Exception:  # noqa: BLE001 - whatever else it is, trying again does not help
        return False
    return False


async def _show(key: str, content: str | Sequence[Mapping[str, object]]) -> None:
    name = _NO_KEY.sub("-", f"{flow_run.get_name()}-{key}".lower()).strip("-")
    if isinstance(content, str):
        await acreate_markdown_artifact(content, key=name)
    else:
        await acreate_table_artifact([dict(row) for row in content], key=name)


def _state(status: RunStatus, result: JSON) -> State[Any]:
    problems = "; ".join(problem["what"] for problem in result["problems"])
    match status:
        case RunStatus.COMPLETED:
            return Completed(message=result["run_id"])
        case RunStatus.PARTIAL:
            return Completed(name="Partial", message=problems)
        case RunStatus.CANCELLED:
            return CancelledState(message="The user stopped it.")
        case _:
            return Failed(message=problems)
