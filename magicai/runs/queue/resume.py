"""What may be resumed, and with which budget."""

from copy import deepcopy
from typing import cast

from magicai.errors import Invalid
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.queue.resumable import why_not_resumable
from magicai.runs.run import JSON, Run
from magicai.settable import MOST_MONEY


async def check_resumable(records: Records, run: Run) -> None:
    """Check that a run can be resumed.

    Raises:
        Conflict: it can't.
    """
    active = next((one for other, one in await records.runs.unfinished() if other.run_id == run.run_id), None)
    if (why := why_not_resumable(run, active)) is not None:
        raise why


async def set_budget(records: Records, run: Run, budget: float) -> Run:
    """Change the most that a run may cost, in US dollars, before it is resumed; answers the run.

    Raises:
        Invalid: its workflow has no budget, or the budget is no sum of money.
        Conflict: it can't be resumed.
    """
    if not 0 <= budget <= MOST_MONEY:  # which NaN is not, either
        raise Invalid("run_budget_out_of_range", budget=budget, most=f"{MOST_MONEY:,}")
    declared = registry.declared_of(run)
    if declared is None or "budget" not in declared.takes:
        raise Invalid("workflow_budget_unsupported", workflow=run.workflow)
    request = deepcopy(run.request)
    cast("JSON", declared.parameters(request))["budget"] = budget
    return await records.runs.set_request(run.run_id, request)
