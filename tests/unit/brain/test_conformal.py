from collections.abc import Callable

import numpy as np
import pytest

from magicai.brain.conformal import LEAST, History, Prediction, predict

RUNS = 120


def history(
    seconds: Callable[[float, int], float], *, wanted: float, noise: float = 0.2, held: bool | None = None
) -> History:
    """Runs of 10 to 5000 pages, and one of `wanted` pages to come."""
    rng = np.random.default_rng(1)
    pages = np.exp(rng.uniform(np.log(10), np.log(5000), RUNS))
    values = np.array([np.log(seconds(one, at)) for at, one in enumerate(pages)]) + rng.normal(0, noise, RUNS)
    numbers = np.log1p(np.append(pages, wanted))[:, None]
    return History(values, numbers, np.zeros((RUNS + 1, 1), dtype=np.intp), [held] * RUNS)


def within(predicted: Prediction, seconds: float) -> bool:
    return predicted.low < np.log(seconds) < predicted.high


def width(predicted: Prediction) -> float:
    return predicted.high - predicted.low


@pytest.mark.parametrize("pages", [20, 200, 2000])
def test_an_interval_follows_the_size_and_is_no_wider_than_the_noise(pages: int) -> None:
    predicted = predict(history(lambda size, _: 3 + size / 5, wanted=pages))
    assert within(predicted, 3 + pages / 5)
    assert width(predicted) < 0.8


def test_a_doubled_level_is_learnt_from_ten_runs_whatever_their_size() -> None:
    slower = history(lambda size, at: (3 + size / 5) * (2 if at >= RUNS - 10 else 1), wanted=30)
    predicted = predict(slower)
    assert within(predicted, 2 * (3 + 30 / 5))
    assert not within(predicted, 3 + 30 / 5)


def test_small_runs_that_scatter_widen_the_intervals_of_small_runs_only() -> None:
    rng = np.random.default_rng(2)
    uneven = [rng.normal(0, 0.8) for _ in range(RUNS)]
    small, large = (
        predict(history(lambda size, at: size * np.exp(uneven[at] * (size < 200)), wanted=pages))
        for pages in (30, 3000)
    )
    assert width(small) > 2 * width(large)


def test_intervals_that_held_too_seldom_grow_and_those_that_always_held_shrink() -> None:
    missed, as_meant, held = (
        width(predict(history(lambda size, _: size, wanted=100, held=held))) for held in (False, None, True)
    )
    assert missed > as_meant > held


def test_what_is_like_it_says_more_than_the_rest() -> None:
    """Two machines, one four times as fast."""
    rng = np.random.default_rng(3)
    machines = np.append(np.arange(RUNS) % 2, 1)
    values = np.log(40.0) - machines[:-1] * np.log(4) + rng.normal(0, 0.1, RUNS)
    predicted = predict(History(values, np.zeros((RUNS + 1, 0)), machines[:, None].astype(np.intp), [None] * RUNS))
    assert within(predicted, 10)
    assert not within(predicted, 40)


def test_one_run_that_hung_does_not_move_the_others() -> None:
    usual = predict(history(lambda size, _: size, wanted=100))
    hung = predict(history(lambda size, at: size * (1000 if at == RUNS - 3 else 1), wanted=100))
    assert hung.middle == pytest.approx(usual.middle, abs=0.1)


def test_runs_that_were_all_the_same_are_expected_to_be_the_same() -> None:
    same = History(
        np.full(LEAST, np.log(7.0)), np.zeros((LEAST + 1, 2)), np.zeros((LEAST + 1, 1), np.intp), [None] * LEAST
    )
    assert np.exp([predict(same).low, predict(same).high]) == pytest.approx([7.0, 7.0])
