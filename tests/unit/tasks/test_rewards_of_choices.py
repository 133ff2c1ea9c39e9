"""Every choice of every step has a reward that changing the choice can change."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import JsonValue

from integrations.open import open_ports
from integrations.text.chat import Answer
from magicai.brain.choice_points import NO, USE, YES, ChoicePoint
from magicai.brain.situation import FEATURES, Machine
from magicai.brain.step_decisions import Measured, StepDecisions
from magicai.brain.steps import Generation, Step, StepRun
from magicai.content.content_types import template_of
from magicai.content.drafting import COMPOSER
from magicai.content.generate_content import GenerateContent
from magicai.content.text_limits import TextLimit
from magicai.content.writing import Writer
from magicai.errors import BudgetReserved, Busy, MagicError, OverBudget, Permanent, Temporary
from magicai.ports import LoggedDecision, Records, Reporter, TextModel, Usage
from magicai.publishing.learning import helpfulness
from magicai.publishing.learning import worth as worth_of_post
from magicai.runs import declarations, registry
from magicai.runs.execution.learning import Course, measured_of
from magicai.runs.plan import Choice
from magicai.values.rewards import WEIGHTS, total
from tasks.generate_content.write_texts import write_texts
from tasks.review_and_publish.take_submission import take_submission
from tests.house import ROOT
from tests.scripted import ScriptedText

from .conftest import Listener
from .test_crawl_shops import reward_at

# Whether a step is used.
POLISH = ChoicePoint(name=USE, options=(YES, NO), rewards=("time", "cost", "failure", "rating"))
GOOD = "Ann is a mug of stoneware, and it costs 12.00 EUR. It holds coffee, tea and whatever else you pour in."
ANN: dict[str, JsonValue] = {"name": "Ann", "price": "12.00 EUR", "material": "stoneware"}

Check = Callable[[Records, Path, pytest.MonkeyPatch], Awaitable[tuple[float | None, float | None]]]
# By choice: its rewards with two of its options, the better one first.
CHECKS: dict[str, Check] = {}


def changes(choice: str) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        CHECKS[choice] = check
        return check

    return add


def choices() -> dict[str, ChoicePoint]:
    """Of all workflows, by name."""
    steps = {step.name: step for goal in declarations.goals(registry.names()).values() for step in goal.steps}
    return {f"{step.name}.{point.name}": point for step in steps.values() for point in step.choices}


@pytest.mark.parametrize("choice", sorted(choices()))
async def test_another_option_can_have_another_reward(
    choice: str, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choice in CHECKS, "no check shows that this choice changes its reward"
    better, worse = await CHECKS[choice](records, tmp_path, monkeypatch)
    assert better is not None
    assert worse is not None
    assert better > worse


def test_the_rewards_of_every_choice_are_documented() -> None:
    page = (ROOT / "docs/reference/quality.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    documented = {name.split("`")[1]: quality for name, quality, *_ in rows}
    for name, point in choices().items():
        assert name in documented
        assert documented[name].startswith("none") == ("quality" not in point.rewards), name


@dataclass
class Decided:
    """Decisions of a step that a test makes for it."""

    step: Step
    options: Mapping[str, str]
    rewarded: dict[str, Measured] = field(default_factory=dict[str, Measured])

    async def decide(self, name: str, **_: object) -> str:
        return self.options[name]

    async def reward(self, name: str, measured: Measured, **_: object) -> None:
        self.rewarded[name] = measured

    def run(self) -> StepRun:
        reporter, decisions = cast("Reporter", Listener()), cast("StepDecisions", self)
        generation = self.step.generation or Generation()
        return StepRun("r", "ann", self.step.name, reporter, generation=generation, decisions=decisions)

    def reward_of(self, name: str) -> float | None:
        point = next(point for point in self.step.choices if point.name == name)
        measured = self.rewarded.get(name)
        return None if measured is None else worth(measured, point)


def worth(measured: Measured, point: ChoicePoint) -> float | None:
    return total([(reward.kind, reward.value, reward.weight) for reward in measured.rewards(point, WEIGHTS)])


@changes("crawl_shops.concurrency")
async def _(_records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    async with open_ports() as ports:
        eight = await reward_at(ports, monkeypatch, 8, "a.example")
        return eight, await reward_at(ports, monkeypatch, 16, "b.example")


class Moody(ScriptedText):
    """Says what a function says of the temperature; answers cost something."""

    def __init__(self, name: str, say: Callable[[float], str | MagicError]) -> None:
        super().__init__([], name=name)
        self._say = say

    async def ask(self, messages: Any, *, temperature: float, **_: Any) -> Answer:  # noqa: ARG002
        said = self._say(temperature)
        if isinstance(said, MagicError):
            raise said
        return Answer(said, Usage(10, 10, 0.01))


async def written(
    records: Records,
    say: Mapping[str, Callable[[float], str | MagicError]],
    **options: str,
) -> Decided:
    """The decisions about a text, rewarded."""
    made = Decided(write_texts, {"writer": "openai:m", **options})
    wish = GenerateContent(content_type="product-description", variables=ANN, models=("openai:m", COMPOSER))
    template = await template_of(records, wish.content_type, "en", owner_id="ann")

    async def text_model(_spender: object, *, models: Sequence[str], cached: bool) -> TextModel | None:
        del cached
        return Moody(models[0], say[models[0]]) if models else None

    with suppress(Temporary):  # one that takes no requests is waited for
        await Writer(made.run(), wish, template, text_model, TextLimit(9, None), Machine(2, 1000)).write("1", ANN)
    return made


@changes("write_texts.writer")
async def _(records: Records, _path: Path, _m: pytest.MonkeyPatch) -> tuple[float | None, float | None]:
    say: dict[str, Callable[[float], str | MagicError]] = {
        "openai:m": lambda _: GOOD,
        "openai:n": lambda _: f"{GOOD} It won an award in Oslo on 3 May 2019.",
    }
    good = await written(records, say, writer="openai:m")
    bad = await written(records, say, writer="openai:n")
    return good.reward_of("writer"), bad.reward_of("writer")


def test_rewards_of_texts_start_anew_since_their_quality_means_something_else() -> None:
    """What `model` was rewarded by was how many facts a text repeated, and how code would have written it."""
    assert {choice.name for choice in write_texts.choices} == {"writer"}


@pytest.mark.parametrize(
    ("error", "rewards"),
    [
        (Temporary("No answer."), {"writer"}),
        (BudgetReserved("busy"), set[str]()),
        (OverBudget("used up"), set[str]()),
        (Busy("It answered 429."), set[str]()),
    ],
)
async def test_a_model_that_was_not_asked_since_others_hold_the_budget_has_not_failed(
    records: Records, error: MagicError, rewards: set[str]
) -> None:
    made = await written(records, {"openai:m": lambda _: error})
    assert set(made.rewarded) == rewards


def readers_say(name: str) -> None:
    """What a post gets from its readers is all that a choice about it can change; learning it: contract/publishing."""

    @changes(f"take_submission.{name}")
    async def _(_r: Records, _path: Path, _m: pytest.MonkeyPatch) -> tuple[float | None, float | None]:
        point = next(choice for choice in take_submission.choices if choice.name == name)

        def reward(counts: Mapping[str, int]) -> float | None:
            said = {"clicked": worth_of_post(counts), "rating": helpfulness(counts)}
            of_choice = {kind: said[kind] for kind in point.rewards}
            return total([(kind, value, WEIGHTS[kind]) for kind, value in of_choice.items() if value is not None])

        return reward({"likes": 9, "helpful": 4}), reward({"likes": 1, "not_helpful": 4})


for _name in ("template", "platform", "time"):
    readers_say(_name)


def polishing(
    option: str, seconds: float, error: MagicError | None = None, have: Mapping[str, Any] | None = None
) -> float | None:
    """What using the step, or not, is worth."""
    used = option == YES
    choice = Choice(id="d", step="polish", choice=POLISH.name, option=option, reason="", propensity=0.5)
    made = LoggedDecision(
        choice=choice, run_id="r", owner_id="ann", workflow="w", number=0, policy="p", at=0, features_version=FEATURES
    )
    course = Course(
        have=have or {},
        begun={"polish"} if used else (),
        failed={} if error is None else {"polish": error},
        seconds={"polish": seconds} if used and error is None else {},
        cost={},
    )
    return worth(measured_of(made, POLISH, course), POLISH)


def test_a_slower_step_and_one_that_fails_are_worth_less() -> None:
    left_out, fast, slow = polishing(NO, 0), polishing(YES, 5), polishing(YES, 500)
    failed = polishing(YES, 0, Temporary("no model"))
    assert left_out is not None
    assert fast is not None
    assert slow is not None
    assert failed is not None
    assert left_out > fast > slow > failed


def test_a_model_that_waited_for_the_budget_says_nothing_of_its_step() -> None:
    assert polishing(YES, 0, BudgetReserved("$0 is left while $0.1 is reserved.")) is None
    assert polishing(YES, 0, Permanent("no")) is not None


def test_what_other_steps_did_changes_nothing() -> None:
    assert polishing(NO, 0, have={"crawl": {"shops": []}}) == polishing(NO, 900)
