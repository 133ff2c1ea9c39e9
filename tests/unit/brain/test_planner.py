from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.brain.decision import decide
from magicai.brain.planner import Goal, adapt, compile_plan, goal, replan
from magicai.brain.recall import Knowledge
from magicai.brain.situation import Machine, Situation
from magicai.brain.step_costs import StepCost, known_costs
from magicai.brain.steps import Generation, Step, StepRun, step
from magicai.errors import Invalid
from magicai.messages import Message, plain
from magicai.ports import Outcome
from magicai.runs.plan import Plan, Resources
from magicai.runs.run import RunResult, RunStatus
from magicai.runs.workflow import Workflow

BROKEN = plain("it broke")
SITUATION = Situation("w", "o", {"max_pages": 10}, Machine(cores=2, memory=4000))


NO_REPORTER: Any = None


class Nothing(BaseModel):
    pass


def goal_of(provides: tuple[str, ...], *steps: Step, wants: tuple[str, ...] = ()) -> Goal:
    return goal(
        Workflow(name="w", request=Nothing, result=RunResult, quality=lambda _: 1.0),
        provides=provides,
        wants=wants,
        steps=steps,
    )


def plan_of(aimed: Goal, situation: Situation = SITUATION, **seconds: float) -> Plan:
    decision = decide(aimed, situation, Knowledge(), budget=1)
    costs = {name: StepCost(seconds=took) for name, took in seconds.items()}
    return compile_plan(aimed, situation, decision, run_id="r", costs=costs)


def sequence(plan: Plan | None) -> tuple[str, ...]:
    assert plan is not None
    assert plan.decision.task_sequence == tuple(one.name for one in plan.steps)
    return plan.decision.task_sequence


def without_browser(situation: Situation) -> Message | None:
    return None if situation.machine.browser else plain("no browser is here")


@step(provides="a")
async def quick(run: StepRun) -> int: ...


@step(provides="a")
async def slow(run: StepRun) -> int: ...


@step(provides="b")
async def use_a(run: StepRun, a: int) -> int: ...


def test_a_plan_holds_only_what_the_goal_needs() -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, a: int) -> int: ...

    @step(provides="c")
    async def make_c(run: StepRun, a: int) -> int: ...

    plan = plan_of(goal_of(("b",), make_a, make_b, make_c))
    assert plan.decision.task_sequence == ("make_a", "make_b")
    assert plan.steps[1].needs == ("a",)


def test_a_plan_names_the_models_that_its_request_allows() -> None:
    @step(provides="a", generation=Generation())
    async def make_a(run: StepRun) -> int: ...

    aimed = goal_of(("a",), make_a)

    def allowed(request: Mapping[str, Any], _: Machine) -> tuple[str, ...]:
        return request["models"]

    own = replace(aimed, workflow=replace(aimed.workflow, models=allowed))
    situation = Situation("w", "o", {"models": ("openai:m", "local:m")}, Machine(2, 4000, model="local:m"))
    assert plan_of(aimed, situation).decision.model == "local:m"
    assert plan_of(own, situation).decision.model == "openai:m, local:m"


def test_what_can_be_used_is_waited_for_where_the_plan_has_it() -> None:
    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, extra: int | None = None) -> int: ...

    assert plan_of(goal_of(("b",), make_extra, make_b)).steps[-1].needs == ("extra",)
    assert plan_of(goal_of(("b",), make_b)).steps[-1].needs == ()


def test_a_step_that_a_situation_rules_out_is_left_out_with_its_reason() -> None:
    @step(provides="extra", optional=True, unless=lambda _: plain("there is none here"))
    async def make_extra(run: StepRun) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, extra: int | None = None) -> int: ...

    plan = plan_of(goal_of(("b",), make_extra, make_b))
    assert plan.decision.task_sequence == ("make_b",)


def test_a_goal_that_nothing_gives_is_refused_by_name() -> None:
    @step(provides="a")
    async def make_a(run: StepRun, missing: int) -> int: ...

    with pytest.raises(Invalid, match="'missing'"):
        plan_of(goal_of(("a",), make_a))


def test_steps_in_a_circle_are_refused() -> None:
    @step(provides="a")
    async def make_a(run: StepRun, b: int) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, a: int) -> int: ...

    with pytest.raises(Invalid, match="wait for each other"):
        plan_of(goal_of(("a",), make_a, make_b))


def test_what_is_found_adds_a_step_as_a_new_revision_that_later_steps_wait_for() -> None:
    def shown_by_scripts(_situation: Situation, have: Mapping[str, Any]) -> Message | None:
        return plain(f"{have['a']} pages are empty") if have["a"] else None

    @step(provides="a")
    async def make_a(run: StepRun) -> int: ...

    @step(provides="more", trigger=shown_by_scripts)
    async def make_more(run: StepRun, a: int) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, a: int, more: int | None = None) -> int: ...

    aimed = goal_of(("b",), make_a, make_more, make_b)
    plan = plan_of(aimed)
    assert plan.decision.task_sequence == ("make_a", "make_b")
    assert adapt(aimed, SITUATION, plan, {"a": 0}) is None
    adapted = adapt(aimed, SITUATION, plan, {"a": 3})
    assert adapted is not None
    assert (adapted.revision, adapted.reason) == (2, "make_more: 3 pages are empty.")
    by_name = {planned.name: planned for planned in adapted.steps}
    assert by_name["make_a"].revision == 1
    assert by_name["make_b"].needs == ("a", "more")
    assert adapt(aimed, SITUATION, adapted, {"a": 3}) is None


def test_two_workflows_have_a_step_of_one_name_each_and_one_has_no_two() -> None:
    def make(value: int) -> Step:
        @step(provides="letter")
        async def write_letter(run: StepRun) -> int:
            return value

        return write_letter

    first, second = make(1), make(2)
    assert [goal_of(("letter",), one).steps for one in (first, second)] == [(first,), (second,)]
    with pytest.raises(ValueError, match="two steps of w are called 'write_letter'"):
        goal_of(("letter",), first, second)


async def test_a_step_is_called_like_the_function_that_it_was_made_of() -> None:
    @step(provides="a")
    async def double(run: StepRun, number: int) -> int:
        return 2 * number

    assert await double(StepRun("r", "o", "double", NO_REPORTER), 4) == 8


def test_a_goal_that_only_a_trigger_may_reach_is_refused_before_any_run() -> None:
    @step(provides="a", trigger=lambda _situation, _have: None)
    async def make_a(run: StepRun) -> int: ...

    with pytest.raises(Invalid, match="No step of this workflow provides 'a'"):
        goal_of(("a",), make_a)
    with pytest.raises(Invalid, match="provides 'b'"):
        goal_of(("b",), make_a)


def test_a_plan_in_json_has_the_keys_that_saved_ones_have() -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int: ...

    saved = plan_of(goal_of(("a",), make_a)).model_dump(mode="json")
    assert saved["steps"][0]["gives"] == "a"
    assert Plan.model_validate(saved).steps[0].provides == "a"


def test_a_goal_checks_its_workflows_declaration() -> None:
    declared = Workflow(name="w", request=Nothing, result=RunResult, quality=lambda _: 1.0, findings="letter.in_short")
    with pytest.raises(ValueError, match=r"'letter\.in_short'"):
        goal(declared, provides=(), steps=())


def test_of_alternatives_the_cheapest_is_planned_and_the_others_are_ways_out() -> None:
    aimed = goal_of(("b",), quick, slow, use_a)
    plan = plan_of(aimed, quick=9, slow=3)
    assert sequence(plan) == ("slow", "use_a")
    assert plan.steps[0].ways_out == ("quick",)
    assert sequence(plan_of(aimed, quick=2, slow=3)) == ("quick", "use_a")


def test_money_counts_beside_time() -> None:
    aimed = goal_of(("a",), quick, slow)
    decision = decide(aimed, SITUATION, Knowledge(), budget=1)
    costs = {"quick": StepCost(seconds=1, cost=0.1), "slow": StepCost(seconds=50)}
    assert sequence(compile_plan(aimed, SITUATION, decision, run_id="r", costs=costs)) == ("slow",)


def test_what_steps_cost_is_learned_from_runs() -> None:
    def outcome(seconds: float, **cost: float) -> Outcome:
        values: Any = {"status": RunStatus.COMPLETED, "quality": 1.0, "cost": 0.0}
        own: Any = {"run_id": "r", "owner_id": "o", "workflow": "w", "at": 0, "seconds": seconds}
        return Outcome(**values, **own, steps={"quick": 1.0, "slow": seconds}, step_costs=cost)

    costs = known_costs([outcome(20, quick=2.0), outcome(40)])
    assert costs == {"quick": StepCost(seconds=1, cost=1), "slow": StepCost(seconds=30, cost=0)}
    assert costs["quick"].weight == 1 + 1200
    aimed = goal_of(("a",), quick, slow)
    decision = decide(aimed, SITUATION, Knowledge(), budget=1)
    assert sequence(compile_plan(aimed, SITUATION, decision, run_id="r", costs=costs)) == ("slow",)


def test_before_any_run_has_told_a_step_that_asks_for_less_of_the_machine_is_cheaper() -> None:
    @step(provides="a", resources=Resources(cpu=2, memory=2000))
    async def large(run: StepRun) -> int: ...

    assert sequence(plan_of(goal_of(("a",), large, quick))) == ("quick",)


def test_what_two_steps_share_counts_once() -> None:
    @step(provides="shared")
    async def share(run: StepRun) -> int: ...

    @step(provides="a")
    async def a_of_shared(run: StepRun, shared: int) -> int: ...

    @step(provides="b")
    async def b_of_shared(run: StepRun, shared: int) -> int: ...

    @step(provides="b")
    async def b_alone(run: StepRun) -> int: ...

    aimed = goal_of(("a", "b"), share, quick, a_of_shared, b_of_shared, b_alone)
    # 10 + 1 + 1 for both; 8 and 7 for each by itself.
    plan = plan_of(aimed, share=10, a_of_shared=1, b_of_shared=1, quick=8, b_alone=7)
    assert sequence(plan) == ("share", "a_of_shared", "b_of_shared")


def test_steps_that_want_each_others_gifts_are_no_circle() -> None:
    @step(provides="a")
    async def make_a(run: StepRun, b: int | None = None) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, a: int | None = None) -> int: ...

    plan = plan_of(goal_of(("a", "b"), make_a, make_b))
    assert {one.name: one.needs for one in plan.steps} == {"make_a": (), "make_b": ("a",)}


def test_an_optional_step_is_planned_only_where_somebody_uses_it() -> None:
    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun) -> int: ...

    @step(provides="late", optional=True)
    async def make_late(run: StepRun, a: int) -> int: ...

    @step(provides="c")
    async def wants_extra(run: StepRun, extra: int | None = None) -> int: ...

    steps = (make_extra, quick, wants_extra, make_late)
    assert sequence(plan_of(goal_of(("a",), *steps))) == ("quick",)
    assert sequence(plan_of(goal_of(("a",), *steps, wants=("late",)))) == ("quick", "make_late")
    assert sequence(plan_of(goal_of(("c",), *steps))) == ("make_extra", "wants_extra")
    with pytest.raises(ValueError, match="wants 'a', which no optional step provides"):
        goal_of(("c",), *steps, wants=("a",))


def test_an_optional_step_without_its_need_is_left_out() -> None:
    @step(provides="page", unless=without_browser)
    async def browse(run: StepRun) -> int: ...

    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun, page: int) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, extra: int | None = None) -> int: ...

    aimed = goal_of(("b",), browse, make_extra, make_b)
    assert sequence(plan_of(aimed)) == ("make_b",)
    there = Situation("w", "o", {}, Machine(cores=2, memory=4000, browser=True))
    assert sequence(plan_of(aimed, there)) == ("browse", "make_extra", "make_b")


def test_a_step_that_cannot_be_used_here_gives_way_to_another_or_its_reason_is_named() -> None:
    @step(provides="a", unless=without_browser)
    async def browse(run: StepRun) -> int: ...

    plan = plan_of(goal_of(("a",), browse, quick), browse=1, quick=9)
    assert sequence(plan) == ("quick",)
    assert plan.steps[0].ways_out == ()
    with pytest.raises(Invalid, match="'a' can't be provided: browse: no browser is here"):
        plan_of(goal_of(("b",), browse, use_a))


def test_a_step_that_cannot_be_used_here_is_not_triggered_either() -> None:
    @step(provides="more", trigger=lambda _situation, _have: plain("there is more"), unless=without_browser)
    async def make_more(run: StepRun, a: int) -> int: ...

    aimed = goal_of(("a",), quick, make_more)
    assert adapt(aimed, SITUATION, plan_of(aimed), {"a": 1}) is None
    there = Situation("w", "o", {}, Machine(cores=2, memory=4000, browser=True))
    assert sequence(adapt(aimed, there, plan_of(aimed), {"a": 1})) == ("quick", "make_more")


def test_what_fails_is_replaced_once_and_what_was_done_stays() -> None:
    @step(provides="done")
    async def begin(run: StepRun) -> int: ...

    @step(provides="b")
    async def finish(run: StepRun, done: int, a: int) -> int: ...

    aimed = goal_of(("b",), begin, quick, slow, finish)
    plan = plan_of(aimed, begin=1, quick=1, slow=5, finish=1)
    other = replan(aimed, SITUATION, plan, {"done": 1}, failed={"quick": BROKEN})
    assert other is not None
    assert (other.revision, other.reason, other.failed) == (2, "quick failed; instead: slow", {"quick": BROKEN})
    assert {one.name: one.revision for one in other.steps} == {"begin": 1, "slow": 2, "finish": 1}
    assert next(one for one in other.steps if one.name == "slow").ways_out == ()
    assert replan(aimed, SITUATION, other, {"done": 1}, failed={"slow": BROKEN}) is None


def test_a_plan_of_an_earlier_version_keeps_why_a_step_failed() -> None:
    @step(provides="a")
    async def make(run: StepRun) -> int: ...

    stored = plan_of(goal_of(("a",), make), make=1).model_dump(mode="json") | {"failed": {"quick": "it broke"}}
    assert Plan.model_validate(stored).failed == {"quick": BROKEN}


def test_what_fails_is_replaced_further_up_where_it_has_no_alternative_itself() -> None:
    @step(provides="b")
    async def b_alone(run: StepRun) -> int: ...

    aimed = goal_of(("b",), quick, use_a, b_alone)
    plan = plan_of(aimed, quick=1, use_a=1, b_alone=9)
    assert sequence(plan) == ("quick", "use_a")
    assert sequence(replan(aimed, SITUATION, plan, {}, failed={"quick": BROKEN})) == ("b_alone",)
