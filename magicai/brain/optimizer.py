"""A linear contextual bandit: which option has done best in situations like this one.

One Bayesian linear regression per option (Thompson sampling, Agrawal and Goyal 2013), on outcomes that fade: each
later outcome of the same choice multiplies an earlier one's weight by FADE, so that the policy forgets when the world
changes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from magicai.ports import Outcome

Vector = npt.NDArray[np.float64]

POLICY = "linear-thompson-1"
FADE = 0.98
_PRIOR_PRECISION = 1.0
_NOISE = 0.15
_DRAWS = 400
# The first option is what somebody wrote down as the sensible one: others start a little below it.
_DEFAULT_HEAD_START = 0.05
_PRIOR_MEAN = 0.7


@dataclass(frozen=True, slots=True)
class Pick:
    """What was picked among options.

    Attributes:
        propensity: the probability with which this policy picks it in this context.
        explored: whether its mean was not the best.
        seen: how many outcomes of this choice were learnt from.
    """

    value: str
    propensity: float
    explored: bool
    expected: Mapping[str, float]
    seen: int


def pick(
    name: str,
    options: Sequence[str],
    context: Mapping[str, float],
    outcomes: Sequence[Outcome],
    *,
    explore: bool,
    seed: str,
) -> Pick:
    """Pick an option.

    Args:
        name: of the choice.
        options: what is open, the default first.
        context: features by name.
        outcomes: what came of earlier picks, oldest first.
        explore: draw from the posterior; else take the best mean.
        seed: the same seed, context and outcomes give the same pick.
    """
    relevant = [outcome for outcome in outcomes if outcome.choices.get(name) in options]
    features = sorted(context)
    x: Vector = np.array([context[feature] for feature in features])
    means, deviations = np.empty(len(options)), np.empty(len(options))
    for index, option in enumerate(options):
        prior = _PRIOR_MEAN - (_DEFAULT_HEAD_START if index else 0.0)
        means[index], deviations[index] = _posterior(x, features, relevant, name, option, prior)
    best = int(np.argmax(means))
    expected = {option: round(float(means[index]), 4) for index, option in enumerate(options)}
    if not explore or len(options) == 1:
        return Pick(options[best], 1.0, explored=False, expected=expected, seen=len(relevant))
    generator = np.random.default_rng(int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "big"))
    draws = generator.normal(means, deviations, size=(_DRAWS, len(options)))
    winners: list[int] = np.argmax(draws, axis=1).tolist()
    chosen = winners[0]
    propensity = winners.count(chosen) / _DRAWS
    return Pick(options[chosen], propensity, explored=chosen != best, expected=expected, seen=len(relevant))


def _posterior(
    x: Vector, features: Sequence[str], outcomes: Sequence[Outcome], name: str, option: str, prior: float
) -> tuple[float, float]:
    size = len(features)
    precision = np.eye(size) * _PRIOR_PRECISION
    total = np.zeros(size)
    weight = 1.0
    for outcome in reversed(outcomes):
        if outcome.choices[name] == option:
            row: Vector = np.array([outcome.context.get(feature, 0.0) for feature in features], dtype=np.float64)
            precision += weight * np.outer(row, row)
            total += weight * row * (outcome.reward - prior)
        weight *= FADE
    solved = np.linalg.solve(precision, np.stack((total, x), axis=1))
    return prior + float(x @ solved[:, 0]), _NOISE * float(np.sqrt(x @ solved[:, 1]))


def reward(*, quality: float, cost: float, seconds: float, failed: bool) -> float:
    """Quality less what it took: a tenth per dollar, a tenth for ten minutes, a half for a failure.

    Args:
        quality: 0 to 1.
        cost: in dollars.
        seconds: from start to end.
        failed: whether the run failed.
    """
    return quality - 0.1 * min(cost, 5.0) - 0.1 * min(seconds / 600, 2.0) - 0.5 * failed
