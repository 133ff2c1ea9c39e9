"""A plan without a run: what would be done, how long and how much."""

from magicai.brain.decision import decide
from magicai.brain.planner import compile_plan
from magicai.brain.situation import Situation
from magicai.brain.step_costs import known_costs
from magicai.runs import registry
from magicai.runs.execution.plan_request import PlanRequest
from magicai.runs.plan import Plan
from magicai.runs.run import budget_within
from magicai.values.ids import new_id


def plan_of(asked: PlanRequest) -> Plan:
    """What a run would do; imports the flow, and Prefect with it."""
    goal = registry.goal(asked.workflow, asked.request)
    situation = Situation(asked.workflow, asked.owner_id, goal.workflow.parameters(asked.request), asked.machine)
    decision = decide(goal, situation, asked.knowledge, budget=budget_within(situation.request, asked.budget))
    return compile_plan(goal, situation, decision, run_id=new_id(), costs=known_costs(asked.knowledge.outcomes))
