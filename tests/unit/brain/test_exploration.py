"""Shares of options, given what is believed of them."""

import numpy as np
import pytest

from magicai.brain.exploration import information_directed, with_floors
from magicai.brain.regression import Beliefs


def shares(means: list[float], variances: list[float]) -> list[float]:
    beliefs = Beliefs(np.ones(1), np.array([means]), np.diag(variances)[None], np.array([0.02]))
    return information_directed(beliefs).tolist()


def test_what_tells_most_for_its_regret_is_tried_and_what_may_be_best_a_little() -> None:
    known, poor, unknown = shares([0.6, 0.5, 0.55], [0.0004, 0.01, 0.01])
    assert known == pytest.approx(0.543, abs=0.02)
    assert unknown == pytest.approx(0.448, abs=0.02)
    # Neither of the two that suffice, and matched by how probable it is that it is the best.
    assert poor == pytest.approx(0.009, abs=0.003)


def test_what_is_known_well_is_not_tried_for_what_it_would_tell() -> None:
    certain, unknown = shares([0.6, 0.5], [1e-6, 0.02])
    assert certain == pytest.approx(0.805, abs=0.02)
    assert unknown == pytest.approx(0.195, abs=0.02)


def test_floors_of_many_options_take_three_hundredths_together() -> None:
    assert with_floors(np.eye(3)[0]).tolist() == pytest.approx([0.994, 0.003, 0.003])
    many = with_floors(np.eye(30)[0])
    assert (many[1], many.sum()) == (pytest.approx(0.001), pytest.approx(1))
