from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from magicai.brain.decision import decide
from magicai.brain.knowledge import Knowledge
from magicai.brain.planner import Goal, adapt, compile_plan, goal
from magicai.brain.situation import Machine, Situation
from magicai.brain.steps import Step, StepRun, step
from magicai.errors import Invalid
from magicai.runs.plan import Plan
from magicai.runs.run import RunResult
from magicai.runs.workflow import Workflow

SITUATION = Situation("w", "o", {"max_pages": 10}, Machine(cores=2, memory=4000))


NO_REPORTER: Any = None


class Nothing(BaseModel):
    pass


def goal_of(provides: tuple[str, ...], *steps: Step) -> Goal:
    return goal(
        Workflow(name="w", request=Nothing, result=RunResult, quality=lambda _: (1.0, ())),
        provides=provides,
        steps=steps,
    )


def plan_of(aimed: Goal, situation: Situation = SITUATION) -> Plan:
    return compile_plan(aimed, situation, decide(aimed, situation, Knowledge(), budget=1), run_id="r")


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


def test_what_can_be_used_is_waited_for_where_the_plan_has_it() -> None:
    @step(provides="extra", optional=True)
    async def make_extra(run: StepRun) -> int: ...

    @step(provides="b")
    async def make_b(run: StepRun, extra: int | None = None) -> int: ...

    assert plan_of(goal_of(("b",), make_extra, make_b)).steps[-1].needs == ("extra",)
    assert plan_of(goal_of(("b",), make_b)).steps[-1].needs == ()


def test_a_step_that_a_situation_rules_out_is_left_out_with_its_reason() -> None:
    @step(provides="extra", optional=True, unless=lambda _: "there is none here")
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

    with pytest.raises(Invalid, match="circle"):
        plan_of(goal_of(("a",), make_a, make_b))


def test_what_is_found_adds_a_step_as_a_new_revision_that_later_steps_wait_for() -> None:
    def shown_by_scripts(_situation: Situation, have: Mapping[str, Any]) -> str | None:
        return f"{have['a']} pages are empty" if have["a"] else None

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
    assert (adapted.revision, adapted.reason) == (2, "make_more: 3 pages are empty")
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

    with pytest.raises(Invalid, match="No step of this workflow gives 'a'"):
        goal_of(("a",), make_a)
    with pytest.raises(Invalid, match="gives 'b'"):
        goal_of(("b",), make_a)


def test_a_plan_in_json_has_the_keys_that_saved_ones_have() -> None:
    @step(provides="a")
    async def make_a(run: StepRun) -> int: ...

    saved = plan_of(goal_of(("a",), make_a)).model_dump(mode="json")
    assert saved["steps"][0]["gives"] == "a"
    assert Plan.model_validate(saved).steps[0].provides == "a"


def test_a_goal_checks_its_workflows_declaration() -> None:
    declared = Workflow(
        name="w", request=Nothing, result=RunResult, quality=lambda _: (1.0, ()), findings="letter.in_short"
    )
    with pytest.raises(ValueError, match=r"'letter\.in_short'"):
        goal(declared, provides=(), steps=())
