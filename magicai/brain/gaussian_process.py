"""A Gaussian process of few numbers and kinds, with its leave-one-out residuals in closed form.

Its covariance is a sum: linear in the numbers, smooth in the numbers, one random intercept for each kind (the same
machine, model or subject), and a step for each change that was found. How much each part weighs is chosen by marginal
likelihood, in units of the noise, whose own size drops out.

Source: Rasmussen and Williams, Gaussian Processes for Machine Learning, 2.2, 5.4.1 and 5.4.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.intp]

# In units of the noise's variance: vague for what is always there, tried one after the other for the other parts.
_INTERCEPT, _SLOPES, _STEP = 100.0, 10.0, 10.0
_WEIGHTS = (0.5, 4.0)
# What a part must add to the log marginal likelihood, so that it is not taken in for nothing.
_GAIN = 0.5
# In deviations of the numbers: curves, and thresholds.
_LENGTHS = (0.8, 0.25)
# Beyond so many deviations from the mean nothing is extrapolated.
_FARTHEST = 4.0
# Rows that the weights are chosen on: enough for that, and cheap.
_ENOUGH = 80
# An outlier pulls the mean no farther than so many robust deviations.
_PULL = 3.0


@dataclass(frozen=True, slots=True)
class Fit:
    """What the regression says of every case, the last of which is to come.

    Attributes:
        left_out: prediction for each earlier case without itself; shape (n,).
        scale: their standard deviations, in units of the noise's; shape (n,).
        mean, deviation: of the case to come, likewise.
    """

    left_out: Vector
    scale: Vector
    mean: float
    deviation: float


def fit(values: Vector, numbers: Matrix, kinds: Kinds, changes: Sequence[int] = ()) -> Fit:
    """Regress.

    Args:
        values: shape (n,), oldest first.
        numbers: shape (n + 1, d); the last row is the case to come.
        kinds: shape (n + 1, k): codes that are equal where two cases are of one kind.
        changes: since which cases the level has been another.
    """
    size = len(values)
    centre = float(np.median(values))
    targets = values - centre
    covariance = _chosen(targets, *_parts(numbers, kinds, changes))
    inverse = np.linalg.inv(covariance[:size, :size] + np.eye(size))
    diagonal = np.diag(inverse)
    scale = 1 / np.sqrt(diagonal)
    residuals = (inverse @ targets) / diagonal
    limit = _PULL * robust_deviation(residuals / scale) * scale
    pulled = targets - residuals + np.clip(residuals, -limit, limit)
    solved = inverse @ pulled
    towards = covariance[size, :size]
    variance = covariance[size, size] + 1 - towards @ inverse @ towards
    return Fit(
        left_out=pulled - solved / diagonal + centre,
        scale=scale,
        mean=float(towards @ solved) + centre,
        deviation=float(np.sqrt(max(variance, 1.0))),
    )


def robust_deviation(values: Vector) -> float:
    """The standard deviation, by the median of absolute deviations; never 0."""
    return float(1.4826 * np.median(np.abs(values - np.median(values)))) + 1e-9


def standardised(numbers: Matrix) -> Matrix:
    """Columns of mean 0 and deviation 1 over the earlier cases; those that never differed become 0."""
    earlier = numbers[:-1]
    deviation = earlier.std(axis=0)
    differs = deviation > 1e-9  # noqa: PLR2004 - rounding, no size
    scaled = (numbers - earlier.mean(axis=0)) / np.where(differs, deviation, 1.0)
    return np.clip(np.where(differs, scaled, 0.0), -_FARTHEST, _FARTHEST)


def _parts(numbers: Matrix, kinds: Kinds, changes: Sequence[int]) -> tuple[Matrix, list[Matrix]]:
    """The covariance that is always there, and what may be added."""
    rows = standardised(numbers)
    count = len(rows)
    always = _INTERCEPT + _SLOPES * (rows @ rows.T)
    for change in changes:
        since = (np.arange(count) >= change).astype(np.float64)
        always += _STEP * np.outer(since, since)
    squared = (rows**2).sum(axis=1)
    distance = np.maximum(squared[:, None] + squared[None, :] - 2 * rows @ rows.T, 0.0) / max(1, rows.shape[1])
    smooth, sharp = (np.exp(-0.5 * distance / length**2) for length in _LENGTHS)
    same = [(column[:, None] == column[None, :]).astype(np.float64) for column in kinds.T]
    differing = [part for part in same if not part.all()]
    # What is particular to a kind may hold for some numbers only: a small run of a large subject is a small run.
    return always, [smooth, sharp, *differing, *(part * smooth for part in differing)]


def _chosen(targets: Vector, always: Matrix, parts: Sequence[Matrix]) -> Matrix:
    size = len(targets)
    latest = slice(max(0, size - _ENOUGH), size)

    def likelihood(covariance: Matrix) -> float:
        inner = covariance[latest, latest]
        inner = inner + np.eye(len(inner))
        explained = targets[latest] @ np.linalg.solve(inner, targets[latest])
        return -0.5 * float(len(inner) * np.log(explained / len(inner) + 1e-12) + np.linalg.slogdet(inner)[1])

    chosen, best = always, likelihood(always)
    for part in parts:
        tried = [(likelihood(chosen + weight * part), weight) for weight in _WEIGHTS]
        found, weight = max(tried)
        if found > best + _GAIN:
            chosen, best = chosen + weight * part, found
    return chosen
