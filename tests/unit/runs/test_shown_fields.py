"""Nothing is shown in a plan that cannot change anything: whatever changes a field changes what is done, too."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from integrations.prefect.orchestrator import PrefectOrchestrator
from integrations.prefect.work_pool import QUEUES
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choosing import choose
from magicai.brain.planner import Goal, compile_plan
from magicai.brain.recall import ChoiceStatistics, Knowledge
from magicai.brain.sampler import Statistics, learn
from magicai.brain.situation import Machine, Situation
from magicai.brain.steps import Generation, Step, StepRun, step
from magicai.content.generate_content import WORKFLOW as WRITING
from magicai.content.text_limits import limit_of
from magicai.errors import Permanent
from magicai.knowledge.calls import allowed
from magicai.knowledge.search_and_answer import WORKFLOW as ANSWERING
from magicai.messages import Message, plain
from magicai.ports import Outcome, Price, Reward, Usage
from magicai.runs.plan import Alternative, Choice, Decision, Expected, Plan, PlannedStep, Priority, Resources
from magicai.runs.rewarding import reward_run, told_reward
from magicai.runs.run import JSON, Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import WORKFLOW
from tests.unit.runs.conftest import Bench, Wish

# Whose plan it is and of what, the parts that are looked at one by one, and a unit.
GIVEN = {"Plan.run_id", "Plan.workflow", "Plan.decision", "Plan.steps", "Expected.currency"}
SPEED = ChoicePoint(name="speed", options=("slow", "fast"), features=("log_number",))


@dataclass(frozen=True)
class Seen:
    """What an input leads to: what a plan shows, by field, and what is done."""

    shown: Mapping[str, Any]
    done: Any


Check = Callable[[Bench, bool], Awaitable[Seen]]
CHECKS: dict[Check, tuple[str, ...]] = {}


def shows(*fields: str) -> Callable[[Check], Check]:
    """What a check changes by its second argument is shown by these fields."""

    def add(check: Check) -> Check:
        CHECKS[check] = fields
        return check

    return add


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_what_changes_a_field_changes_what_is_done(check: Check, bench: Bench) -> None:
    one, other = await check(bench, False), await check(bench, True)  # noqa: FBT003
    assert set(one.shown) == set(CHECKS[check])
    assert [field for field in one.shown if one.shown[field] == other.shown[field]] == []
    assert one.done != other.done


def test_every_field_that_a_plan_shows_is_looked_at() -> None:
    models = (Plan, PlannedStep, Decision, Choice, Alternative, Expected)
    fields = {f"{model.__name__}.{name}" for model in models for name in model.model_fields}
    assert {field for fields in CHECKS.values() for field in fields} == fields - GIVEN


async def carried_out(bench: Bench, provides: str, *steps: Step, **wish: int) -> tuple[Plan, JSON, Run]:
    """A run's first plan, and its result."""
    run = await bench.run(**wish)
    _, result = await bench.attempt(run, [provides], *steps)
    return (await bench.records.runs.plans(run.run_id))[0], result, run


def here(bench: Bench, **changed: Any) -> None:
    bench.machine = replace(Machine(2, 1000), **changed)
    bench.performed.clear()


def no_browser(situation: Situation) -> Message | None:
    return None if situation.machine.browser else plain("there is no browser")


def a_browser(situation: Situation) -> Message | None:
    return plain("there is a browser") if situation.machine.browser else None


@step(provides="a")
async def fetch(run: StepRun) -> str:
    return "fetched"


@step(provides="a", unless=no_browser)
async def browse(run: StepRun) -> str:
    return "drawn"


BROWSE = replace(browse, module="tasks.browsing")


@shows("Decision.task_sequence", "Decision.modules", "PlannedStep.name")
async def which_steps_can_be_used(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    here(bench, browser=more)
    plain = replace(fetch, unless=a_browser)
    plan, result, _ = await carried_out(bench, "a", plain, BROWSE)
    shown = {
        "Decision.task_sequence": plan.decision.task_sequence,
        "Decision.modules": plan.decision.modules,
        "PlannedStep.name": plan.steps[0].name,
    }
    return Seen(shown, result["a"])


@shows("Plan.most_calls")
async def how_often_a_model_may_be_asked(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    here(bench, models={"answerer": "local:m"}, answer_calls=2 if more else 1)
    plan, _, run = await carried_out(bench, "a", fetch)
    asks = Situation("search-and-answer", "ann", {"query": "How?"}, bench.machine)
    planned = compile_plan(Goal(ANSWERING, ("a",), (fetch,)), asks, plan.decision, run_id=run.run_id)
    return Seen({"Plan.most_calls": planned.most_calls}, allowed(bench.machine.answer_calls))


@shows("Plan.per_item")
async def what_each_text_may_take(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    models = {"verifier": "local:judge"} if more else {}
    here(bench, model="local:m", models=models, prices={"local:m": Price(0, 0), "local:judge": Price(0, 0)})
    plan, _, run = await carried_out(bench, "a", fetch)
    writes = Situation("generate-content", "ann", {"content_type": "faq", "variables": {}}, bench.machine)
    planned = compile_plan(Goal(WRITING, ("a",), (fetch,)), writes, plan.decision, run_id=run.run_id)
    return Seen({"Plan.per_item": planned.per_item}, limit_of(writes.request, writes.machine))


@shows("PlannedStep.ways_out")
async def whether_there_is_another_way(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(provides="a", resources=Resources(cpu=0.0, memory=0))
    async def quick(run: StepRun) -> str:
        raise Permanent("no such page")

    here(bench, browser=more)
    plan, result, _ = await carried_out(bench, "a", quick, BROWSE)
    return Seen({"PlannedStep.ways_out": plan.steps[0].ways_out}, result["status"])


@shows("Plan.failed", "Plan.message", "Plan.reason", "Plan.revision", "PlannedStep.revision")
async def a_step_that_fails(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(provides="a", resources=Resources(cpu=0.0, memory=0))
    async def quick(run: StepRun) -> str:
        if more:
            raise Permanent("no such page")
        return "quick"

    run = await bench.run()
    _, result = await bench.attempt(run, ["a"], quick, fetch)
    plan = (await bench.records.runs.plans(run.run_id))[-1]
    shown = {
        "Plan.failed": plan.failed,
        "Plan.reason": plan.reason,
        "Plan.message": plan.message,
        "Plan.revision": plan.revision,
        "PlannedStep.revision": plan.steps[0].revision,
    }
    return Seen(shown, result["a"])


@shows("PlannedStep.provides", "PlannedStep.needs", "PlannedStep.reason", "PlannedStep.message")
async def a_step_that_is_called_for(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(provides="extra", trigger=lambda _situation, _have: plain("there is more") if more else None)
    async def make_extra(run: StepRun, a: str) -> str:
        return "extra"

    @step(provides="b")
    async def make_b(run: StepRun, a: str, extra: str = "nothing") -> str:
        return extra

    run = await bench.run()
    _, result = await bench.attempt(run, ["b"], fetch, make_extra, make_b)
    steps = (await bench.records.runs.plans(run.run_id))[-1].steps
    shown = {
        "PlannedStep.provides": [one.provides for one in steps],
        "PlannedStep.needs": steps[-1].needs,
        "PlannedStep.reason": [one.reason for one in steps],
        "PlannedStep.message": [one.message for one in steps],
    }
    return Seen(shown, result["b"])


@shows("Decision.resources")
async def what_steps_ask_of_the_machine(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(provides="a", resources=Resources(cpu=1.5 if more else 0.5))
    async def first(run: StepRun) -> int:
        await asyncio.sleep(0.01)
        return 1

    second = replace(first, name="second", provides="b")

    @step(provides="both")
    async def make_both(run: StepRun, a: int, b: int) -> int:
        return a + b

    plan, _, run = await carried_out(bench, "both", first, second, make_both)
    states = Counter(event.data.get("state") for event in await bench.events(run))
    return Seen({"Decision.resources": plan.decision.resources}, states["waiting"])


@shows("Decision.priority")
async def how_much_is_asked_for(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    request = {"max_pages": 50_000 if more else 10}
    run = (await bench.run()).model_copy(update={"workflow": WORKFLOW.name, "request": request, "origin": Origin.API})
    queues: list[str] = []

    def submit(_home: object, _run: Run, priority: Priority) -> str:
        queues.append(QUEUES[priority])
        return "flow run"

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("integrations.prefect.orchestrator.submit", submit)
        await PrefectOrchestrator(Settings()).start(run)
    return Seen({"Decision.priority": WORKFLOW.priority(request)[0]}, queues)


@shows("Decision.estimated_time", "Decision.confidence", "Decision.reasoning", "Decision.message")
async def what_came_of_earlier_runs(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    seconds, quality = (200.0, 0.9) if more else (20.0, 0.1)
    for at in range(12 if more else 11):
        await bench.records.outcomes.add(
            Outcome(
                run_id=f"earlier {at}", owner_id="o", workflow="w", at=at, cost=0.0,
                status=RunStatus.COMPLETED, quality=quality, seconds=seconds, steps={"fetch": seconds},
                kinds={"machine": "", "model": "", "subject": ""},
            )
        )  # fmt: skip
    run = await bench.run()
    await bench.attempt(run, ["a"], fetch, quality=lambda _: quality)
    decision = (await bench.records.runs.plans(run.run_id))[0].decision
    shown = {
        "Decision.estimated_time": decision.estimated_time,
        "Decision.confidence": decision.confidence,
        "Decision.reasoning": decision.reasoning,
        "Decision.message": decision.message,
    }
    (*_, outcome) = await bench.records.outcomes.recent("w")
    told = [event.estimated_remaining for event in await bench.events(run) if event.kind == "plan"]
    return Seen(shown, (told, outcome.told, outcome.quality >= 0.8))


@step(provides="a", generation=Generation())
async def spend(run: StepRun) -> int:
    await run.reporter.spent(Usage(cost=0.5))
    return 1


@shows("Decision.estimated_cost")
async def how_much_a_run_may_cost(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    here(bench, model="m", paid=frozenset({"m"}))
    bench.settings = Settings(budget=1.0 if more else 0.2)
    plan, result, _ = await carried_out(bench, "a", spend)
    return Seen({"Decision.estimated_cost": plan.decision.estimated_cost}, result["status"])


@shows("Decision.model")
async def whether_there_is_a_model(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(
        provides="b",
        optional=True,
        generation=Generation(),
        unless=lambda it: None if it.machine.model else plain("none"),
    )
    async def ask(run: StepRun) -> str:
        return "said"

    @step(provides="a")
    async def make_a(run: StepRun, b: str = "nothing") -> str:
        return b

    here(bench, model="m" if more else None)
    plan, result, _ = await carried_out(bench, "a", ask, make_a)
    return Seen({"Decision.model": plan.decision.model}, result["a"])


@shows("Decision.temperature", "Decision.max_tokens")
async def how_a_model_is_asked(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    @step(provides="a", generation=Generation(temperature=0.7, max_tokens=90) if more else Generation())
    async def ask(run: StepRun) -> tuple[float, int]:
        return run.generation.temperature, run.generation.max_tokens

    plan, result, _ = await carried_out(bench, "a", ask)
    decision = plan.decision
    shown = {"Decision.temperature": decision.temperature, "Decision.max_tokens": decision.max_tokens}
    return Seen(shown, result["a"])


def make(*, inside: bool = False) -> Step:
    """A step that chooses, in the plan or inside, and gives what it has chosen."""

    @step(provides="a", choices=(replace(SPEED, inside=inside),))
    async def make_a(run: StepRun, request: Wish) -> list[str]:
        if not inside:
            return [run.options["speed"]]
        return [await run.decide("speed", item=str(at)) for at in range(30 if request.number > 5 else 2)]

    return make_a


@shows(
    "Decision.choices",
    "PlannedStep.options",
    "Choice.id",
    "Choice.option",
    "Choice.reason",
    "Choice.message",
    "Alternative.expected",
)
async def what_was_learnt(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    for at in range(12):
        _, _, run = await carried_out(bench, "a", make())
        (made,) = await bench.records.decisions.of_run(run.run_id)
        liked = made.choice.option == ("fast" if more else "slow")
        told = [Reward(kind="rating", value=float(liked), weight=20.0, source=str(at))]
        await bench.records.decisions.reward(made.decision_id, told, owner_id="o", measures={"quality": float(liked)})
    plan, result, _ = await carried_out(bench, "a", make())
    (choice,) = plan.decision.choices
    shown = {
        "Decision.choices": plan.decision.choices,
        "PlannedStep.options": plan.steps[0].options,
        "Choice.id": choice.id,
        "Choice.option": choice.option,
        "Choice.reason": choice.reason,
        "Choice.message": choice.message,
        "Alternative.expected": [alternative.expected for alternative in choice.alternatives],
    }
    return Seen(shown, result["a"])


@shows("Choice.step", "Choice.choice", "Alternative.option", "Choice.alternatives")
async def what_is_left_to_the_brain(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    point = ChoicePoint(name="size" if more else "speed", options=("s", "l") if more else ("slow", "fast"))

    @step(provides="a", choices=(point,))
    async def make_a(run: StepRun) -> dict[str, Any]:
        return run.options

    named = replace(make_a, name="write" if more else "read")
    plan, result, _ = await carried_out(bench, "a", named)
    (choice,) = plan.decision.choices
    shown = {
        "Choice.step": choice.step,
        "Choice.choice": choice.choice,
        "Alternative.option": [alternative.option for alternative in choice.alternatives],
        "Choice.alternatives": choice.alternatives,
    }
    return Seen(shown, (bench.performed[-1], [*result["a"]], result["a"]))


@shows("Choice.item", "Choice.counts")
async def how_many_items_there_are(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    _, result, run = await carried_out(bench, "a", make(inside=True), number=9 if more else 1)
    choices = result["decision"]["choices"]
    shown = {"Choice.item": choices[0]["item"], "Choice.counts": choices[0]["counts"]}
    return Seen(shown, (len(result["a"]), await bench.records.decisions.counted(run.run_id)))


def taught(**rewards: list[float]) -> Knowledge:
    known = Statistics.of(SPEED.features)
    for option, values in rewards.items():
        for at, value in enumerate(values):
            measures = {"quality": value, "seconds": 10 * value, "cost": value / 10}
            learn(known, option=option, x={"log_number": at / 10}, reward=value, measures=measures)
    return Knowledge(choices={("make_a", "speed"): ChoiceStatistics(own=known)})


def chosen(known: Knowledge, number: int) -> Choice:
    situation = Situation("w", "o", {"number": number}, Machine(2, 1000))
    return choose("make_a", SPEED, situation, known)


@shows("Choice.propensity", "Alternative.propensity", "Expected.quality", "Expected.cost", "Expected.seconds")
async def what_options_got(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    good, bad = [0.8, 0.9, 0.7] * 3, [0.3, 0.2, 0.4] * 3
    known = taught(slow=bad, fast=good) if more else taught(slow=good, fast=[0.7, 0.9, 0.8])
    choice = chosen(known, 1)
    expected = [alternative.expected for alternative in choice.alternatives]
    shown = {
        "Choice.propensity": choice.propensity,
        "Alternative.propensity": [alternative.propensity for alternative in choice.alternatives],
        **{f"Expected.{name}": [getattr(one, name) for one in expected] for name in ("quality", "cost", "seconds")},
    }
    taken = Counter(chosen(known, number).option for number in range(40))
    return Seen(shown, taken["fast"] > 35)


@shows("Choice.explored")
async def what_is_not_known_yet(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    known = taught(slow=[0.6] * 9, fast=[0.5] if more else [0.2] * 9)
    made = [chosen(known, number) for number in range(60)]
    return Seen({"Choice.explored": any(one.explored for one in made)}, any(one.option == "fast" for one in made))


@shows("Choice.learns_from")
async def what_a_rating_reaches(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    point = replace(SPEED, rewards=("time", "rating") if more else ("time",))

    @step(provides="a", choices=(point,))
    async def make_a(run: StepRun) -> int:
        return 1

    run = await bench.run()
    await bench.attempt(run, ["a"], make_a)
    (made,) = await bench.records.decisions.of_run(run.run_id)
    rating = told_reward("rating", 1.0, owner_id="o")
    reached = await reward_run(bench.records, run.run_id, rating, owner_id="o")
    return Seen({"Choice.learns_from": made.choice.learns_from}, reached)


@shows("Choice.features")
async def what_is_decided_about(bench: Bench, more: bool) -> Seen:  # noqa: FBT001
    known = Statistics.of(SPEED.features)
    for at in range(40):
        x = {"log_number": at / 40}
        learn(known, option="slow", x=x, reward=0.9 - 0.8 * at / 40)
        learn(known, option="fast", x=x, reward=0.1 + 0.8 * at / 40)
    choice = chosen(Knowledge(choices={("make_a", "speed"): ChoiceStatistics(own=known)}), 900_000 if more else 1)
    return Seen({"Choice.features": choice.features}, choice.option)
