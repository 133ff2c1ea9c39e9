"""Which option to take in a situation, how probable each was to be taken, and what is expected of them.

`pick` decides from kept statistics, `learn` takes in what came of a decision, whenever it comes; `share` and `others`
let owners learn from each other. All are pure functions of their arguments; the caller keeps `Statistics`, as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from magicai.brain.changepoints import Change, believed, changed_lately, settled_only, take_in
from magicai.brain.choice_statistics import Array, Evidence, OptionStatistics, Statistics
from magicai.brain.exploration import greedy, information_directed, with_floors
from magicai.brain.pooling import MOST_SHARED, others, share, together
from magicai.brain.regression import beliefs, ridge

__all__ = [
    "MOST_SHARED",
    "POLICY",
    "Change",
    "Expected",
    "Pick",
    "Statistics",
    "forecast",
    "learn",
    "others",
    "pick",
    "share",
]

POLICY = "linear-ids-1"
# Guard: rewards of about the last thirty decisions may stay a tenth behind what the usual option was expected to get.
_FADE = 1 - 1 / 30
_WEIGHT = 15.0
_MARGIN = 0.1
_MEASURES = ("quality", "cost", "seconds")


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
        seen: how many decisions of this choice were learnt from.
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
        own: what the owner's decisions taught; nothing where they had other features than `x`.
        others: what other owners' did.
        options: what is open, the usual one first.
        x: the situation's features.
        seed: the same seed and statistics give the same pick.
        explore: whether to try options that are not expected to do best.

    Raises:
        ValueError: there is no option, one comes twice, or a feature is not finite.
    """
    if not options or len(set(options)) != len(options):
        raise ValueError(f"options {list(options)!r}: at least one is needed, and each once.")
    own, known, z = _at(own, others, x)
    found = beliefs(known, options, z)
    guarded = explore and _guarded(own)
    if guarded:
        shares = with_floors(np.eye(len(options))[0])
    else:
        shares = information_directed(found) if explore else greedy(found)
    mean = found.mean
    chosen = int(np.random.default_rng(seed).choice(len(options), p=shares))
    return Pick(
        option=options[chosen],
        propensities=dict(zip(options, shares.tolist(), strict=True)),
        expected=_expected(known, options, z, mean.tolist()),
        explored=bool(mean[chosen] < mean.max()),
        seen=own.decided,
        guarded=guarded,
        changed=tuple(option for option in options if changed_lately(own, option)),
    )


def forecast(
    known: Statistics, options: Sequence[str], x: Mapping[str, float]
) -> tuple[list[float], list[float], float]:
    """What to expect of options.

    Returns:
        Expected rewards, the standard deviations of these expectations, and that of a reward around them.
    """
    _, known, z = _at(known, None, x)
    found = beliefs(known, options, z)
    return found.mean.tolist(), np.sqrt(found.variance).tolist(), float(found.weights @ found.noise) ** 0.5


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
        x: the features that it was decided by; with others than the statistics', it teaches nothing.
        reward: 0 to 1.
        usual: the usual option then: the guard compares with it.
        former: the reward that this decision had before, where a late one changes it.
        index: `statistics.decided` when it was decided (default: now); what lies before a change that was noticed since
            is not comparable, and not learnt.
        measures: quality, cost, seconds: those that are new.

    Returns:
        A change of the option that this made noticeable.

    Raises:
        ValueError: a number is not finite, or a reward not in 0..1.
    """
    _check(option, reward, former, measures or {})
    z = statistics.row(x)
    if z is None:
        return None
    index = statistics.decided if index is None else index
    known = statistics.options.setdefault(option, OptionStatistics.none(statistics.size))
    for name, value in (measures or {}).items():
        known.measures.setdefault(name, Evidence.none(statistics.size)).add(z, value)
    if former is not None:
        if index >= known.since:
            (known.recent if index >= known.recent_since and known.recent.n else known.settled).correct(
                z, former, reward
            )
        return None
    settled = believed(settled_only(statistics, option))
    found = beliefs(settled, [option] if usual in (None, option) else [str(usual), option], z)
    if usual is not None:
        behind = 0.0 if usual == option else float(found.mean[0]) - reward
        statistics.shortfall = _FADE * statistics.shortfall + behind
        statistics.shortfall_weight = _FADE * statistics.shortfall_weight + 1
    statistics.decided += 1
    if index < known.since:
        return None
    return take_in(
        statistics,
        option,
        z,
        reward,
        index=index,
        expected=float(found.mean[-1]),
        unsure=float(found.weights @ found.covariances[:, -1, -1]),
        noise=float(found.weights @ found.noise),
    )


def _at(own: Statistics, others: Statistics | None, x: Mapping[str, float]) -> tuple[Statistics, Statistics, Array]:
    """The owner's statistics if they are of these features, all that is believed, and 1 and the features."""
    z = own.row(x)
    if z is None:
        own = Statistics.of(tuple(x))
        z = own.row(x)
        assert z is not None
    return own, together(believed(own), others), z


def _guarded(own: Statistics) -> bool:
    return own.shortfall_weight > _WEIGHT and own.shortfall > _MARGIN * own.shortfall_weight


def _expected(known: Statistics, options: Sequence[str], z: Array, rewards: Sequence[float]) -> dict[str, Expected]:
    measured = [
        (option, name, evidence)
        for option in options
        if option in known.options
        for name, evidence in known.options[option].measures.items()
        if name in _MEASURES and evidence.n > 0
    ]
    found: dict[str, dict[str, float]] = {option: {} for option in options}
    if measured:
        gram = np.stack([evidence.gram for _, _, evidence in measured])
        moment = np.stack([evidence.moment for _, _, evidence in measured])
        for (option, name, _), value in zip(measured, ridge(gram, moment, z).tolist(), strict=True):
            found[option][name] = value
    return {option: Expected(reward, **found[option]) for option, reward in zip(options, rewards, strict=True)}


def _check(option: str, reward: float, former: float | None, measures: Mapping[str, float]) -> None:
    for name, value in (("reward", reward), ("former reward", former)):
        if value is not None and not 0 <= value <= 1:  # NaN is neither
            raise ValueError(f"{name} of {option!r} is {value}: a number from 0 to 1 is needed.")
    for name, value in measures.items():
        if not isfinite(value):
            raise ValueError(f"{name} of {option!r} is {value}: a finite number is needed.")
