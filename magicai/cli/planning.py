"""Show what a run would do."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.running import Workflows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magicai.runs.plan import Choice, PerItem
    from magicai.shapes.plans import WouldDo


def _plan(workflow: str, model: Any, values: dict[str, Any], *, as_json: bool) -> int:
    return asyncio.run(_show_plan(workflow, model, values, as_json=as_json))


async def _show_plan(workflow: str, model: Any, values: dict[str, Any], *, as_json: bool) -> int:
    from magicai.cli.asking import open_asker
    from magicai.operations.workflows import plan_of
    from magicai.runs.requests.accept import check_request
    from magicai.runs.requests.intake import check_paths
    from magicai.settings import load

    request, settings = check_request(model, values), load()
    if settings.server is not None:
        await check_paths(request)  # which the gateway can't see
    async with open_asker(settings) as asker:
        show(await asker.ask(plan_of(workflow), request), as_json=as_json)
    return 0


def show(plan: "WouldDo", *, as_json: bool) -> None:
    """Print a plan."""
    if as_json:
        print(json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return
    print("\n".join(plan_lines(plan)))


def plan_lines(plan: "WouldDo") -> list[str]:
    """A plan in lines, each thing once: the steps, the choices, why, time and cost."""
    from magicai.cli.tables import columns
    from magicai.cli.words import cost_range, time_range, title

    numbers = {step.provides: number for number, step in enumerate(plan.steps, start=1)}
    steps = [
        [f"{number:>4}", title(step.name), _after(sorted(numbers[need] for need in step.needs if need in numbers))]
        for number, step in enumerate(plan.steps, start=1)
    ]
    time, cost = plan.decision.estimated_time, plan.decision.estimated_cost
    basis = "8 of 10 runs" if time.basis == "runs" else "from the limits of the request: too few runs yet"
    return [
        f"Plan of {plan.workflow}: {plan.reason}",
        *columns(steps),
        *(["Choices", *_choices(plan.decision.choices)] if plan.decision.choices else []),
        plan.decision.reasoning,
        f"Estimated time: {time_range(time.low, time.high)} ({basis})",
        f"Estimated cost: {cost_range(cost)}",
        *([] if plan.most_calls is None else [f"Maximum calls of language models: {plan.most_calls}"]),
        *([] if plan.per_item is None else [f"Maximum per {plan.per_item.unit}: {_most(plan.per_item)}"]),
    ]


def _most(per_item: "PerItem") -> str:
    """`4 calls of language models, $0.012`."""
    from magicai.values.money import money_in_words
    from magicai.values.units import so_many

    calls, cost = so_many(per_item.most_calls, "calls"), per_item.most_cost
    costs = "unknown cost" if cost is None else money_in_words(cost, per_item.currency) if cost else "no cost"
    return f"{calls} of language models, {costs}"


def _after(numbers: "Sequence[int]") -> str:
    if not numbers:
        return ""
    return f"after step {numbers[0]}" if len(numbers) == 1 else f"after steps {', '.join(map(str, numbers))}"


def _choices(choices: "Sequence[Choice]") -> list[str]:
    """What was decided, and what is expected of each option where there were several."""
    from magicai.cli.brain_words import options_words
    from magicai.cli.tables import columns

    heads = columns([["   ", f"{choice.name} = {choice.option}", choice.reason] for choice in choices])
    return [
        line
        for head, choice in zip(heads, choices, strict=True)
        for line in (head, *(f"        {one}" for one in options_words(choice.alternatives, choice.option)))
    ]


plan = Workflows(
    "plan",
    act=_plan,
    help="Show what a run would do, and why.",
    options=[click.Option(["--json", "as_json"], is_flag=True, help="Print JSON on standard output.")],
)
