"""Where to abstain: the lowest threshold at which, of the answers given, at most 5 % are wrong.

Answers are sorted by how likely they are right. From the surest downwards, thresholds are tested one after the other
(fixed sequence), each by the Clopper-Pearson upper bound of its share of wrong answers; the first that fails ends it.
It starts where the bound is lowest: at the very first answers, one wrong one would end it.
With probability 1 - DELTA over the labels, the share of wrong answers is then at most RISK, if questions to come are
drawn as the labelled ones were. Where they are not (another collection, another kind of question), nothing is promised.
"""

from collections.abc import Sequence
from math import exp, lgamma, log

RISK, DELTA = 0.05, 0.1
# Below so many labels nothing is promised.
LEAST_LABELS = 300
# A sequence that starts at fewer answers fails at its first wrong one.
FIRST = 80
_STEPS = 40
# Of fewer answers, an estimate says nothing.
_FEWEST = 20


def threshold_of(
    probabilities: Sequence[float], right: Sequence[bool], *, start: float = 1.0, risk: float = RISK
) -> float | None:
    """The lowest probability at which to answer; None where the first threshold fails already.

    Args:
        start: the first threshold, or the one that leaves FIRST answers if that is lower.
    """
    order = sorted(zip(probabilities, right, strict=True), key=lambda one: -one[0])
    best, wrong, begun, step = None, 0, 0, max(1, len(order) // _STEPS)
    for count, (probability, is_right) in enumerate(order, 1):
        wrong += not is_right
        tied = count < len(order) and order[count][0] == probability
        if count < FIRST or tied or (count < len(order) and order[count][0] >= start):
            continue
        begun = begun or count
        if (count - begun) % step:
            continue
        if upper_bound(wrong, count) > risk:
            break
        best = probability
    return best


def start_of(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Where to start: the threshold whose bound is lowest."""
    order = sorted(zip(probabilities, right, strict=True), key=lambda one: -one[0])
    wrong, bounds = 0, list[tuple[float, float]]()
    for count, (probability, is_right) in enumerate(order, 1):
        wrong += not is_right
        if count >= FIRST and count % 10 == 0:
            bounds.append((upper_bound(wrong, count), probability))
    return min(bounds, default=(1.0, 1.0))[1]


def estimated(probabilities: Sequence[float], right: Sequence[bool], *, risk: float) -> float | None:
    """The lowest probability from which upwards no more than this share was wrong; None where there is none.

    An estimate, with no bound: for where labels are too few or answers too often wrong for a guarantee.
    """
    order = sorted(zip(probabilities, right, strict=True), key=lambda one: -one[0])
    best, wrong = None, 0
    for count, (probability, is_right) in enumerate(order, 1):
        wrong += not is_right
        if count >= _FEWEST and wrong <= risk * count:
            best = probability
    return best


def upper_bound(wrong: int, count: int, *, delta: float = DELTA) -> float:
    """Clopper-Pearson: the share of wrong answers that is not exceeded with probability 1 - delta."""
    if wrong >= count:
        return 1.0
    low, high = wrong / count, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _at_most(wrong, count, middle) > delta:
            low = middle
        else:
            high = middle
    return high


def _at_most(wrong: int, count: int, share: float) -> float:
    """The probability of no more wrong answers than these, where the share of wrong ones is this."""
    if share <= 0:
        return 1.0
    return sum(
        exp(lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1) + k * log(share) + (count - k) * log(1 - share))
        for k in range(wrong + 1)
    )


def guaranteed(labels: int) -> str:
    """What is known of how often answers are wrong, for people."""
    if labels < LEAST_LABELS:
        return "No guarantee: fewer than 300 labelled answers."
    return (
        f"Calibrated on {labels} labelled answers of other documents, where one question in five has none: at most"
        f" {RISK:.0%} wrong there. No guarantee for yours."
    )
