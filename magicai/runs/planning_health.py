"""The health check of planning."""

from magicai.brain.decision import decide
from magicai.brain.planner import compile_plan
from magicai.brain.recall import recall
from magicai.brain.situation import Situation
from magicai.runs import registry
from magicai.runs.execution.run_ports import RunPorts
from magicai.values.units import so_many


async def check(ports: RunPorts) -> str:
    """The brain loads what it knows, and plans every workflow."""
    owner, budget = ports.settings.owner, ports.settings.budget
    known = steps = 0
    names = registry.names()
    for workflow in names:
        goal = registry.goal(workflow)
        knowledge = await recall(ports.records, workflow, owner)
        request = registry.workflow(workflow).request.model_construct().model_dump(mode="json", warnings=False)
        situation = Situation(workflow, owner, request, ports.machine())
        decision = decide(goal, situation, knowledge, budget=budget)
        known += len(knowledge.outcomes)
        steps += len(compile_plan(goal, situation, decision, run_id="check").steps)
    return f"plans {so_many(len(names), 'workflows')} in {so_many(steps, 'steps')}, from {so_many(known, 'outcomes')}"
