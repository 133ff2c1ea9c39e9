"""A linear Thompson sampler: which option to take in a situation, and how sure one may be.

`pick` decides from kept statistics, `learn` takes in what came of a decision, whenever it comes, `share` and `others`
let owners learn from each other. All are pure; the caller keeps `Statistics`, as JSON.

Sources: Agrawal and Goyal, "Thompson Sampling for Contextual Bandits with Linear Payoffs" (2013); Lorden and Pollak,
"Nonanticipating estimation applied to sequential analysis and changepoint detection" (2005).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, log

import numpy as np
import numpy.typing as npt

from magicai.brain.choice_statistics import Evidence, OptionStatistics, Statistics
from magicai.brain.regression import Beliefs, fit, standardised

__all__ = ["MOST_SHARED", "POLICY", "Change", "Expected", "Pick", "Statistics", "learn", "others", "pick", "share"]

Array = npt.NDArray[np.float64]

POLICY = "linear-thompson-2"
# Draws from the posterior are drawn in by this: it is as sure as if it had seen nearly three times as much.
_SCALE = 0.6
_DRAWS = 256
_FLOOR = 0.01
_MOST_FLOORS = 0.1
# What other owners saw counts as at most so many rewards.
_OTHERS = 20.0
# As how many rewards one owner's count for the others.
MOST_SHARED = 30.0
# A change: of about this size; noticed where it is e^5 times as likely as none; said for so many decisions.
_SHIFT = 0.3
_NOTICED = 5.0
_LATELY = 50
# Guard: rewards of about the last 30 decisions may stay behind the usual option's by a tenth.
_FADE = 1 - 1 / 30
_MARGIN = 0.1
# Options that are closed now tell about the baseline; more than so many add nothing.
_MOST_CLOSED = 8


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of an option; a measure is None where nothing was measured yet."""

    reward: float
    quality: float | None = None
    cost: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """What was picked among options.

    Attributes:
        propensities: the probability with which this policy picks each in this situation.
        explored: whether another one was expected to do better.
        seen: how many rewards of this choice were learnt from.
        guarded: whether the usual option is preferred, because decisions lately did worse than it would have.
        changed: options in which a change was noticed lately.
    """

    option: str
    propensities: Mapping[str, float]
    expected: Mapping[str, Expected]
    explored: bool
    seen: int
    guarded: bool
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was noticed: from now on the option gets `after` where it got `before`."""

    option: str
    before: float
    after: float


def pick(
    own: Statistics,
    others: Statistics | None,
    options: Sequence[str],
    x: Mapping[str, float],
    *,
    seed: int,
    explore: bool = True,
) -> Pick:
    """Pick an option.

    Args:
        own: what the owner's decisions taught.
        others: what other owners' did.
        options: what is open, the usual one first.
        x: the situation's features.
        seed: the same seed and statistics give the same pick.
        explore: whether to try options that are not expected to do best; else the best gets it all, or the best ones
            alike.

    Raises:
        ValueError: there is no option, one comes twice, or a feature is not finite.
    """
    if not options or len(set(options)) != len(options):
        raise ValueError(f"options {list(options)!r}: at least one is needed, and each once.")
    known, z = _together(own, others, x)
    beliefs = _beliefs(known, options, z)
    expected = {
        option: _expected(known.options.get(option), z, mean)
        for option, mean in zip(options, beliefs.mean, strict=True)
    }
    shares = _propensities(beliefs) if explore else _greedy(beliefs.mean)
    guarded = explore and _guarded(own)
    if guarded:
        shares = np.array([1.0, *[0.0] * (len(options) - 1)])
    if explore:
        shares = _with_floors(shares)
    generator = np.random.default_rng(seed)
    chosen = int(generator.choice(len(options), p=shares))
    return Pick(
        option=options[chosen],
        propensities={option: float(share) for option, share in zip(options, shares, strict=True)},
        expected=expected,
        explored=bool(beliefs.mean[chosen] < beliefs.mean.max()),
        seen=own.decided,
        guarded=guarded,
        changed=tuple(
            option
            for option in options
            if (at := known.options[option].changed if option in known.options else None) is not None
            and at > own.decided - _LATELY
        ),
    )


def learn(
    statistics: Statistics,
    *,
    option: str,
    x: Mapping[str, float],
    reward: float,
    usual: str | None = None,
    former: float | None = None,
    index: int | None = None,
    measures: Mapping[str, float] | None = None,
) -> Change | None:
    """Take in what came of a decision; `statistics` are changed.

    Args:
        statistics: of the choice.
        option: what was decided.
        x: the features that it was decided by; a decision by others than the statistics' teaches nothing.
        reward: 0 to 1.
        usual: the usual option then; None: no guard.
        former: the reward that this decision had before, where a late one changes it.
        index: `statistics.decided` when it was decided: what lies before a change that was noticed is not comparable.
            Default: now.
        measures: quality, cost, seconds; with `former`, only those that it had no value of before.

    Returns:
        A change of the option that was noticed by this.

    Raises:
        ValueError: a number is not finite, or the reward not in 0..1.
    """
    for name, value in {"reward": reward, "former": former or 0.0}.items():
        if not 0 <= value <= 1:  # NaN is not
            raise ValueError(f"{name} of {option!r} is {value}: a number from 0 to 1 is needed.")
    for name, value in (measures or {}).items():
        if not isfinite(value):
            raise ValueError(f"{name} of {option!r} is {value}: a finite number is needed.")
    z = statistics.row(x)
    if z is None:
        return None
    index = statistics.decided if index is None else index
    known = statistics.options.setdefault(option, OptionStatistics.none(statistics.size))
    for name, value in (measures or {}).items():
        known.measures.setdefault(name, Evidence.none(statistics.size)).add(z, value)
    if former is not None:
        if index >= known.since:
            (known.recent if index >= known.recent_since else known.settled).correct(z, former, reward)
        return None
    if usual is not None:
        expected = float(_beliefs(statistics, [usual], z).mean[0])
        statistics.shortfall = _FADE * statistics.shortfall + expected - reward
        statistics.shortfall_weight = _FADE * statistics.shortfall_weight + 1
    statistics.decided += 1
    if index < known.since:
        return None
    return _take_in(statistics, known, option, z, reward, index)


def share(pooled: Statistics, before: Statistics, after: Statistics, cap: float) -> None:
    """Replace one owner's part in what all know; `pooled` is changed.

    An owner's rewards count as at most `cap`, so that nobody's decide for the others.
    """
    if pooled.features != after.features:
        pooled.features, pooled.options, pooled.decided = after.features, {}, 0
    _add(pooled, before, -1.0, cap)
    _add(pooled, after, 1.0, cap)


def others(pooled: Statistics, own: Statistics, cap: float) -> Statistics:
    """What all know but the owner: `pooled` less what `share` added for them."""
    rest = Statistics(pooled.features, dict(pooled.options), pooled.decided)
    _add(rest, own, -1.0, cap)
    return rest


def _add(pooled: Statistics, owner: Statistics, sign: float, cap: float) -> None:
    if owner.features != pooled.features:
        return
    scale = sign * min(1.0, cap / max(sum(option.reward.n for option in owner.options.values()), 1.0))
    for name, option in owner.options.items():
        pooled.options[name] = pooled.options.get(name, OptionStatistics.none(pooled.size)).plus(option, scale)
    pooled.decided += int(sign) * owner.decided


def _together(own: Statistics, others: Statistics | None, x: Mapping[str, float]) -> tuple[Statistics, Array]:
    """Own evidence in full, and the others' as a power prior; none of other features than the situation's."""
    empty = Statistics.of(x)
    z = empty.row(x)
    assert z is not None
    known = own if own.features == empty.features else empty
    if others is None or others.features != empty.features:
        return known, z
    scale = min(1.0, _OTHERS / max(sum(option.reward.n for option in others.options.values()), 1.0))
    options = dict(known.options)
    for name, option in others.options.items():
        options[name] = options.get(name, OptionStatistics.none(known.size)).plus(option, scale)
    return replace(known, options=options), z


def _beliefs(known: Statistics, options: Sequence[str], z: Array) -> Beliefs:
    closed = [name for name in known.options if name not in options]
    closed.sort(key=lambda name: (-known.options[name].reward.n, name))
    names = [*options, *closed[:_MOST_CLOSED]]
    none = Evidence.none(known.size)
    rewards = [known.options[name].reward if name in known.options else none for name in names]
    gram, moment, at = standardised(
        np.stack([evidence.gram for evidence in rewards]), np.stack([evidence.moment for evidence in rewards]), z
    )
    found = fit(gram, moment, np.array(sum(evidence.squares for evidence in rewards)), at)
    count = len(options)
    return Beliefs(found.weights, found.means[:, :count], found.covariances[:, :count, :count], found.noise)


def _propensities(beliefs: Beliefs) -> Array:
    """How probable it is of each option that it is the best one: the part of draws in which it was."""
    options = beliefs.means.shape[1]
    # The same draws each time: what a policy would do is a function of what it knows.
    normal = np.random.default_rng(0).standard_normal((_DRAWS, options))
    part = np.searchsorted(np.cumsum(beliefs.weights), (np.arange(_DRAWS) + 0.5) / _DRAWS)
    part = np.minimum(part, len(beliefs.weights) - 1)
    roots = np.linalg.cholesky(beliefs.covariances + 1e-12 * np.eye(options))
    draws = beliefs.means[part] + _SCALE * (roots[part] @ normal[:, :, None])[:, :, 0]
    return np.bincount(draws.argmax(1), minlength=options) / _DRAWS


def _greedy(mean: Array) -> Array:
    best = mean > mean.max() - 1e-9
    return best / best.sum()


def _with_floors(shares: Array) -> Array:
    floor = min(_FLOOR, _MOST_FLOORS / len(shares))
    return (1 - floor * len(shares)) * shares + floor


def _guarded(own: Statistics) -> bool:
    weight = own.shortfall_weight
    return weight > 0.5 / (1 - _FADE) and own.shortfall / weight > _MARGIN


def _expected(known: OptionStatistics | None, z: Array, mean: float) -> Expected:
    measures = known.measures if known else {}
    found = {
        name: _predict(measures[name], z)
        for name in ("quality", "cost", "seconds")
        if name in measures and measures[name].n > 0
    }
    return Expected(float(mean), **found)


def _predict(evidence: Evidence, z: Array) -> float:
    """A ridge regression's answer; slopes count once there is more than a handful."""
    gram, moment, at = standardised(evidence.gram[None], evidence.moment[None], z)
    penalty = np.eye(len(z)) * 4.0
    penalty[0, 0] = 1e-9
    return float(at @ np.linalg.solve(gram[0] + penalty, moment[0]))


def _take_in(
    statistics: Statistics, known: OptionStatistics, option: str, z: Array, reward: float, index: int
) -> Change | None:
    """Add a reward, and tell whether the option has changed."""
    settled = replace(statistics, options={**statistics.options, option: replace(known, recent=Evidence.none(len(z)))})
    beliefs = _beliefs(settled, [option], z)
    expected = float(beliefs.mean[0])
    noise = float(beliefs.weights @ beliefs.noise)
    unsure = float(beliefs.weights @ beliefs.covariances[:, 0, 0])
    known.last = index
    if known.recent.n == 0:
        known.recent_since = index
    residual = reward - expected
    n = known.recent.n
    trust = _SHIFT**2 / (n * _SHIFT**2 + noise**2)
    changed = _log_normal(residual - trust * known.surprise, noise**2 * (1 + trust))
    known.doubt += changed - _log_normal(residual, noise**2 + unsure)
    known.surprise += residual
    known.recent.add(z, reward)
    if known.doubt <= 0 or known.settled.n < 3:
        known.settled, known.recent = known.reward, Evidence.none(len(z))
        known.doubt = known.surprise = 0.0
        return None
    if known.doubt < _NOTICED:
        return None
    change = Change(option, expected, expected + known.surprise / known.recent.n)
    known.settled, known.recent = known.recent, Evidence.none(len(z))
    known.since, known.changed = known.recent_since, statistics.decided
    known.doubt = known.surprise = 0.0
    return change


def _log_normal(residual: float, variance: float) -> float:
    return -0.5 * (log(variance) + residual**2 / variance)
