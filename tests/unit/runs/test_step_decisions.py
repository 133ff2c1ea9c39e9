import asyncio
from typing import Any

import pytest

from magicai.brain.choice_points import NO, USE, YES, ChoicePoint
from magicai.brain.situation import Situation
from magicai.brain.steps import Step, StepRun, step
from magicai.errors import Invalid, Permanent, Temporary
from magicai.messages import plain
from magicai.ports import LoggedDecision, Reward, Usage
from magicai.runs.items import each
from magicai.runs.plan import Resources
from magicai.runs.run import Run
from tests.unit.runs.conftest import Bench

SPEED = ChoicePoint(name="speed", options=("slow", "fast"), quality=lambda have: have.get("a"))


async def made(bench: Bench, run: Run) -> list[LoggedDecision]:
    return await bench.records.decisions.of_run(run.run_id)


def told(decision: LoggedDecision) -> dict[str, float]:
    return {reward.kind: reward.value for reward in decision.rewards}


def make_a(points: tuple[ChoicePoint, ...] = (SPEED,), got: list[Any] | None = None) -> Step:
    @step(provides="a", choices=points)
    async def make_a(run: StepRun) -> float:
        if got is not None:
            got.append(run.options)
        await run.reporter.spent(Usage(cost=0.05))
        return 0.75

    return make_a


async def test_a_decision_is_a_row_with_what_the_run_measured_of_it(bench: Bench) -> None:
    got: list[Any] = []
    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_a(got=got))
    (decision,) = await made(bench, run)
    (shown,) = result["decision"]["choices"]
    assert got == [{"speed": decision.choice.option}]
    assert (shown["step"], shown["choice"], shown["option"]) == ("make_a", "speed", decision.choice.option)
    assert [one["option"] for one in shown["alternatives"]] == ["slow", "fast"]
    assert shown["id"] == decision.choice.id
    rewards = told(decision)
    assert (rewards["quality"], rewards["cost"], rewards["failure"]) == (0.75, pytest.approx(0.5), 1.0)
    assert 0.9 < rewards["time"] <= 1
    assert decision.measures["cost"] == pytest.approx(0.05)


async def test_what_a_choice_cannot_change_is_no_reward_of_it(bench: Bench) -> None:
    run = await bench.run()
    await bench.attempt(run, ["a"], make_a((ChoicePoint(name="speed", options=("x", "y"), rewards=("time",)),)))
    assert set(told((await made(bench, run))[0])) == {"time"}


async def test_a_failure_counts_against_the_choices_of_the_step_that_failed_alone(bench: Bench) -> None:
    @step(provides="first", choices=(SPEED,))
    async def make_first(run: StepRun) -> int:
        return 1

    @step(provides="second", choices=(SPEED,))
    async def make_second(run: StepRun, first: int) -> int:
        raise Permanent("no")

    @step(provides="a", choices=(SPEED,))
    async def make_third(run: StepRun, second: int) -> int:
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_first, make_second, make_third)
    rewards = {one.choice.step: told(one) for one in await made(bench, run)}
    assert rewards["make_first"]["failure"] == 1.0
    assert rewards["make_second"]["failure"] == 0.0
    assert rewards["make_third"] == {}


async def test_a_run_that_goes_on_keeps_its_decisions(bench: Bench) -> None:
    broken = True

    @step(provides="a", choices=(SPEED,))
    async def make_a(run: StepRun) -> float:
        if broken:
            raise Permanent("cut")
        return 1.0

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    (before,) = await made(bench, run)
    broken = False
    await bench.attempt(run, ["a"], make_a)
    (after,) = await made(bench, run)
    assert before.choice == after.choice
    assert (told(before)["failure"], told(after)["failure"]) == (0.0, 1.0)


async def test_two_steps_may_both_choose_a_speed(bench: Bench) -> None:
    points = [ChoicePoint(name="speed", options=(name,), rewards=("time",)) for name in ("slow", "fast")]

    @step(provides="a", choices=(points[0],))
    async def first(run: StepRun) -> str:
        return str(run.options["speed"])

    @step(provides="b", choices=(points[1],))
    async def second(run: StepRun) -> str:
        return str(run.options["speed"])

    _, result = await bench.attempt(await bench.run(), ["a", "b"], first, second)
    assert (result["a"], result["b"]) == ("slow", "fast")


async def test_an_optional_step_that_the_brain_leaves_out_costs_nothing(bench: Bench) -> None:
    use = ChoicePoint(name=USE, options=(NO, YES), explores=False, quality=lambda _: 0.5)

    @step(provides="extra", optional=True, choices=(use,))
    async def make_extra(run: StepRun) -> int:
        return 1

    @step(provides="a")
    async def make_a(run: StepRun, extra: int = 0) -> int:
        return extra

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_extra, make_a)
    assert result["a"] == 0
    assert told((await made(bench, run))[0]) == {"quality": 0.5, "time": 1.0, "cost": 1.0, "failure": 1.0}


async def test_a_step_decides_for_each_of_its_items_and_says_what_came_of_it(bench: Bench) -> None:
    point = ChoicePoint(name="model", options=("small", "large"), features=("log_words",), inside=True)

    @step(provides="a", choices=(point,))
    async def make_a(run: StepRun) -> dict[str, str]:
        chosen: dict[str, str] = {}

        async def do(key: str, words: int) -> None:
            chosen[key] = await run.decide("model", item=key, features={"log_words": words / 10})
            await run.reward("model", item=key, quality=words / 10, seconds=60)

        await each(run, {"x": 1, "y": 2, "z": 3}.items(), do, at_once=3)
        return chosen

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_a)
    decisions = {one.choice.item: one for one in await made(bench, run)}
    assert {key: one.choice.option for key, one in decisions.items()} == result["a"]
    assert told(decisions["y"]) == {"quality": 0.2, "time": 0.5}
    assert decisions["y"].choice.features == {"log_words": 0.2}


async def test_a_step_that_is_tried_again_decides_alike(bench: Bench) -> None:
    point = ChoicePoint(name="model", options=tuple(f"m{number}" for number in range(20)), inside=True)
    chosen: list[str] = []

    @step(provides="a", choices=(point,), retries=3)
    async def make_a(run: StepRun) -> int:
        chosen.append(await run.decide("model"))
        await run.reward("model", quality=0.0)
        if len(chosen) < 4:
            raise Temporary("once more")
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    assert len(set(chosen)) == 1
    assert len(await made(bench, run)) == 1


@pytest.mark.parametrize("left", [1, 2])
async def test_an_option_that_is_gone_is_not_credited_with_what_took_its_place(bench: Bench, left: int) -> None:
    models = ("large", "tiny", "small")
    point = ChoicePoint(name="model", options=models, inside=True, rewards=("quality",))
    gone: list[str] = []

    @step(provides="a", choices=(point,), retries=1)
    async def make_a(run: StepRun) -> str:
        usable = [model for model in models if model not in gone]
        chosen = await run.decide("model", options=usable[:left] if gone else usable)
        if not gone:
            gone.append(chosen)
            raise Temporary("it went away")
        await run.reward("model", quality=1.0)
        return chosen

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_a)
    credited = [(one.choice.option, told(one)) for one in await made(bench, run)]
    # A choice of one is no decision.
    assert credited == ([] if left == 1 else [(result["a"], {"quality": 1.0})])


@pytest.mark.parametrize(
    "wrong", [{"quality": float("nan")}, {"quality": 1e9}, {"quality": -3.0}, {"seconds": -1.0}, {"cost": float("inf")}]
)
async def test_what_nobody_can_have_measured_is_refused(bench: Bench, wrong: dict[str, Any]) -> None:
    point = ChoicePoint(name="model", options=("small", "large"), inside=True)

    @step(provides="a", choices=(point,))
    async def make_a(run: StepRun) -> int:
        await run.decide("model")
        with pytest.raises(Invalid, match="A reward's"):
            await run.reward("model", **wrong)
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    (decision,) = await made(bench, run)
    assert (decision.rewards, decision.measures) == ((), {})


async def test_options_may_come_from_the_situation(bench: Bench) -> None:
    def templates(situation: Situation) -> tuple[str, ...]:
        return tuple(f"template {number}" for number in range(situation.request["number"]))

    got: list[Any] = []
    run = await bench.run(number=3)
    await bench.attempt(run, ["a"], make_a((ChoicePoint(name="template", options=templates),), got))
    alternatives = (await made(bench, run))[0].choice.alternatives
    assert [alternative.option for alternative in alternatives] == ["template 0", "template 1", "template 2"]
    assert got[0]["template"].startswith("template ")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": "speed"}, "declares no choice 'speed'"),
        ({"name": "model", "options": ("large", "huge")}, "'huge' is not among the options"),
        ({"name": "model", "features": {"length": 1.0}}, "'length' is not a feature"),
        ({"name": "model", "features": {"log_words": float("nan")}}, "not a finite number"),
    ],
)
async def test_what_is_not_declared_is_refused(bench: Bench, asked: dict[str, Any], words: str) -> None:
    point = ChoicePoint(name="model", options=("small", "large"), features=("log_words",), inside=True)

    @step(provides="a", choices=(point,))
    async def make_a(run: StepRun) -> int:
        with pytest.raises((Invalid, ValueError), match=words):
            await run.decide(**asked)
        return 1

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], make_a)
    assert result["a"] == 1
    assert await made(bench, run) == []


def test_a_choice_point_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="the maximum is 4"):
        ChoicePoint(name="x", options=("a", "b"), features=("1", "2", "3", "4", "5"))
    with pytest.raises(ValueError, match="no reward"):
        ChoicePoint(name="x", options=("a", "b"), rewards=())
    with pytest.raises(ValueError, match="must differ"):
        ChoicePoint(name="x", options=("a", "a"))
    point = ChoicePoint(name="x", options=("a", "b"), open=lambda _: (("c",), plain("so")))
    with pytest.raises(ValueError, match="'c' is not among"):
        point.open_options(None)  # type: ignore[arg-type]


async def test_what_an_owner_prefers_is_chosen_after_at_most_twenty_decisions(bench: Bench) -> None:
    point = ChoicePoint(name="model", options=("small", "large"))
    chosen: list[str] = []
    for _ in range(40):
        run = await bench.run()
        await bench.attempt(run, ["a"], make_a((point,)))
        (decision,) = await made(bench, run)
        chosen.append(decision.choice.option)
        assert decision.choice.id is not None
        liked = Reward(kind="rating", value=float(decision.choice.option == "large"), weight=2.0, source="o")
        await bench.records.decisions.reward(decision.choice.id, [liked], owner_id="o")
    assert chosen[20:].count("large") >= 18


async def test_two_runs_that_decide_at_once_are_both_learnt_from(bench: Bench) -> None:
    runs = [await bench.run() for _ in range(2)]
    await asyncio.gather(*(bench.attempt(run, ["a"], make_a()) for run in runs))
    assert all([(await made(bench, run))[0].reward is not None for run in runs])
    learnt = (await bench.records.decisions.learnt("w", owner_id="o"))["make_a", "speed"]
    assert learnt.own["decided"] == 2


async def test_a_result_tells_what_was_decided_inside_steps_too(bench: Bench) -> None:
    for_items = ChoicePoint(name="size", options=("s", "l"), inside=True, rewards=("quality",))
    for_step = ChoicePoint(name="model", options=("x", "y"), inside=True, rewards=("quality",))

    def make(items: int) -> Step:
        @step(provides="a", choices=(SPEED, for_items, for_step))
        async def make_a(run: StepRun) -> float:
            await run.decide("model")
            for number in range(items):
                await run.decide("size", item=str(number))
                await run.reward("size", item=str(number), quality=0.5, seconds=3.0)
            return 1.0

        return make_a

    async def told_of(items: int) -> list[dict[str, Any]]:
        _, result = await bench.attempt(await bench.run(), ["a"], make(items))
        return result["decision"]["choices"]

    few = await told_of(2)
    assert sorted((one["choice"], one["item"]) for one in few if one["id"]) == [
        ("model", None), ("size", "0"), ("size", "1"), ("speed", None)
    ]  # fmt: skip
    (many,) = [one for one in await told_of(30) if one["choice"] == "size"]
    assert sum(many["counts"].values()) == 30
    assert many["counts"][many["option"]] == max(many["counts"].values())
    assert (many["item"], many["reason"]) == (None, f"chosen for {many['counts'][many['option']]} of 30 items")
    assert [one["option"] for one in many["alternatives"]] == ["s", "l"]
    for one in many["alternatives"]:
        assert one["propensity"] == pytest.approx(many["counts"].get(one["option"], 0) / 30)
        assert one["expected"]["seconds"] == pytest.approx(3.0, abs=0.5)
        assert one["expected"]["quality"] == pytest.approx(0.5, abs=0.2)


async def test_a_choice_of_a_step_is_made_once_a_plan_has_it(bench: Bench) -> None:
    @step(provides="a")
    async def quick(run: StepRun) -> str:
        raise Permanent("no such page")

    @step(provides="a", choices=(SPEED,), resources=Resources(cpu=2))
    async def slow(run: StepRun) -> str:
        return str(run.options["speed"])

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], quick, slow)
    first, second = await bench.records.runs.plans(run.run_id)
    (choice,) = second.decision.choices
    assert (first.decision.choices, choice.option) == ((), result["a"])
    assert [one.choice for one in await made(bench, run)] == [choice]
