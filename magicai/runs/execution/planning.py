"""A plan without a run: what would be done, how long and how much."""

from collections.abc import Mapping
from typing import Any

from magicai.brain.decision import decide
from magicai.brain.planner import compile_plan
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_costs import known_costs
from magicai.runs import registry
from magicai.runs.plan import Plan
from magicai.runs.run import budget_within
from magicai.values.ids import new_id


def plan_of(
    workflow: str,
    request: Mapping[str, Any],
    *,
    owner_id: str,
    machine: Machine,
    knowledge: Knowledge,
    budget: float,
) -> Plan:
    """What a run would do; imports the flow, and Prefect with it."""
    goal = registry.goal(workflow, request)
    situation = Situation(workflow, owner_id, goal.workflow.parameters(request), machine)
    decision = decide(goal, situation, knowledge, budget=budget_within(situation.request, budget))
    return compile_plan(goal, situation, decision, run_id=new_id(), costs=known_costs(knowledge.outcomes))
