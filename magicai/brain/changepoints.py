"""What is forgotten: what a change has made untrue, and slowly what nobody has looked at.

Each option has evidence that is settled and evidence that is recent: since the moment from which it explains itself
better by a shift than by what is settled. The log likelihood ratio of both is its doubt. No doubt, and what is recent
is settled too; much doubt, and what was settled is forgotten, here and in good part of the other options.

Source: Lorden and Pollak, "Nonanticipating estimation applied to sequential analysis and changepoint detection" (2005).
"""

from dataclasses import dataclass, replace
from math import exp, log

from magicai.brain.choice_statistics import Array, Evidence, OptionStatistics, Statistics

# Standard deviation of a shift.
_SHIFT = 0.3
# Doubt at which half of what is settled counts, and at which a change is noticed.
_HALF = 3.0
_NOTICED = 6.0
# From fewer rewards than this, nothing can have changed.
_SETTLED = 5.0
# What changed one option may have changed others: what is known of them counts as at most so many rewards.
_KEPT = 4.0
# After so many decisions without it, an option's evidence fades: and a hundred later counts as one reward.
_FRESH = 40
_FADED = 100.0
_LATELY = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was noticed: the option now gets `after` where it was expected to get `before`."""

    option: str
    before: float
    after: float


def believed(statistics: Statistics) -> Statistics:
    """The evidence, less what is in doubt or faded."""
    return replace(
        statistics, options={name: _believed(option, statistics) for name, option in statistics.options.items()}
    )


def changed_lately(statistics: Statistics, option: str) -> bool:
    """Whether a change was noticed within the last decisions."""
    known = statistics.options.get(option)
    return known is not None and known.changed is not None and known.changed > statistics.decided - _LATELY


def settled_only(statistics: Statistics, option: str) -> Statistics:
    """What an option's next reward is compared with: all but what is recent of it."""
    known = statistics.options[option]
    alone = replace(known, recent=Evidence.none(statistics.size))
    return replace(statistics, options={**statistics.options, option: alone})


def take_in(
    statistics: Statistics,
    option: str,
    z: Array,
    reward: float,
    *,
    index: int,
    expected: float,
    unsure: float,
    noise: float,
) -> Change | None:
    """Add a reward, and tell whether the option has changed; `statistics` are changed.

    Args:
        statistics: of the choice.
        option: what got the reward.
        z: 1 and the features.
        reward: 0 to 1.
        index: number of the decision.
        expected: from `settled_only`.
        unsure: variance of that expectation.
        noise: variance of a reward around it.
    """
    known = statistics.options[option]
    faded = _faded(known, known.settled.n, statistics.decided)
    known.settled = Evidence.none(statistics.size).plus(known.settled, faded)
    known.last = statistics.decided
    if not known.recent.n:
        known.recent_since = index
    residual = reward - expected
    shifted, unshifted = (_log_density(known, residual, spread, noise) for spread in (_SHIFT**2 + unsure, unsure))
    known.doubt += shifted - unshifted
    known.surprise += residual
    known.recent.add(z, reward)
    if known.doubt <= 0 or known.settled.n < _SETTLED:
        known.settled = known.settled.plus(known.recent)
    elif known.doubt < _NOTICED:
        return None
    else:
        change = Change(option, expected, expected + known.surprise / known.recent.n)
        known.settled, known.since, known.changed = known.recent, known.recent_since, statistics.decided
        _settle(known, statistics.size)
        _doubt_others(statistics, option)
        return change
    _settle(known, statistics.size)
    return None


def _believed(option: OptionStatistics, statistics: Statistics) -> OptionStatistics:
    doubted = 1 / (1 + exp(option.doubt - _HALF)) if option.doubt > 0 else 1.0
    faded = _faded(option, option.n, statistics.decided)
    if doubted * faded == 1.0:
        return option
    none = Evidence.none(statistics.size)
    return replace(option, settled=none.plus(option.settled, doubted * faded), recent=none.plus(option.recent, faded))


def _faded(known: OptionStatistics, rewards: float, now: int) -> float:
    stale = max(0, now - known.last - _FRESH)
    return 1 / (1 + rewards * stale / _FADED)


def _log_density(known: OptionStatistics, residual: float, spread: float, noise: float) -> float:
    """Of a residual after the recent ones, all of which share an offset of this variance."""
    trust = spread / (known.recent.n * spread + noise)
    variance = noise * (1 + trust)
    return -0.5 * (log(variance) + (residual - trust * known.surprise) ** 2 / variance)


def _settle(known: OptionStatistics, size: int) -> None:
    known.recent = Evidence.none(size)
    known.doubt = known.surprise = 0.0


def _doubt_others(statistics: Statistics, option: str) -> None:
    none = Evidence.none(statistics.size)
    for name, other in statistics.options.items():
        if name != option and other.settled.n > _KEPT:
            other.settled = none.plus(other.settled, _KEPT / other.settled.n)
