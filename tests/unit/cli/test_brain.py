"""`magicai brain`, on an installation with decisions about its owner's runs."""

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from integrations.open import open_ports
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.choosing import choose
from magicai.brain.recall import Knowledge, recall_choices
from magicai.brain.sampler import POLICY
from magicai.brain.situation import Machine, Situation
from magicai.cli import main
from magicai.cli.brain_words import options_words
from magicai.cli.planning import show
from magicai.runs import registry
from magicai.runs.plan import Alternative, CostInterval, Decision, Expected, Interval, PerItem
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shapes.plans import WouldDo
from tests.unit.runs.conftest import Wish

# People rate what is decided here, so that there are rewards to show.
WORKFLOW, STEP, POINT = next(
    (name, step.name, replace(point, rewards=(*point.rewards, "rating")))
    for name in registry.names()
    for step in registry.goal(name).steps
    for point in step.choices
    if not callable(point.options)
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


async def decide(count: int, point: ChoicePoint = POINT) -> list[str]:
    """Decide so often about one run; answers the decisions' ids."""
    async with open_ports() as ports:
        owner, decisions = ports.settings.owner, ports.records.decisions
        run = await accept(ports.records, WORKFLOW, Wish(), owner_id=owner, origin=Origin.CLI)
        attempt = await ports.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
        situation = Situation(WORKFLOW, owner, {}, Machine(cores=2, memory=4000))
        made: list[str] = []
        for number in range(count):
            knowledge = await recall_choices(decisions, WORKFLOW, owner)
            features = dict.fromkeys(point.features, 0.5)
            choice = choose(STEP, point, situation, knowledge, features=features, item=str(number))
            await decisions.add(attempt, POLICY, [choice])
            assert choice.id is not None
            made.append(choice.id)
        return made


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def rate(decision_ids: list[str], value: str) -> None:
    for decision_id in decision_ids:
        assert main(["brain", "reward", decision_id, "--value", value]) == 0


def test_nothing_decided_yet(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["show"], ["decisions"]):
        assert main(["brain", *words]) == 0
    assert "No decisions yet. Each run adds its own." in capsys.readouterr().err


def test_what_is_known_of_a_choice_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    rate(asyncio.run(decide(12)), "0.75")
    capsys.readouterr()
    assert main(["brain", "show"]) == 0
    said = capsys.readouterr().out
    assert f"{STEP}.{POINT.name} ({WORKFLOW})" in said
    assert "12 decisions, 12 with a reward; learned from 12." in said
    assert all(f"{option}: expected reward 0.7" in said for option in POINT.all_options(SITUATION))
    assert main(["brain", "show", WORKFLOW, "--json"]) == 0
    (choice,) = told(capsys)["choices"]
    assert (choice["decisions"], choice["rewarded"]) == (12, 12)
    assert main(["brain", "show", "cook"]) == 2


SITUATION = Situation(WORKFLOW, "local", {}, Machine(cores=2, memory=4000))


def test_options_are_told_with_what_is_expected_of_each() -> None:
    expected = Expected(quality=0.8, seconds=12.0, cost=Decimal("0.001"))
    options = (
        Alternative(option="small", propensity=0.2),
        Alternative(option="large", propensity=0.8, expected=expected),
    )
    assert options_words(options, "large") == [
        "chosen large: quality 0.80, 12 s, $0.001",
        "why not small: nothing measured yet",
    ]
    assert options_words(options[:1], "small") == []


def test_a_plan_says_why_not_another_option(capsys: pytest.CaptureFixture[str]) -> None:
    situation = Situation(WORKFLOW, "ann", {}, Machine(cores=2, memory=4000))
    choice = choose(STEP, POINT, situation, Knowledge(), features=dict.fromkeys(POINT.features, 0.5))
    decision = Decision.model_construct(
        reasoning="", choices=(choice,), estimated_time=Interval(low=2, high=9),
        estimated_cost=CostInterval(low=Decimal(0), high=Decimal(0)),
    )  # fmt: skip
    show(
        WouldDo(
            workflow=WORKFLOW,
            revision=1,
            reason="first",
            message=None,
            decision=decision,
            steps=[],
            most_calls=None,
            per_item=None,
        ),
        as_json=False,
    )
    said = capsys.readouterr().out
    assert said.count("why not") == len(POINT.all_options(SITUATION)) - 1
    assert said.count("chosen ") == 1


@pytest.mark.parametrize(
    ("cost", "words"),
    [(Decimal("0.0183"), "$0.018"), (Decimal(0), "no cost"), (None, "unknown cost")],
)
def test_a_plan_says_what_each_text_may_take_at_most(
    capsys: pytest.CaptureFixture[str], cost: Decimal | None, words: str
) -> None:
    decision = Decision.model_construct(
        reasoning="", choices=(), estimated_time=Interval(low=2, high=9),
        estimated_cost=CostInterval(low=Decimal(0), high=Decimal(0)),
    )  # fmt: skip
    limit = PerItem(unit="text", most_calls=4, most_cost=cost)
    plan = WouldDo(
        workflow="w", revision=1, reason="", message=None, decision=decision, steps=[], most_calls=None, per_item=limit
    )
    show(plan, as_json=False)
    assert f"Maximum per text: 4 calls of language models, {words}\n" in capsys.readouterr().out


def test_decisions_say_why_not_another_and_what_came_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    (decision_id,) = asyncio.run(decide(1))
    for words in (["--value", "7"], ["--value", "nan"]):
        assert main(["brain", "reward", decision_id, *words]) == 2
    assert main(["brain", "reward", "nothing", "--value", "1"]) == 2
    rate([decision_id], "0.75")
    capsys.readouterr()
    assert main(["brain", "decisions"]) == 0
    said = capsys.readouterr().out
    assert said.count("why not") == len(POINT.all_options(SITUATION)) - 1
    assert "reward 0.75: rating 0.75" in said
    assert main(["brain", "decisions", "--json"]) == 0
    (decision,) = told(capsys)
    for run in (decision["run_id"], decision["run_id"][-6:]):
        assert main(["brain", "decisions", "--run", run, "--json"]) == 0
        assert told(capsys) == [decision]
    assert main(["brain", "decisions", "--run", "nothing"]) == 2


def test_forgetting_asks_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rate(asyncio.run(decide(2)), "1")
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))
    assert main(["brain", "forget"]) != 0
    capsys.readouterr()
    assert main(["brain", "forget", "--yes"]) == 0
    assert "2 decisions forgotten." in capsys.readouterr().out
    assert main(["brain", "decisions", "--json"]) == 0
    assert told(capsys) == []
