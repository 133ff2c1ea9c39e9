"""Which items go with which, from pair counts: EASE where a matrix can be inverted, item neighbours above that.

Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from magicai.catalogue.recommendations.gram import Gram

# Against chance: strong where people are many, since counts grow with them.
_MOST_L2, _LEAST_L2, _L2_PER_PERSON = 250.0, 5.0, 0.25
# Against chance, too: two items that one person has are no neighbours yet.
_SHRINK = 10.0
_NEIGHBOURS = 100


class Affinity(Protocol):
    """Which items go with which; items by their numbers."""

    def scores(self, items: Sequence[int]) -> Mapping[int, float]:
        """How well other items go with some; the higher the better."""
        ...

    def share(self, item: int, other: int) -> float:
        """What one item says for another."""
        ...


class Ease(Affinity):
    """A linear model that says each item from all others, in closed form.

    Args:
        gram: its counts as they are now.
        l2: the penalty; by the number of people where None.
    """

    def __init__(self, gram: Gram, *, l2: float | None = None) -> None:
        self._size = len(gram.items)
        penalty = l2 or float(np.clip(_L2_PER_PERSON * len(gram.people), _LEAST_L2, _MOST_L2))
        counts = gram.matrix().astype(np.float64)
        counts[np.diag_indices_from(counts)] += penalty
        inverse = np.linalg.inv(counts)
        self._weights: npt.NDArray[np.float32] = (inverse / -np.diag(inverse)).astype(np.float32)
        np.fill_diagonal(self._weights, 0.0)

    def scores(self, items: Sequence[int]) -> Mapping[int, float]:
        """The sum of what the items say."""
        said = self._weights[[item for item in items if item < self._size]].sum(axis=0)
        mine = set(items)
        return {number: float(score) for number, score in enumerate(said) if number not in mine}

    def share(self, item: int, other: int) -> float:
        """What one item says for another."""
        return float(self._weights[item, other]) if max(item, other) < self._size else 0.0


class Neighbours(Affinity):
    """Cosines of items over people, shrunk."""

    def __init__(self, gram: Gram) -> None:
        self._gram = gram

    def scores(self, items: Sequence[int]) -> Mapping[int, float]:
        """The sum of the items' cosines with their nearest."""
        said, mine = Counter[int](), set(items)
        for item in items:
            found = {other: self.share(item, other) for other in self._gram.row(item) if other not in mine}
            for other in sorted(found, key=lambda one: -found[one])[:_NEIGHBOURS]:
                said[other] += found[other]
        return said

    def share(self, item: int, other: int) -> float:
        """The cosine of two items."""
        both = self._gram.row(item).get(other, 0)
        return both / ((self._gram.count(item) * self._gram.count(other)) ** 0.5 + _SHRINK)


def affinity(gram: Gram) -> Affinity:
    """The model for so many items."""
    return Ease(gram) if gram.is_dense else Neighbours(gram)
