"""Where plans without a run are made: in this process, which imports Prefect for it, or in another one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # few commands plan
    from magicai.brain.recall import Knowledge
    from magicai.brain.situation import Machine
    from magicai.runs.plan import Plan


class Planner(Protocol):
    """Makes plans."""

    async def __call__(
        self,
        workflow: str,
        request: Mapping[str, Any],
        *,
        owner_id: str,
        machine: "Machine",
        knowledge: "Knowledge",
        budget: float,
    ) -> "Plan":
        """What a run would do.

        Raises:
            Temporary: nothing answers that could say so.
        """
        ...


async def plan_here(
    workflow: str,
    request: Mapping[str, Any],
    *,
    owner_id: str,
    machine: "Machine",
    knowledge: "Knowledge",
    budget: float,
) -> "Plan":
    """What a run would do, worked out in this process."""
    from magicai.runs.execution.planning import plan_of

    return plan_of(workflow, request, owner_id=owner_id, machine=machine, knowledge=knowledge, budget=budget)
