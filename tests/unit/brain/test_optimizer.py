from collections import Counter
from collections.abc import Callable

import pytest

from magicai.brain.optimizer import pick, reward
from magicai.ports import Outcome
from magicai.runs.run import RunStatus

OPTIONS = ("8", "4", "16")


def outcome(number: int, value: str, got: float, **context: float) -> Outcome:
    return Outcome(
        run_id=f"run-{number}",
        owner_id="o",
        workflow="w",
        at=number,
        context={"bias": 1.0, **context},
        choices={"concurrency": value},
        propensities={"concurrency": 0.5},
        policy="p",
        features="1",
        status=RunStatus.COMPLETED,
        quality=got,
        reward=got,
        cost=0,
        seconds=1,
    )


def learn(rounds: int, world: Callable[[int, str], float]) -> list[str]:
    outcomes: list[Outcome] = []
    picked: list[str] = []
    for number in range(rounds):
        got = pick("concurrency", OPTIONS, {"bias": 1.0}, outcomes, explore=True, seed=str(number))
        picked.append(got.value)
        outcomes.append(outcome(number, got.value, world(number, got.value)))
    return picked


def test_without_experience_the_default_is_the_best_guess() -> None:
    got = pick("concurrency", OPTIONS, {"bias": 1.0}, [], explore=False, seed="s")
    assert (got.value, got.propensity, got.explored) == ("8", 1.0, False)


def test_the_same_seed_decides_the_same() -> None:
    first = pick("concurrency", OPTIONS, {"bias": 1.0}, [], explore=True, seed="s")
    assert pick("concurrency", OPTIONS, {"bias": 1.0}, [], explore=True, seed="s") == first


def test_it_really_explores_and_says_with_which_probability() -> None:
    picks = [pick("concurrency", OPTIONS, {"bias": 1.0}, [], explore=True, seed=str(n)) for n in range(400)]
    counts = Counter(got.value for got in picks)
    assert set(counts) == set(OPTIONS)
    for value in OPTIONS:
        said = next(got.propensity for got in picks if got.value == value)
        assert counts[value] / 400 == pytest.approx(said, abs=0.1)


def test_it_learns_what_does_best() -> None:
    picked = learn(120, lambda _, value: {"8": 0.6, "4": 0.5, "16": 0.9}[value])
    assert Counter(picked[-40:])["16"] >= 32


def test_it_forgets_when_the_world_changes() -> None:
    picked = learn(300, lambda n, value: 0.9 if (value == "16") == (n < 100) and value != "4" else 0.4)
    assert Counter(picked[60:100])["16"] >= 30
    assert Counter(picked[-40:])["8"] >= 30


def test_it_learns_what_does_best_where() -> None:
    outcomes = [
        outcome(n, value, 0.9 if (value == "16") == bool(n % 2) else 0.4, large=float(n % 2))
        for n in range(80)
        for value in ("8", "16")
    ]
    small = pick("concurrency", ("8", "16"), {"bias": 1.0, "large": 0.0}, outcomes, explore=False, seed="s")
    large = pick("concurrency", ("8", "16"), {"bias": 1.0, "large": 1.0}, outcomes, explore=False, seed="s")
    assert (small.value, large.value) == ("8", "16")


def test_failure_costs_more_than_time_or_money() -> None:
    good = reward(quality=0.9, cost=0.0, seconds=60, failed=False)
    assert (
        good
        > reward(quality=0.9, cost=1.0, seconds=600, failed=False)
        > reward(quality=0.9, cost=0, seconds=60, failed=True)
    )
