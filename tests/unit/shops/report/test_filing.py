from types import SimpleNamespace
from typing import Any

from magicai.messages import say
from magicai.runs.run import Problem
from magicai.shops.report.filing import problems_of


async def test_a_problem_that_two_attempts_have_reported_is_one_of_the_report() -> None:
    """A code's parameters are JSON, of which nothing was hashable: every report with a problem failed."""
    problem = Problem.saying(
        "shop.example", say("plan_grew", reasons=[say("step_because", step="a", why=say("cheapest_steps"))])
    )
    told = [
        SimpleNamespace(kind="problem", data={"problem": problem.model_dump(mode="json")}, sequence=number)
        for number in (1, 2)
    ]

    async def events(_run_id: str, *, after: int) -> list[SimpleNamespace]:
        return [event for event in told if event.sequence > after]

    records: Any = SimpleNamespace(runs=SimpleNamespace(events=events))
    assert await problems_of(records, "run") == [problem]
