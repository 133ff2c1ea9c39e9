"""What a sampler forgets, and when: each number of it changes one of these."""

from dataclasses import replace

import numpy as np
import pytest

from magicai.brain.changepoints import Change, believed
from magicai.brain.choice_statistics import Evidence, OptionStatistics, Statistics
from magicai.brain.sampler import learn

DEVIATION = 0.15


def evidence(rewards: int) -> Evidence:
    known = Evidence.none(1)
    for _ in range(rewards):
        known.add(np.ones(1), 0.5)
    return known


def taught(level: float, rewards: int, option: str = "a") -> Statistics:
    known = Statistics.of(())
    for number in range(rewards):
        learn(known, option=option, x={}, reward=level + (DEVIATION if number % 2 else -DEVIATION))
    return known


def noticed(known: Statistics, level: float, most: int = 60) -> tuple[int, Change] | None:
    """After how many rewards at another level a change was noticed."""
    for number in range(1, most + 1):
        reward = level + (-DEVIATION if number % 2 else DEVIATION)
        if change := learn(known, option="a", x={}, reward=reward):
            return number, change
    return None


def test_what_nobody_has_looked_at_for_forty_decisions_fades() -> None:
    ten = replace(OptionStatistics.none(1), settled=evidence(10))
    counts = {
        now: believed(replace(Statistics.of(()), options={"a": ten}, decided=now)).options["a"].n
        for now in (40, 41, 140)
    }
    assert counts == {40: 10, 41: pytest.approx(10 / 1.1), 140: pytest.approx(10 / 11)}


def test_what_has_faded_stays_faded_when_the_option_is_taken_again() -> None:
    known = taught(0.5, 20)
    known.decided += 140
    learn(known, option="a", x={}, reward=0.5)
    assert known.options["a"].n == pytest.approx(1 + 20 / (1 + 20 * 1.01), rel=0.02)


def test_what_is_in_doubt_counts_half_at_three() -> None:
    doubtful = replace(OptionStatistics.none(1), settled=evidence(10), recent=evidence(2), doubt=3.0)
    statistics = replace(Statistics.of(()), options={"a": doubtful})
    assert believed(statistics).options["a"].n == pytest.approx(10 / 2 + 2)


def test_a_shift_is_noticed_soon_and_one_surprising_reward_is_none() -> None:
    found = noticed(taught(0.8, 20), 0.45)
    assert found is not None
    number, change = found
    assert number == 3
    # All rewards since count, not the last one alone.
    assert (change.before, change.after) == (pytest.approx(0.8, abs=0.01), pytest.approx(0.4, abs=0.02))
    assert noticed(taught(0.8, 20), 0.7) is None


def test_a_large_shift_is_looked_for_less_than_a_likely_one() -> None:
    known = taught(0.8, 20)
    assert noticed(known, 0.45, most=2) is None
    assert believed(known).options["a"].n == pytest.approx(11.7, abs=0.5)


def test_of_fewer_than_five_rewards_nothing_can_have_changed() -> None:
    assert noticed(taught(0.8, 4), 0.2) is None
    assert noticed(taught(0.8, 6), 0.2) is not None


def test_a_change_of_one_option_leaves_little_of_the_others() -> None:
    known = taught(0.8, 20)
    for _ in range(20):
        learn(known, option="b", x={}, reward=0.5)
    assert noticed(known, 0.2) is not None
    assert known.options["b"].settled.n == pytest.approx(4)
