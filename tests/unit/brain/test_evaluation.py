from collections.abc import Mapping, Sequence
from math import nan

import numpy as np
import pytest

from magicai.brain.evaluation import Logged, evaluate, learning_curve, regret

OPTIONS = ("a", "b", "c")
MEANS = {"a": 0.5, "b": 0.8, "c": 0.3}


def coin(count: int, *, shares: tuple[float, ...] = (0.4, 0.3, 0.3), seed: int = 1) -> list[Logged]:
    rng = np.random.default_rng(seed)
    propensities: dict[str, float] = dict(zip(OPTIONS, shares, strict=True))
    return [
        Logged(
            option := str(rng.choice(OPTIONS, p=shares)),
            OPTIONS,
            {"words": float(words := rng.uniform(-1, 1))},
            propensities,
            float(np.clip(MEANS[option] + 0.1 * words + rng.normal(0, 0.1), 0, 1)),
        )
        for _ in range(count)
    ]


def decision(
    option: str = "a",
    *,
    options: Sequence[str] = ("a", "b"),
    x: Mapping[str, float] | None = None,
    propensities: Mapping[str, float] | None = None,
    reward: float = 0.5,
) -> Logged:
    return Logged(option, options, x or {}, propensities or {"a": 0.5, "b": 0.5}, reward)


@pytest.mark.parametrize(("policy", "truth"), [("default", 0.5), ("b", 0.8), ("uniform", 1.6 / 3), ("greedy", 0.8)])
def test_a_policy_is_worth_what_it_would_have_got(policy: str, truth: float) -> None:
    found = evaluate(policy, coin(200))
    assert found.doubly_robust.low <= truth <= found.doubly_robust.high
    assert found.doubly_robust.high - found.doubly_robust.low < 0.15
    assert found.ips == pytest.approx(truth, abs=0.15)
    assert found.snips == pytest.approx(truth, abs=0.05)
    assert found.mean_reward == pytest.approx(0.53, abs=0.05)
    assert not found.warning


def test_ips_and_snips_are_what_they_say() -> None:
    log = [decision(option="a", reward=0.2), decision(option="b", reward=0.9), decision(option="b", reward=0.6)]
    found = evaluate("b", log)
    assert found.ips == pytest.approx((2 * 0.9 + 2 * 0.6) / 3)
    assert found.snips == pytest.approx(0.75)
    assert found.effective_decisions == pytest.approx(2)


def test_the_forecast_knows_no_reward_of_its_own_decision() -> None:
    log = [decision(option="b", propensities={"a": 0.5, "b": 0.5}, reward=1.0)]
    alike = [decision(option="b", propensities={"a": 0.5, "b": 0.5}, reward=0.0)]
    difference = evaluate("b", log).doubly_robust.high - evaluate("b", alike).doubly_robust.high
    assert evaluate("a", log).doubly_robust == evaluate("a", alike).doubly_robust
    assert difference >= 0


def test_an_option_that_was_hardly_ever_tried_is_not_known_for_certain() -> None:
    log = coin(100, shares=(0.99, 0.005, 0.005))
    seldom, often = evaluate("b", log), evaluate("a", log)
    assert seldom.effective_decisions < 5
    assert "Hardly any overlap" in seldom.warning
    assert seldom.doubly_robust.high - seldom.doubly_robust.low > 5 * (
        often.doubly_robust.high - often.doubly_robust.low
    )


def test_rewards_that_scatter_more_than_was_foreseen_widen_the_interval() -> None:
    log = [decision(reward=float(number % 2)) for number in range(4)]
    found = evaluate("a", log).doubly_robust
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize(("count", "warned"), [(5, True), (15, False)])
def test_fewer_than_ten_decisions_of_its_own_are_hardly_any(count: int, warned: bool) -> None:  # noqa: FBT001
    assert bool(evaluate("a", [decision()] * count).warning) is warned


def test_what_could_not_have_been_chosen_is_bounded_by_all_that_it_may_be() -> None:
    log = [decision(propensities={"a": 1.0, "b": 0.0})] * 30
    found = evaluate("b", log)
    assert (found.doubly_robust.low, found.doubly_robust.high) == (0, 1)
    assert (found.ips, found.snips, found.unsupported) == (None, None, 1)
    assert "100%" in found.warning


def test_a_fixed_option_that_is_closed_gives_way_to_the_usual() -> None:
    log = [decision(option="a", options=("a",), propensities={"a": 1.0}, reward=0.4)] * 20
    assert evaluate("b", log).snips == pytest.approx(0.4)


def test_regret_is_against_the_best_option_kept_to() -> None:
    found = regret(coin(150))
    assert found.option == "b"
    truth = 150 * (0.8 - (0.4 * 0.5 + 0.3 * 0.8 + 0.3 * 0.3))
    assert found.regret.low <= truth <= found.regret.high
    assert found.regret.low > 0


def test_the_learning_curve_follows_the_rewards() -> None:
    log = [decision(reward=0.2)] * 50 + [decision(reward=0.9)] * 50
    curve = learning_curve(log, points=4)
    assert [point.at for point in curve] == [25, 50, 75, 100]
    assert [point.reward.value for point in curve] == pytest.approx([0.2, 0.2, 0.9, 0.9])
    assert all(point.reward.low < point.reward.value < point.reward.high for point in curve)
    assert [point.at for point in learning_curve(log[:3])] == [3]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ([], "no decisions with a reward to evaluate"),
        ([decision(reward=nan)], "from 0 to 1"),
        ([decision(propensities={"b": 1.0})], "propensity of 'a' is 0"),
        ([decision(propensities={"a": nan})], "propensity of 'a' is nan"),
    ],
)
def test_a_log_that_cannot_be_is_refused(log: list[Logged], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        evaluate("default", log)


def test_decisions_of_other_features_are_weighed_and_not_fitted() -> None:
    log = [decision(x={"old": 1.0}), decision(x={"new": 1.0}), decision(x={"new": 2.0}, reward=0.7)]
    assert evaluate("a", log).snips == pytest.approx((0.5 + 0.5 + 0.7) / 3)
