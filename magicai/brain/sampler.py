"""Which option to take in a situation, how probable each was to be taken, and what is expected of them.

`pick` decides from kept statistics, `learn` takes in what came of a decision, whenever it comes; `share` and `others`
let owners learn from each other. All are pure functions of their arguments; the caller keeps `Statistics`, as JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from magicai.brain.changepoints import (
    Change,
    Outlook,
    believed,
    changed_lately,
    is_late,
    is_recent,
    settled_only,
    take_in,
    take_out,
    tried,
    weight_of,
)
from magicai.brain.choice_statistics import Array, Evidence, OptionStatistics, Statistics
from magicai.brain.exploration import greedy, information_directed, with_floors
from magicai.brain.pooling import MOST_SHARED, others, renew, share, together
from magicai.brain.regression import beliefs, ridge

__all__ = [
    "MOST_SHARED",
    "POLICY",
    "Change",
    "Expected",
    "Lesson",
    "Pick",
    "Statistics",
    "forecast",
    "learn",
    "others",
    "pick",
    "renew",
    "share",
]

POLICY = "linear-ids-1"
# Guard: rewards of about the last thirty decisions may stay a tenth behind what the usual option was expected to get.
_FADE = 1 - 1 / 30
_WEIGHT = 15.0
MOST_WEIGHT = 1 / (1 - _FADE)
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
class Lesson:
    """What a decision has taught.

    Attributes:
        reward: 0 to 1.
        place: which of its choice's lessons it was.
        measures: by name.
    """

    reward: float
    place: int
    measures: Mapping[str, float] = field(default_factory=dict[str, float])


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
    number: int | None = None,
    former: Lesson | None = None,
    measures: Mapping[str, float] | None = None,
) -> Change | None:
    """Take in what came of a decision; `statistics` are changed.

    What a late reward replaces is taken out by the weight that it still has, and the new one gets the same.

    Args:
        statistics: of the choice.
        option: what was decided.
        x: the features that it was decided by; with others than the statistics', it teaches nothing.
        reward: 0 to 1.
        usual: the usual option then: the guard compares with it.
        number: `statistics.lessons` when it was decided (default: now); what lies before a change that was noticed
            since is not comparable, and not learnt.
        former: what this decision has taught before. Its place is `statistics.lessons` as it was before it was learnt,
            provided that this made it more.
        measures: quality, cost, seconds: all that is known of them now.

    Returns:
        A change of the option that this made noticeable.

    Raises:
        ValueError: a number is not finite, or a reward not in 0..1.
    """
    measures = measures or {}
    _check(option, reward, measures)
    z = statistics.row(x)
    if z is None:
        return None
    known = statistics.options.setdefault(option, OptionStatistics.none(statistics.size))
    now = statistics.lessons
    number = now if number is None else number
    if former is None:
        if number < known.since:
            return None
        change = _take_in(statistics, option, z, reward, usual)
    else:
        if usual not in (None, option):
            statistics.shortfall += (former.reward - reward) * _FADE ** (now - 1 - min(number, former.place))
        change = _replace(statistics, option, z, former, reward)
    place = now if former is None or statistics.lessons > now else former.place
    _measure(known, z, former, measures, place)
    return change


def _take_in(statistics: Statistics, option: str, z: Array, reward: float, usual: str | None) -> Change | None:
    """The first reward of a decision."""
    outlook, of_usual = _outlook(statistics, option, z, usual)
    if usual is not None:
        behind = 0.0 if usual == option else of_usual - reward
        statistics.shortfall = _FADE * statistics.shortfall + behind
        statistics.shortfall_weight = _FADE * statistics.shortfall_weight + 1
    statistics.decided += 1
    tried(statistics, option)
    return take_in(statistics, option, z, reward, outlook)


def _replace(statistics: Statistics, option: str, z: Array, former: Lesson, reward: float) -> Change | None:
    """A reward in place of a former one: news of the option while that is one of the last, else a correction."""
    known = statistics.options[option]
    weight, recent = weight_of(known, former.place), is_recent(known, former.place)
    if reward == former.reward:
        return None
    if not recent:
        if weight < 1 or not is_late(statistics, former.place):
            known.settled.correct(z, former.reward, reward, weight)
            return None
        known.settled.add(z, former.reward, -1)
    outlook, _ = _outlook(statistics, option, z)
    if recent:
        take_out(statistics, option, z, former.reward, outlook)
    return take_in(statistics, option, z, reward, outlook)


def _measure(
    known: OptionStatistics, z: Array, former: Lesson | None, measures: Mapping[str, float], place: int
) -> None:
    """Take in what was measured, or correct it, unless the option has changed since."""
    since = known.changed or 0
    if place < since:
        return
    held: Mapping[str, float] = former.measures if former is not None and former.place >= since else {}
    for name, value in measures.items():
        evidence = known.measures.setdefault(name, Evidence.none(len(z)))
        if name in held:
            evidence.correct(z, held[name], value)
        else:
            evidence.add(z, value)


def _outlook(statistics: Statistics, option: str, z: Array, usual: str | None = None) -> tuple[Outlook, float]:
    """What the option's next reward is expected to be, and what the usual option was to get."""
    settled = believed(settled_only(statistics, option))
    found = beliefs(settled, [option] if usual in (None, option) else [str(usual), option], z)
    unsure, noise = (float(found.weights @ each) for each in (found.covariances[:, -1, -1], found.noise))
    return Outlook(float(found.mean[-1]), unsure, noise), min(max(float(found.mean[0]), 0.0), 1.0)


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
            # A fit may lead beyond what there can be.
            found[option][name] = min(max(value, 0.0), 1.0 if name == "quality" else inf)
    clipped = np.clip(rewards, 0, 1).tolist()
    return {option: Expected(reward, **found[option]) for option, reward in zip(options, clipped, strict=True)}


def _check(option: str, reward: float, measures: Mapping[str, float]) -> None:
    if not 0 <= reward <= 1:  # NaN is neither
        raise ValueError(f"reward of {option!r} is {reward}: a number from 0 to 1 is needed.")
    for name, value in measures.items():
        if not isfinite(value):
            raise ValueError(f"{name} of {option!r} is {value}: a finite number is needed.")
