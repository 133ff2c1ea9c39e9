"""What owners learn from each other: a power prior, bounded both ways.

One owner's rewards count as at most a cap in what all know together, and what all others know counts as at most twenty
rewards to an owner: enough to start from, and soon outweighed where an owner has reason to differ.
"""

from dataclasses import replace

from magicai.brain.choice_statistics import OptionStatistics, Statistics

_OTHERS = 20.0
# As how many rewards one owner's count for the others.
MOST_SHARED = 30.0


def share(pooled: Statistics, before: Statistics, after: Statistics, cap: float) -> None:
    """Replace one owner's part in what all know; `pooled` is changed."""
    if pooled.features != after.features:
        pooled.features, pooled.options, pooled.decided = after.features, {}, 0
    _add(pooled, before, -1, cap)
    _add(pooled, after, 1, cap)


def others(pooled: Statistics, own: Statistics, cap: float) -> Statistics:
    """What all know but the owner: `pooled` less what `share` has added for them."""
    rest = replace(pooled, options=dict(pooled.options))
    _add(rest, own, -1, cap)
    return rest


def together(own: Statistics, others: Statistics | None) -> Statistics:
    """An owner's own evidence in full, and the others' as a prior."""
    if others is None or others.features != own.features:
        return own
    scale = min(1.0, _OTHERS / max(_count(others), 1.0))
    options = dict(own.options)
    for name, option in others.options.items():
        options[name] = options.get(name, OptionStatistics.none(own.size)).plus(option, scale)
    return replace(own, options=options)


def _count(statistics: Statistics) -> float:
    return sum(option.n for option in statistics.options.values())


def _add(pooled: Statistics, owner: Statistics, sign: int, cap: float) -> None:
    if owner.features != pooled.features:
        return
    scale = sign * min(1.0, cap / max(_count(owner), 1.0))
    for name, option in owner.options.items():
        pooled.options[name] = pooled.options.get(name, OptionStatistics.none(pooled.size)).plus(option, scale)
    pooled.decided += sign * owner.decided
