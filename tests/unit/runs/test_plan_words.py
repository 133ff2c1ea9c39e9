from decimal import Decimal

from magicai.runs.plan import (
    Alternative,
    Choice,
    CostInterval,
    Decision,
    Expected,
    Interval,
    Plan,
    Priority,
    Resources,
    plan_as_markdown,
)

NONE = Decimal(0)


def row(*choices: Choice) -> str:
    """The plan's last line."""
    decision = Decision(
        task_sequence=(), modules=(), resources=Resources(), priority=Priority.NORMAL, reasoning="",
        estimated_time=Interval(low=0, high=1), estimated_cost=CostInterval(low=NONE, high=NONE),
        choices=choices,
    )  # fmt: skip
    plan = Plan(run_id="r", workflow="w", revision=1, reason="first", decision=decision, steps=())
    return plan_as_markdown(plan).splitlines()[-1]


def choice(*alternatives: Alternative) -> Choice:
    return Choice(
        step="write", choice="model", option="large", alternatives=alternatives, reason="better", propensity=0.8
    )


def test_a_plan_says_why_not_the_other_options() -> None:
    large = Expected(quality=0.9, seconds=12, cost=Decimal("0.002"))
    known = choice(
        Alternative(option="small", propensity=0.003, expected=Expected(quality=0.5, seconds=3)),
        Alternative(option="large", propensity=0.8, expected=large),
        Alternative(option="new", propensity=0.197),
    )
    assert row(known) == (
        "| write.model | large | 0.80 | better |"
        " small (0.003): quality 0.50, 3 s; new (0.2): nothing measured yet;"
        " here quality 0.90, 12 s, $0.002 |"
    )


def test_a_choice_with_one_option_has_no_alternative() -> None:
    assert row(choice(Alternative(option="large", propensity=1.0))) == "| write.model | large | 0.80 | better | – |"
