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

    from magicai.cli.installation import open_installation
    from magicai.runs.accept import check_request
    from magicai.runs.plan import plan_as_markdown

    request = check_request(model, values)
    async with open_installation() as installation:
        plan = await installation.plan(workflow, request)
    if as_json:
        print(json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return 0
    time, cost = plan.decision.estimated_time, plan.decision.estimated_cost
    console = Console()
    console.print(Markdown(plan_as_markdown(plan)))
    console.print(
        f"\nTime {time.low:.0f} to {time.high:.0f} s, cost {cost.low:.2f} to {cost.high:.2f} {cost.currency}."
    )
    console.print(plan.decision.reasoning)
    return 0


plan = Workflows(
    "plan",
    act=_plan,
    help="Show what a run would do, and why.",
    options=[click.Option(["--json", "as_json"], is_flag=True, help="As JSON on standard output.")],
)
