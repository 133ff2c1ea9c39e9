"""What may be resumed, and with which budget."""

from copy import deepcopy
from typing import cast

from magicai.errors import Conflict, Invalid
from magicai.ports import Records
from magicai.runs import catalogue
from magicai.runs.run import JSON, Run, RunStatus


async def check_resumable(records: Records, run: Run) -> None:
    """Check that a run can be resumed.

    Raises:
        Conflict: it lives.
        Invalid: it has completed, or was cancelled before it began.
    """
    for other, attempt in await records.runs.unfinished():
        if other.run_id == run.run_id:
            raise Conflict(
                f"Run {run.run_id} is running in process {attempt.pid} on {attempt.host} (attempt {attempt.number}).",
                way_out=f"To follow it: magicai show {run.run_id} --follow",
            )
    if run.status is RunStatus.COMPLETED:
        raise Invalid(f"Run {run.run_id} has completed.", way_out=f"To see its result: magicai show {run.run_id}")
    if never_began(run):
        way_out = f"To start a new one: magicai run {run.workflow}"
        raise Invalid(f"Run {run.run_id} was cancelled before it started.", way_out=way_out)


def never_began(run: Run) -> bool:
    """Whether it was cancelled before any attempt."""
    return run.status is RunStatus.CANCELLED and not run.attempts


async def set_budget(records: Records, run: Run, budget: float) -> Run:
    """Change the most that a run may cost, in US dollars, before it is resumed; answers the run.

    Raises:
        Invalid: its workflow has no budget.
        Conflict: it runs, or has completed.
    """
    declared = catalogue.declared_of(run)
    if declared is None or "budget" not in declared.takes:
        raise Invalid(f"{run.workflow} has no budget of its own.", way_out="To raise all runs' budget: MAGICAI_BUDGET")
    request = deepcopy(run.request)
    cast("JSON", declared.parameters(request))["budget"] = budget
    return await records.runs.set_request(run.run_id, request)
