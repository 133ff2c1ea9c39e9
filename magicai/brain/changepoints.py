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
NOTICED = 6.0
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


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a reward is expected to be: the mean, its variance, and the variance of a reward around it."""

    mean: float
    unsure: float
    noise: float


def believed(statistics: Statistics) -> Statistics:
    """The evidence, less what is in doubt or faded."""
    return replace(
        statistics, options={name: _believed(option, statistics) for name, option in statistics.options.items()}
    )


def changed_lately(statistics: Statistics, option: str) -> bool:
    """Whether a change was noticed within the last decisions."""
    known = statistics.options.get(option)
    return known is not None and known.changed is not None and is_late(statistics, known.changed)


def is_late(statistics: Statistics, lesson: int) -> bool:
    """Whether a lesson was one of the last."""
    return lesson >= statistics.lessons - _LATELY


def settled_only(statistics: Statistics, option: str) -> Statistics:
    """What an option's next reward is compared with: all but what is recent of it."""
    known = statistics.options[option]
    alone = replace(known, recent=Evidence.none(statistics.size))
    return replace(statistics, options={**statistics.options, option: alone})


def weight_of(known: OptionStatistics, lesson: int) -> float:
    """What a lesson about the option counts now, at most 1; where it faded more than once, a bound from below."""
    if lesson < known.since:
        return 0.0
    return known.faded if lesson < known.faded_before and not is_recent(known, lesson) else 1.0


def is_recent(known: OptionStatistics, lesson: int) -> bool:
    """Whether the option may have changed since before this lesson."""
    return known.recent.n > 0 and lesson >= known.recent_since


def tried(statistics: Statistics, option: str) -> None:
    """Note that an option was tried: what of it has faded until now does not come back."""
    known = statistics.options[option]
    _fade(known, _faded(known, known.settled.n, statistics.decided), statistics)
    known.last = statistics.decided


def take_in(statistics: Statistics, option: str, z: Array, reward: float, outlook: Outlook) -> Change | None:
    """Add a reward, and tell whether the option has changed; `statistics` are changed.

    Args:
        statistics: of the choice.
        option: what got the reward.
        z: 1 and the features.
        reward: 0 to 1.
        outlook: by `settled_only`.
    """
    known = statistics.options[option]
    lesson = statistics.lessons
    statistics.lessons += 1
    if not known.recent.n:
        known.recent_since = lesson
    known.doubt -= _log_ratio(known, outlook)
    known.surprise += reward - outlook.mean
    known.recent.add(z, reward)
    known.doubt += _log_ratio(known, outlook)
    if known.doubt <= 0 or known.settled.n < _SETTLED:
        known.settled = known.settled.plus(known.recent)
    elif known.doubt < NOTICED:
        return None
    else:
        change = Change(option, outlook.mean, outlook.mean + known.surprise / known.recent.n)
        known.settled, known.since, known.changed = known.recent, known.recent_since, lesson
        known.faded, known.faded_before, known.measures = 1.0, 0, {}
        _settle(known, statistics.size)
        _doubt_others(statistics, option)
        return change
    _settle(known, statistics.size)
    return None


def take_out(statistics: Statistics, option: str, z: Array, reward: float, outlook: Outlook) -> None:
    """Undo what `take_in` did with a reward that is recent."""
    known = statistics.options[option]
    if known.recent.n <= 1:
        _settle(known, statistics.size)
        return
    known.doubt -= _log_ratio(known, outlook)
    known.surprise -= reward - outlook.mean
    known.recent.add(z, reward, -1)
    known.doubt += _log_ratio(known, outlook)


def _believed(option: OptionStatistics, statistics: Statistics) -> OptionStatistics:
    doubted = 1 / (1 + exp(option.doubt - _HALF)) if option.doubt > 0 else 1.0
    faded = _faded(option, option.n, statistics.decided)
    if doubted * faded == 1.0:
        return option
    return replace(option, settled=option.settled.scaled(doubted * faded), recent=option.recent.scaled(faded))


def _faded(known: OptionStatistics, rewards: float, now: int) -> float:
    stale = max(0, now - known.last - _FRESH)
    return 1 / (1 + rewards * stale / _FADED)


def _log_ratio(known: OptionStatistics, outlook: Outlook) -> float:
    """Of the recent residuals' likelihoods: with a shift, that they all share, over none."""
    count, unsure = known.recent.n, outlook.unsure
    shifted, unshifted = (outlook.noise + count * spread for spread in (_SHIFT**2 + unsure, unsure))
    return 0.5 * (known.surprise**2 * (1 / unshifted - 1 / shifted) / max(count, 1) - log(shifted / unshifted))


def _settle(known: OptionStatistics, size: int) -> None:
    known.recent = Evidence.none(size)
    known.doubt = known.surprise = 0.0


def _doubt_others(statistics: Statistics, option: str) -> None:
    for name, other in statistics.options.items():
        if name != option and other.settled.n > _KEPT:
            _fade(other, _KEPT / other.settled.n, statistics)


def _fade(known: OptionStatistics, share: float, statistics: Statistics) -> None:
    """Let what is settled count less, and what corrects it later, too."""
    if share < 1:
        known.settled = known.settled.scaled(share)
        known.faded *= share
        known.faded_before = known.recent_since if known.recent.n else statistics.lessons
