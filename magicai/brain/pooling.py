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
    """Replace one owner's part in what all know, as far as it is about the same features; `pooled` is changed."""
    _add(pooled, before, -1, cap)
    _add(pooled, after, 1, cap)


def renew(pooled: Statistics, own: Statistics) -> None:
    """Let all know nothing but by an owner's new features; `pooled` is changed."""
    if not pooled.like(own):
        pooled.features, pooled.version, pooled.options, pooled.decided = own.features, own.version, {}, 0


def others(pooled: Statistics, own: Statistics, cap: float) -> Statistics:
    """What all know but the owner: `pooled` less what `share` has added for them."""
    rest = replace(pooled, options=dict(pooled.options))
    _add(rest, own, -1, cap)
    return rest


def together(own: Statistics, others: Statistics | None) -> Statistics:
    """An owner's own evidence in full, and the others' as a prior."""
    if others is None or not others.like(own):
        return own
    scale = min(1.0, _OTHERS / max(_count(others), 1.0))
    options = dict(own.options)
    for name, option in others.options.items():
        options[name] = options.get(name, OptionStatistics.none(own.size)).plus(option, scale)
    return replace(own, options=options)


def _count(statistics: Statistics) -> float:
    return sum(option.n for option in statistics.options.values())


def _add(pooled: Statistics, owner: Statistics, sign: int, cap: float) -> None:
    if not owner.like(pooled):
        return
    scale = sign * min(1.0, cap / max(_count(owner), 1.0))
    for name, option in owner.options.items():
        pooled.options[name] = pooled.options.get(name, OptionStatistics.none(pooled.size)).plus(option, scale)
    pooled.decided += sign * owner.decided
