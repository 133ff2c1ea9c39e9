"""Off-line evaluation: what a policy would have got, from decisions that another one made.

Each decision was logged with its propensities, so that what a policy would have chosen can be weighed against what was
chosen. Three estimates: inverse propensities (IPS), self-normalised (SNIPS), and doubly robust (DR), which corrects a
regression's forecast by what the forecast missed. The regression is fitted on earlier decisions only: propensities of a
learning policy depend on earlier rewards, and no forecast may know later ones.

Sources: Dudik, Langford and Li, "Doubly robust policy evaluation and learning" (2011); Swaminathan and Joachims, "The
self-normalized estimator for counterfactual learning" (2015); Hadad et al., "Confidence intervals for policy evaluation
in adaptive experiments" (2021).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt

from magicai.brain.choice_statistics import OptionStatistics, Statistics
from magicai.brain.sampler import forecast

Array = npt.NDArray[np.float64]

DEFAULT, UNIFORM, GREEDY = "default", "uniform", "greedy"
POLICIES = (DEFAULT, GREEDY, UNIFORM)
# Standard normal quantile of a two-sided 90 % interval.
_Z = 1.645
_BLOCKS = 20
# Fewer decisions than this that a policy would have shared say little.
_ENOUGH = 10.0


@dataclass(frozen=True, slots=True)
class Logged:
    """A decision and what came of it.

    Attributes:
        options: what was open, the default option first.
        propensities: of each of them.
        reward: 0 to 1.
    """

    option: str
    options: Sequence[str]
    x: Mapping[str, float]
    propensities: Mapping[str, float]
    reward: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """A mean reward, or a sum of regrets, and its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a policy would have got.

    Attributes:
        logged: how many decisions were compared.
        mean_reward: mean reward of the decisions that were made.
        ips, snips: point estimates; None where no decision tells.
        doubly_robust: within 0..1; where decisions have no overlap, from their rewards being 0 to their being 1.
        effective_decisions: how many decisions of the policy's own the logged ones are worth.
        unsupported: share of decisions in which the policy wants what was never going to be chosen.
        warning: why the estimate is to be doubted; empty where it is not.
    """

    policy: str
    logged: int
    mean_reward: float
    ips: float | None
    snips: float | None
    doubly_robust: Bounds
    effective_decisions: float
    unsupported: float
    warning: str


@dataclass(frozen=True, slots=True)
class Regret:
    """By how much all decisions together stayed behind those of one option, kept to.

    Biased upward: the option is the best by estimates, and the best of several looks better than it is.
    """

    option: str
    regret: Bounds


@dataclass(frozen=True, slots=True)
class Point:
    """A learning curve's point: mean reward of the decisions up to `at`, from the previous point's."""

    at: int
    reward: Bounds


def evaluate(name: str, log: Sequence[Logged]) -> Evaluation:
    """Evaluate a policy on logged decisions, oldest first.

    Args:
        name: `default`, `uniform`, `greedy` (the best by earlier decisions), or an option, kept to where it is open.
        log: the decisions, with what came of them.

    Raises:
        ValueError: there is none, a reward is not in 0..1, or a propensity not a probability.
    """
    scored = _score(_policy(name), _foreseen(log))
    weights, rewards = scored.weights, scored.rewards
    count = len(log)
    total = float(weights.sum())
    effective = total**2 / float((weights**2).sum()) if total else 0.0
    return Evaluation(
        policy=name,
        logged=count,
        mean_reward=float(rewards.mean()),
        ips=float((weights * rewards).mean()) if total else None,
        snips=float((weights * rewards).sum() / total) if total else None,
        doubly_robust=scored.mean(),
        effective_decisions=effective,
        unsupported=float(scored.unsupported.mean()),
        warning=_warning(effective, float(scored.unsupported.mean())),
    )


def regret(log: Sequence[Logged]) -> Regret:
    """Regret against the one option that would have been best, if it had been kept to.

    Raises:
        ValueError: as `evaluate`.
    """
    options = sorted({option for decision in log for option in decision.options})
    foreseen = _foreseen(log)
    scores = {option: _score(_policy(option), foreseen) for option in options}
    best = max(options, key=lambda option: float(scores[option].values.mean()))
    scored = scores[best]
    behind = scored.values - scored.rewards
    error = _Z * sqrt(max(float(scored.variances.sum()), float(((behind - behind.mean()) ** 2).sum())))
    missing = float(scored.unsupported.sum())
    value = float(behind.sum())
    return Regret(best, Bounds(value, value - error - missing, value + error + missing))


def learning_curve(log: Sequence[Logged], points: int = 20) -> tuple[Point, ...]:
    """Mean reward over time, oldest first, in at most so many points of at least five decisions each.

    Raises:
        ValueError: as `evaluate`.
    """
    _check(log)
    rewards = np.array([decision.reward for decision in log])
    parts = np.array_split(rewards, max(1, min(points, len(rewards) // 5)))
    found: list[Point] = []
    at = 0
    for part in parts:
        at += len(part)
        mean = float(part.mean())
        # Half a reward of 0 and half of 1 more: five alike are not certain.
        spread = sqrt(float(((part - mean) ** 2).sum() + 0.5 * (1 - mean) ** 2 + 0.5 * mean**2)) / len(part)
        found.append(Point(at, Bounds(mean, max(0.0, mean - _Z * spread), min(1.0, mean + _Z * spread))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Scored:
    """By decision: importance weight, reward, doubly robust value and its variance, share without support."""

    weights: Array
    rewards: Array
    values: Array
    variances: Array
    unsupported: Array

    def mean(self) -> Bounds:
        count = len(self.values)
        value = float(self.values.mean())
        spread = max(float(self.variances.sum()), float(((self.values - value) ** 2).sum()))
        error = _Z * sqrt(spread) / count
        missing = float(self.unsupported.mean())
        low, middle, high = (min(1.0, max(0.0, at)) for at in (value - error - missing, value, value + error + missing))
        return Bounds(middle, low, high)


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """A decision, and what earlier ones let expect of its options: mean, its deviation, and a reward's around it."""

    decision: Logged
    means: Sequence[float]
    uncertainties: Sequence[float]
    noise: float


def _foreseen(log: Sequence[Logged]) -> list[_Foreseen]:
    _check(log)
    return [_Foreseen(decision, *forecast(known, decision.options, decision.x)) for decision, known in _with_past(log)]


# The probability of each open option.
_Policy = Callable[[_Foreseen], Mapping[str, float]]


def _policy(name: str) -> _Policy:
    """`default`, `uniform`, `greedy`: what earlier decisions say is best; or an option, kept to where it is open."""

    def fixed(foreseen: _Foreseen) -> Mapping[str, float]:
        options = foreseen.decision.options
        return {name if name in options else options[0]: 1.0}

    return {DEFAULT: _default, UNIFORM: _uniform, GREEDY: _greedy}.get(name, fixed)


def _default(foreseen: _Foreseen) -> Mapping[str, float]:
    return {foreseen.decision.options[0]: 1.0}


def _uniform(foreseen: _Foreseen) -> Mapping[str, float]:
    return dict.fromkeys(foreseen.decision.options, 1 / len(foreseen.decision.options))


def _greedy(foreseen: _Foreseen) -> Mapping[str, float]:
    best = max(range(len(foreseen.means)), key=foreseen.means.__getitem__)
    return {foreseen.decision.options[best]: 1.0}


def _score(wanted: _Policy, foreseen: Sequence[_Foreseen]) -> _Scored:
    return _Scored(*np.array([_score_one(wanted(each), each) for each in foreseen], dtype=np.float64).T)


def _score_one(want: Mapping[str, float], foreseen: _Foreseen) -> tuple[float, float, float, float, float]:
    decision, noise = foreseen.decision, foreseen.noise
    weight = value = variance = unsupported = 0.0
    for option, mean, uncertainty in zip(decision.options, foreseen.means, foreseen.uncertainties, strict=True):
        share, propensity = want.get(option, 0.0), decision.propensities.get(option, 0.0)
        if not share:
            continue
        value += share * mean
        if not propensity:
            unsupported += share
            continue
        # What the correction below may add, whether or not it did: an option that was never tried by chance is not
        # known for certain.
        variance += share**2 / propensity * (noise**2 + uncertainty**2)
        if option == decision.option:
            weight = share / propensity
            value += weight * (decision.reward - mean)
    return weight, decision.reward, value, variance, unsupported


def _with_past(log: Sequence[Logged]) -> Iterator[tuple[Logged, Statistics]]:
    """Each decision, and what was known before it: brought up to date in blocks, which saves nothing but time."""
    known = Statistics.of(log[0].x)
    waiting: list[Logged] = []
    block = max(1, len(log) // _BLOCKS)
    for decision in log:
        if len(waiting) >= block:
            for past in waiting:
                _take_in(known, past)
            waiting.clear()
        yield decision, known
        waiting.append(decision)


def _take_in(known: Statistics, past: Logged) -> None:
    if (z := known.row(past.x)) is None:
        return
    known.decided += 1
    known.options.setdefault(past.option, OptionStatistics.none(known.size)).settled.add(z, past.reward)


def _check(log: Sequence[Logged]) -> None:
    if not log:
        raise ValueError("There are no decisions with a reward to evaluate.")
    for decision in log:
        if not 0 <= decision.reward <= 1:
            raise ValueError(f"reward of {decision.option!r} is {decision.reward}: a number from 0 to 1 is needed.")
        share = decision.propensities.get(decision.option, 0.0)
        if not (isfinite(share) and 0 < share <= 1):
            raise ValueError(f"propensity of {decision.option!r} is {share}: a number above 0, up to 1, is needed.")


def _warning(effective: float, unsupported: float) -> str:
    if unsupported:
        return (
            f"This policy would never have been followed in {100 * unsupported:.0f}% of decisions: for these, the"
            " interval allows any reward."
        )
    if effective < _ENOUGH:
        return f"Hardly any overlap: the log is worth {effective:.1f} decisions of this policy. Use the interval only."
    return ""
