"""Runs that follow: what one run, a decision about it or an effect of it leads to, by the workflow's name."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from magicai.errors import Invalid
from magicai.ports import Orchestrator, Records
from magicai.runs import registry
from magicai.runs.queue.dead_runs import DISPATCHER
from magicai.runs.requests.accept import accept, check_request
from magicai.runs.requests.fields import in_clear
from magicai.runs.requests.secrets import as_row
from magicai.runs.run import Origin, Run, RunStatus


async def follow_up(
    records: Records,
    workflow: str,
    request: BaseModel | Mapping[str, Any],
    *,
    owner_id: str,
    after: str,
    key: str,
    waits: bool = False,
) -> Run:
    """Queue a run that follows another; the same key again gives the first one back.

    It begins by itself beside `magicai up`, and else at the end of the command that followed the run before it. One
    that waits begins once the run before it has ended, whatever became of that, and needs neither.

    Args:
        records: where runs are.
        workflow: of the next run, the same or another one.
        request: its parameters: files by their ids, secrets sealed, as in the request of the run before it.
        owner_id: whose it is, as the run before it is.
        after: the run that it follows.
        key: what makes it the same, within the run before it: the step, the decision's id.
        waits: whether the run before it has to end first.

    Raises:
        NotFound: the owner has no such run.
        Invalid: there is no such workflow, a parameter is wrong, or the key came with something else before.
    """
    before = await records.runs.get(after, owner_id=owner_id)
    values = in_clear(request) if isinstance(request, BaseModel) else request
    wanted = check_request(registry.workflow(workflow).request, values)
    run = await accept(
        records,
        workflow,
        wanted,
        owner_id=owner_id,
        origin=Origin.RUN,
        started_by=before.started_by,
        key=f"follows:{before.run_id}:{key}",
        follows=before.run_id,
        waits=waits,
    )
    if run.workflow != workflow or run.request != as_row(wanted):
        raise Invalid("run_key_reused", key=key, run_id=before.run_id)
    return run


async def begin_follow_ups(records: Records, orchestrator: Orchestrator, run: Run) -> list[Run]:
    """Start the follow-ups of a run that nobody else starts, and return those that are queued or active."""
    following = await _following(records, run)
    await _begin(records, orchestrator, [one for one in following if not one.waits])
    return following


async def begin_waiting(records: Records, orchestrator: Orchestrator, run_id: str) -> None:
    """Start what waited for the end of a run, if nobody else does."""
    run = await records.runs.get(run_id)
    if run.status.ended:
        await _begin(records, orchestrator, [one for one in await _following(records, run) if one.waits])


async def _following(records: Records, run: Run) -> list[Run]:
    unended = [status for status in RunStatus if not status.ended]
    return await records.runs.listed(owner_id=run.owner_id, follows=run.run_id, statuses=unended)


async def begin_queued(records: Records, orchestrator: Orchestrator, workflow: str) -> list[Run]:
    """Start queued runs of a workflow, whoever's they are, if nobody else does, and return them."""
    queued = await records.runs.listed(workflow=workflow, statuses=(RunStatus.QUEUED,))
    return await _begin(records, orchestrator, queued)


async def _begin(records: Records, orchestrator: Orchestrator, runs: Sequence[Run]) -> list[Run]:
    if not runs or await records.leases.current(DISPATCHER) is not None:
        return []
    started = [run for run in runs if run.status is RunStatus.QUEUED]
    for run in started:
        await orchestrator.start(run)
    return started
