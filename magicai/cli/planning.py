"""Show what a run would do."""

import asyncio
import json
from typing import Any

import click

from magicai.cli.running import Workflows


def _plan(workflow: str, model: Any, values: dict[str, Any], *, as_json: bool) -> int:
    return asyncio.run(_show_plan(workflow, model, values, as_json=as_json))


async def _show_plan(workflow: str, model: Any, values: dict[str, Any], *, as_json: bool) -> int:
    from rich.console import Console
    from rich.markdown import Markdown

    from flows import catalogue
    from integrations.open import open_ports
    from magicai.app.accept import check_request
    from magicai.app.executor import plan_as_markdown
    from magicai.brain.decision import decide
    from magicai.brain.knowledge import recall
    from magicai.brain.planner import compile_plan
    from magicai.brain.situation import Situation
    from magicai.cli.files import check_files
    from magicai.domain.ids import new_id

    request = check_files(check_request(model, values))
    aim = catalogue.goal_of(workflow)
    async with open_ports() as ports:
        owner, budget = ports.settings.owner, ports.settings.budget
        outcomes = await recall(ports.records.outcomes, workflow, owner)
        situation = Situation(workflow, owner, request.model_dump(mode="json"), ports.machine())
    run_id = new_id()
    plan = compile_plan(aim, situation, decide(aim, situation, outcomes, seed=run_id, budget=budget), run_id=run_id)
    if as_json:
        print(json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return 0
    time, cost = plan.decision.estimated_time, plan.decision.estimated_cost
    console = Console()
    console.print(Markdown(plan_as_markdown(plan)))
    console.print(f"\nTime {time.low:.0f} to {time.high:.0f} s, cost {cost.low:.2f} to {cost.high:.2f} USD.")
    console.print(plan.decision.reasoning)
    return 0


plan = Workflows(
    "plan",
    act=_plan,
    help="Show what a run would do, and why.",
    options=[click.Option(["--json", "as_json"], is_flag=True, help="As JSON on standard output.")],
)
