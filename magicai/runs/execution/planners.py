"""Where plans without a run are made: in this process, which imports Prefect for it, or in another one."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from magicai.runs.execution.plan_request import PlanRequest

if TYPE_CHECKING:  # few commands plan
    from magicai.runs.plan import Plan

Planner = Callable[[PlanRequest], Awaitable["Plan"]]


async def plan_here(asked: PlanRequest) -> "Plan":
    """What a run would do, planned in this process."""
    from magicai.runs.execution.planning import plan_of

    return plan_of(asked)
