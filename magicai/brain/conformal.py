"""Intervals that hold what comes as often as they say, whatever its distribution: conformal prediction, on logarithms.

A regression says what to expect; how far earlier cases were from what it would have said of them without themselves
says how far the next may be. Cases that are alike and recent count more. Where the level has changed, what was
learnt of sizes stays and the level is learnt anew. Where intervals held too seldom lately, they grow, and the other
way round.

Sources: Barber et al., Predictive inference with the jackknife+ (2021); Gibbs and Candès, Adaptive conformal inference
under distribution shift (2021); Guan, Localized conformal prediction (2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from magicai.brain.gaussian_process import Kinds, Matrix, Vector, fit, robust_deviation, standardised

SHARE = 0.8
# Fewer than these say nothing.
LEAST = 5
# Beyond these nothing is looked at: what they say is known by then, or has changed.
HORIZON = 200
_HALF_LIFE = 60.0
# A third of the cases are neighbours, and so many at least.
_NEIGHBOURS = 30
# So many cases must say that values scatter more in one place than in another, before half of it is believed.
_RELUCTANCE = 4.0
# By how much a miss widens; the leak keeps what was long ago from being paid for.
_GAIN, _LEAK = 0.03, 0.97
_WIDEST, _NARROWEST = 0.02, 0.4
# A change of the level is one beyond chance though every place was looked at.
_CHANGE, _CHANGES, _SHORTEST = 3.5, 3, 5


@dataclass(frozen=True, slots=True)
class History:
    """Cases, oldest first, and the one to come.

    Attributes:
        values: shape (n,), logarithms.
        numbers: shape (n + 1, d), logarithms; the last row is of the case to come.
        kinds: shape (n + 1, k), codes.
        held: whether the interval that was told for a case held it; None where none was.
    """

    values: Vector
    numbers: Matrix
    kinds: Kinds
    held: Sequence[bool | None]

    def latest(self) -> "History":
        """The last HORIZON of them."""
        size = len(self.values)
        if size <= HORIZON:
            return self
        return History(self.values[-HORIZON:], self.numbers[-HORIZON - 1 :], self.kinds[-HORIZON - 1 :], self.held)


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where a value will be.

    Attributes:
        weights: how much each earlier case, of the last HORIZON, has to say of this one.
    """

    low: float
    middle: float
    high: float
    weights: Vector


def predict(history: History) -> Prediction:
    """The interval that holds the next value eight times in ten.

    Raises:
        ValueError: there are fewer than LEAST cases.
    """
    history = history.latest()
    size = len(history.values)
    if size < LEAST:
        raise ValueError(f"{size} cases are fewer than {LEAST}")
    changes: list[int] = []
    fitted = fit(history.values, history.numbers, history.kinds)
    while len(changes) < _CHANGES:
        change = _change((history.values - fitted.left_out) / fitted.scale)
        if change is None or change in changes:
            break
        changes.append(change)
        fitted = fit(history.values, history.numbers, history.kinds, changes)
    # Where a case lies: by what was expected of it, and by its numbers.
    expected = np.append(fitted.left_out, fitted.mean)[:, None]
    places = standardised(np.hstack((expected, history.numbers)))
    distance = np.sqrt(((places[:-1] - places[-1]) ** 2).sum(axis=1))
    reach = float(np.sort(distance)[min(size, max(_NEIGHBOURS, size // 3)) - 1]) + 1e-9
    weights = 0.5 ** (np.arange(size)[::-1] / _HALF_LIFE) * np.exp(-0.5 * (distance / reach) ** 2)
    residuals = (history.values - fitted.left_out) / fitted.scale
    spread = _spread(residuals, places)
    residuals /= spread[:-1]
    unit = fitted.deviation * float(spread[-1])
    tail = _miss_allowed(history.held) / 2
    return Prediction(
        low=fitted.mean - unit * _upper(-residuals, weights, 1 - tail),
        middle=fitted.mean,
        high=fitted.mean + unit * _upper(residuals, weights, 1 - tail),
        weights=weights,
    )


def _spread(residuals: Vector, places: Matrix) -> Vector:
    """How widely values scatter at each place: small runs often more than large ones, for what they are."""
    sizes = np.log(np.abs(residuals) + 0.05 * robust_deviation(residuals))
    rows = np.hstack((np.ones((len(places), 1)), places))
    earlier, reluctance = rows[:-1], np.diag((1e-6, *(_RELUCTANCE,) * places.shape[1]))
    slopes = np.linalg.solve(earlier.T @ earlier + reluctance, earlier.T @ sizes)
    return np.exp(rows @ slopes)


def _miss_allowed(held: Sequence[bool | None]) -> float:
    allowed = 1 - SHARE
    owed, weight = 0.0, 1.0
    for one in reversed(held):
        if one is not None:
            owed += weight * (allowed - (not one))
            weight *= _LEAK
    return min(max(allowed + _GAIN * owed, _WIDEST), _NARROWEST)


def _upper(residuals: Vector, weights: Vector, level: float) -> float:
    """A weighted quantile in which the case to come counts as one more."""
    order = np.argsort(residuals)
    ranked, weighing = residuals[order], weights[order]
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    weighing = weighing / weighing.sum() * effective
    levels = (np.cumsum(weighing) - weighing / 2 + 0.5) / (effective + 1)
    if level <= levels[-1]:
        return float(np.interp(level, levels, ranked))
    # Too few to have such a quantile: as far beyond the largest as in a normal distribution.
    normal = NormalDist()
    beyond = normal.inv_cdf(level) - normal.inv_cdf(float(levels[-1]))
    return float(ranked[-1]) + beyond * float(np.std(residuals))


def _change(residuals: Vector) -> int | None:
    """Since which case the residuals have had another mean, where that is beyond chance."""
    size = len(residuals)
    if size < 2 * _SHORTEST:
        return None
    # Differences of neighbours do not see the change, whereas it widens the whole.
    deviation = min(robust_deviation(residuals), robust_deviation(np.diff(residuals)) / 2**0.5 * 1.1)
    clipped = np.clip((residuals - np.median(residuals)) / deviation, -3, 3)
    sums = np.cumsum(clipped)
    before = np.arange(_SHORTEST, size - _SHORTEST + 1)
    after = size - before
    differences = np.abs(sums[before - 1] / before - (sums[-1] - sums[before - 1]) / after)
    evidence = differences * np.sqrt(before * after / size)
    place = int(np.argmax(evidence))
    return int(before[place]) if evidence[place] > _CHANGE else None
