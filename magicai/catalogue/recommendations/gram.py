"""How many people have two items, for all pairs: counted event by event, and equal to a count of all of them at once.

Counts are whole numbers, so neither order nor repetition changes them. Up to a few thousand items they are a matrix;
above that, only pairs that somebody has are kept.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

# A matrix of so many items takes 100 MB, and a third of a minute to invert.
MOST_DENSE = 5_000
# Of a person's items, the latest count: a reseller who has everything says nothing about any two of them.
MOST_PER_PERSON = 300
_FIRST = 64

Counts = npt.NDArray[np.int32]


class Gram:
    """Pair counts of people's items.

    Args:
        most_dense: items up to which counts are a matrix.

    Attributes:
        items: in the order in which they were first seen; an item's place is its number.
        people: items of each person.
    """

    def __init__(self, *, most_dense: int = MOST_DENSE) -> None:
        self.items: list[str] = []
        self.place: dict[str, int] = {}
        self.people: dict[str, dict[int, None]] = {}
        self._most_dense = most_dense
        self._dense: Counts = np.zeros((_FIRST, _FIRST), dtype=np.int32)
        self._sparse: list[Counter[int]] = []

    @property
    def is_dense(self) -> bool:
        """Whether counts are a matrix."""
        return not self._sparse

    def add(self, person: str, item: str) -> bool:
        """Count that a person has an item; False where that was known."""
        number = self._number(item)
        mine = self.people.setdefault(person, {})
        if number in mine:
            return False
        mine[number] = None
        self._count(number, mine, 1)
        if len(mine) > MOST_PER_PERSON:
            oldest = next(iter(mine))
            self._count(oldest, mine, -1)
            del mine[oldest]
        return True

    def matrix(self) -> Counts:
        """Counts of all pairs, in the items' order; how many people have an item, on the diagonal."""
        size = len(self.items)
        if self.is_dense:
            return self._dense[:size, :size]
        whole = np.zeros((size, size), dtype=np.int32)
        for number, row in enumerate(self._sparse):
            whole[number, list(row)] = list(row.values())
        return whole

    def row(self, number: int) -> dict[int, int]:
        """Counts of an item with others, itself included."""
        if self.is_dense:
            row = self._dense[number, : len(self.items)]
            return {int(other): int(row[other]) for other in np.flatnonzero(row)}
        return dict(self._sparse[number])

    def count(self, number: int) -> int:
        """How many people have an item."""
        return int(self._dense[number, number]) if self.is_dense else self._sparse[number][number]

    def _count(self, number: int, mine: Iterable[int], change: int) -> None:
        """Count an item with all items of a person, itself among them."""
        if self.is_dense:
            others = np.fromiter(mine, dtype=np.int64)
            self._dense[number, others] += change
            self._dense[others[others != number], number] += change
            return
        for other in mine:
            for one, two in {(number, other), (other, number)}:
                self._sparse[one][two] += change
                if not self._sparse[one][two]:
                    del self._sparse[one][two]

    def _number(self, item: str) -> int:
        number = self.place.get(item)
        if number is not None:
            return number
        number = self.place[item] = len(self.items)
        self.items.append(item)
        if not self.is_dense:
            self._sparse.append(Counter())
        elif number >= self._most_dense:
            self._sparse = [Counter(self.row(one)) for one in range(number)] + [Counter()]
            self._dense = np.zeros((0, 0), dtype=np.int32)
        elif number >= len(self._dense):
            larger = np.zeros((2 * len(self._dense),) * 2, dtype=np.int32)
            larger[:number, :number] = self._dense[:number, :number]
            self._dense = larger
        return number


def counted(events: Iterable[tuple[str, str]], *, most_dense: int = MOST_DENSE) -> Gram:
    """The counts of all events."""
    gram = Gram(most_dense=most_dense)
    for person, item in events:
        gram.add(person, item)
    return gram
