from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from magicai.brain.estimates import Estimate, estimate, kinds_of, size_of, step_seconds
from magicai.brain.situation import Machine, Situation
from magicai.content.generate_content import WORKFLOW as CONTENT
from magicai.ports import Outcome, Price
from magicai.runs.plan import CostInterval
from magicai.runs.run import RunResult, RunStatus
from magicai.runs.workflow import Workflow

WORKFLOW = Workflow(
    name="w",
    request=BaseModel,
    result=RunResult,
    quality=lambda _: 1.0,
    size=lambda request: {"pages": request["pages"]},
    subject=lambda request: request.get("shop", ""),
    longest=lambda request: request.get("max_seconds", 900.0),
)
HERE = Machine(2, 1000, kind="here")
PAID = replace(HERE, model="openai:m", paid=frozenset({"openai:m"}))


def situation(machine: Machine = HERE, **request: Any) -> Situation:
    return Situation("w", "ann", {"pages": 100, **request}, machine)


def outcome(at: int, seconds: float, machine: Machine = HERE, pages: int = 100, **changed: Any) -> Outcome:
    of = situation(machine, pages=pages)
    values: dict[str, Any] = {
        "run_id": str(at), "owner_id": "ann", "workflow": "w", "at": at,
        "status": RunStatus.COMPLETED, "quality": 0.9, "cost": 0.0, "seconds": seconds, "size": size_of(WORKFLOW, of),
        "kinds": kinds_of(WORKFLOW, of),
    }  # fmt: skip
    return Outcome(**{**values, **changed})


def outcomes(count: int, seconds: float = 20.0, **changed: Any) -> list[Outcome]:
    factors = np.exp(np.random.default_rng(1).normal(0, 0.1, count))
    return [outcome(at, seconds * float(factor), **changed) for at, factor in enumerate(factors)]


def estimated(known: list[Outcome], machine: Machine = HERE, **request: Any) -> Estimate:
    return estimate(WORKFLOW, situation(machine, **request), known, budget=1.0)


def test_before_there_are_runs_a_prior_is_told_as_one() -> None:
    found = estimated([])
    assert (found.time.basis, found.time.high, found.runs) == ("prior", 900.0, 0)
    assert estimated(outcomes(20)).time.basis == "runs"


def test_a_limit_of_the_request_bounds_its_time() -> None:
    assert estimated([], max_seconds=30.0).time.high == 30.0
    assert estimated(outcomes(20, seconds=100.0), max_seconds=30.0).time.high == 30.0


def test_what_failed_says_nothing_of_how_long_others_take() -> None:
    known = outcomes(20)
    failed = [replace(one, seconds=0.1, status=RunStatus.FAILED) for one in outcomes(20)]
    assert estimated(known + failed).time == estimated(known).time


@pytest.mark.parametrize("broken", [float("nan"), float("inf"), -5.0, 0.0])
def test_one_time_that_is_none_spoils_no_estimate(broken: float) -> None:
    found = estimated([*outcomes(20), outcome(20, broken)])
    assert 10 < found.time.low < found.time.high < 40


def test_sizes_of_an_earlier_release_are_not_mixed_with_todays() -> None:
    older = [replace(one, size={"items": 3.0}) for one in outcomes(20, seconds=500.0)]
    assert estimated(older).time.basis == "prior"


def test_a_shop_that_was_read_before_is_known_and_its_owner_alone_learns_from_it() -> None:
    kinds = kinds_of(WORKFLOW, situation(shop="s.example"))
    others = kinds_of(WORKFLOW, replace(situation(shop="s.example"), owner_id="bob"))
    assert kinds["subject"] != others["subject"]
    slow = [replace(one, kinds=kinds) for one in outcomes(10, seconds=300.0)]
    fast = [replace(one, kinds=kinds_of(WORKFLOW, situation(shop=f"{at}"))) for at, one in enumerate(outcomes(40))]
    known = [one for at in range(10) for one in (slow[at], *fast[4 * at : 4 * at + 4])]
    assert estimated(known, shop="s.example").time.low > 100
    assert estimated(known, shop="new.example").time.low < 30


def test_a_run_costs_what_the_models_cost_that_its_request_allows() -> None:
    """Not the installation's own: a free one here made a request for a paid one cost nothing in its plan."""
    machine = Machine(2, 1000, model="local:m", paid=frozenset({"openai:m"}))

    def asked(*models: str) -> Situation:
        return Situation("generate-content", "ann", {"variables": {}, "models": models}, machine)

    own, paid = asked(), asked("openai:m", "local:m")
    for of, high, kind in ((own, 0, "local:m"), (paid, 1, "openai:m,local:m"), (asked("composer"), 0, "")):
        cost = CostInterval(low=Decimal(0), high=Decimal(high), basis="prior")
        assert (estimate(CONTENT, of, [], budget=1.0).cost, kinds_of(CONTENT, of)["model"]) == (cost, kind)


def test_what_a_model_costs_is_learnt_from_runs_with_it_and_never_above_the_budget() -> None:
    free = outcomes(20, cost=0.0)
    assert estimated(free).cost.high == 0.0
    assert estimated(free, PAID).cost == CostInterval(low=Decimal(0), high=Decimal(1), basis="prior")
    paid = [outcome(at, 20.0, PAID, cost=0.1 + at % 3 / 100) for at in range(20)]
    found = estimated(free + paid, PAID).cost
    assert 0.09 < found.low < 0.11 < found.high < 0.14
    assert estimated([replace(one, cost=3.0) for one in paid], PAID).cost.high == 1.0


def test_confidence_is_how_often_runs_like_it_reached_the_bar() -> None:
    good = [outcome(at, 20.0, pages=10, quality=0.9) for at in range(30)]
    bad = [outcome(at, 20.0, pages=5000, quality=0.4) for at in range(30)]
    mixed = [one for pair in zip(good, bad, strict=True) for one in pair]
    small, large = estimated(mixed, pages=10).confidence, estimated(mixed, pages=5000).confidence
    assert small is not None
    assert large is not None
    assert small > 0.85
    assert large < 0.15


def test_confidence_is_unknown_until_runs_tell_and_follows_the_request_s_own_bar() -> None:
    assert estimated(outcomes(5)).confidence is None
    sure, unsure = estimated(outcomes(30)).confidence, estimated(outcomes(30), quality_bar=0.95).confidence
    assert sure is not None
    assert unsure is not None
    assert sure > 0.9
    assert unsure < 0.1


def test_a_failed_run_did_not_reach_the_bar() -> None:
    failed = [replace(one, status=RunStatus.FAILED) for one in outcomes(30)]
    found = estimated(failed).confidence
    assert found is not None
    assert found < 0.1


def test_steps_take_what_they_took_in_runs_of_this_size() -> None:
    known = [
        outcome(at, pages / 10 + 2.0, pages=pages, steps={"crawl": pages / 10, "save": 2.0})
        for at, pages in enumerate([100, 1000] * 15)
    ]
    found = step_seconds(WORKFLOW, situation(pages=1000), known)
    assert found["crawl"] == pytest.approx(100, rel=0.15)
    assert found["save"] == pytest.approx(2, rel=0.3)


def test_what_a_batch_costs_is_said_from_prices_before_any_has_told() -> None:
    prices = {"openai:m": Price(1.0, 4.0), "openai:x": None, "composer": Price(0, 0)}

    def by_pages(request: Mapping[str, Any], known: Sequence[Price], _machine: Machine) -> tuple[float, float]:
        return request["pages"] * 0.001, request["pages"] * known[0].prompt / 100

    declared = replace(WORKFLOW, models=CONTENT.models, cost=by_pages)
    here = replace(HERE, prices=prices, paid=frozenset({"openai:m", "openai:x"}))

    def said(*models: str, pages: int = 100, budget: float = 5.0) -> tuple[float, float, str]:
        cost = estimate(declared, situation(here, models=models, pages=pages), [], budget=budget).cost
        return float(cost.low), float(cost.high), cost.basis

    assert said("openai:m") == (0.1, 1.0, "prior")
    assert said("openai:m", budget=0.4) == (0.1, 0.4, "prior"), "no run exceeds its budget"
    assert said("composer") == (0.0, 0.0, "prior")
    assert said("openai:m", "openai:x") == (0.0, 5.0, "unknown")
    assert said() == (0.0, 0.0, "prior"), "without models the installation's own counts"


def test_other_models_than_the_installations_are_another_kind_of_run() -> None:
    assert kinds_of(WORKFLOW, situation(PAID))["model"] == "openai:m"
    allowed = situation(PAID, models=["openai:n", "composer"])
    assert kinds_of(replace(WORKFLOW, models=CONTENT.models), allowed)["model"] == "openai:n"
