"""The probability that something turns out well: how often it did in cases like it, calibrated.

Frequencies among neighbours are too near the middle, since neighbours differ. By how much is learnt from the cases
themselves, each told by the others (Platt scaling).
"""

import numpy as np

from magicai.brain.gaussian_process import Kinds, Matrix, Vector, standardised

# Fewer cases than these, or fewer than these that are like it, say nothing.
_LEAST, _LEAST_ALIKE = 10, 5.0
# An eighth of the cases are neighbours, and so many at least.
_NEIGHBOURS = 12
_HALF_LIFE = 80.0
# Cases of the usual frequency that count beside what was seen.
_USUAL = 2.0
# How reluctantly the calibration leaves what the frequencies say.
_RELUCTANCE = 2.0
_ROUNDS = 6


def probability(good: Vector, numbers: Matrix, kinds: Kinds) -> float | None:
    """How probable it is that the next case turns out well; None while too few tell.

    Args:
        good: shape (n,), 1 or 0, oldest first.
        numbers, kinds: shape (n + 1, d) and (n + 1, k); the last row is of the case to come.
    """
    size = len(good)
    if size < _LEAST:
        return None
    places = standardised(numbers)
    squared = ((places[:, None] - places[None]) ** 2).sum(axis=2) + (kinds[:, None] != kinds[None]).sum(axis=2)
    others = squared[:, :size]
    nearest = np.sort(others, axis=1)[:, min(size, max(_NEIGHBOURS, size // 8)) - 1] + 1e-9
    weights = np.exp(-0.5 * others / nearest[:, None]) * 0.5 ** (np.arange(size)[::-1] / _HALF_LIFE)
    weights[np.arange(size), np.arange(size)] = 0.0
    seen = weights.sum(axis=1)
    if seen[-1] < _LEAST_ALIKE:
        return None
    usual = (good.sum() + 0.5) / (size + 1)
    frequencies = (weights @ good + _USUAL * usual) / (seen + _USUAL)
    odds = np.log(frequencies / (1 - frequencies))
    # Of n that all went well the next may still not.
    return min(max(_calibrated(odds[:-1], good, float(odds[-1])), 1 / (size + 2)), (size + 1) / (size + 2))


def _calibrated(odds: Vector, good: Vector, case: float) -> float:
    """Logistic regression of what came on what was told; a little towards leaving it as it was told."""
    rows = np.stack((np.ones_like(odds), odds), axis=1)
    start = np.array((0.0, 1.0))
    found = start
    for _ in range(_ROUNDS):
        likely = 1 / (1 + np.exp(-(rows @ found)))
        slope = rows.T @ (good - likely) - _RELUCTANCE * (found - start)
        curve = (rows * (likely * (1 - likely))[:, None]).T @ rows + _RELUCTANCE * np.eye(2)
        found = found + np.linalg.solve(curve, slope)
    return 1 / (1 + float(np.exp(-(found[0] + found[1] * case))))
