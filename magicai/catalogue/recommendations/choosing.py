"""Recommendations: behaviour where there is enough of it, content for what is new; diverse, and with a reason."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Reason = Literal["bought_together", "viewed_together", "because_of", "brand_and_category", "brand", "category", "text"]

# People from whom on their behaviour counts as much as content does.
_ENOUGH = 5.0
_RELEVANCE = 0.8
_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Recommended:
    """An item, and why.

    Attributes:
        score: 0 to 1, the first of a list is 1.
        because: the item that says the most for it.
    """

    item: str
    score: float
    reason: Reason
    because: str


def blended(behaviour: Mapping[str, float], content: Mapping[str, float], *, people: int) -> dict[str, float]:
    """Scores of both, each by its best; the more people, the more behaviour counts."""
    weight = people / (people + _ENOUGH)
    scores = dict.fromkeys((*behaviour, *content), 0.0)
    for said, share in ((behaviour, weight), (content, 1 - weight)):
        best = max(said.values(), default=0.0)
        if best > 0:
            for item, score in said.items():
                scores[item] += share * max(0.0, score) / best
    return scores


def diverse(
    scores: Mapping[str, float], likeness: Callable[[str, str], float], *, count: int, without: Collection[str] = ()
) -> list[tuple[str, float]]:
    """The best, but none that says the same as one before (maximal marginal relevance).

    Args:
        likeness: of two items, 0 to 1.
        without: items that are never among them, such as what a person has.
    """
    allowed = {item: score for item, score in scores.items() if item not in without and score > 0}
    left = sorted(allowed, key=lambda item: (-allowed[item], item))[: _CANDIDATES * count]
    best = allowed[left[0]] if left else 1.0
    chosen: list[tuple[str, float]] = []
    nearest = dict.fromkeys(left, 0.0)
    while left and len(chosen) < count:
        item = max(left, key=lambda one: (_RELEVANCE * allowed[one] / best - (1 - _RELEVANCE) * nearest[one], one))
        left.remove(item)
        chosen.append((item, allowed[item] / best))
        for other in left:
            nearest[other] = max(nearest[other], likeness(item, other))
    return chosen


def strongest(items: Sequence[str], share: Callable[[str], float]) -> str:
    """The item that says the most, "" where there is none."""
    return max(items, key=lambda item: (share(item), item), default="")
