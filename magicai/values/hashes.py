"""Sets and maps of hashes that take a fifth of the memory of Python's own: a crawl remembers every address that it met.

Hashes have 64 bits, as `hash` gives them, and hold in one process only: strings hash differently in the next.
"""

from array import array
from collections.abc import Iterable

_SMALLEST = 32
_EMPTY = array("q", (0,))
_EMPTY_HALF = array("I", (0,))
_HALF = 0xFFFF_FFFF
_NUMBER = array("i", (0,))
_FULL = 0.7


class HashSet:
    """A set of hashes.

    Args:
        rough: keep half of each, in half of the memory: of a million, a new one is taken for an old one once in some
            thousand times.
    """

    def __init__(self, *, rough: bool = False) -> None:
        self._empty, self._kept = (_EMPTY_HALF, _HALF) if rough else (_EMPTY, -1)
        self._table = self._empty * _SMALLEST
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def __contains__(self, value: int) -> bool:
        return self._table[_place(self._table, value & self._kept or 1)] != 0

    def add(self, value: int) -> bool:
        """Take a hash; answers whether it is new."""
        value = value & self._kept or 1  # an empty place is 0
        place = _place(self._table, value)
        if self._table[place]:
            return False
        self._table[place] = value
        self._held += 1
        if self._held > _FULL * len(self._table):
            self._grow()
        return True

    def discard(self, value: int) -> None:
        """Forget a hash, if it is here."""
        table, last = self._table, len(self._table) - 1
        gap = place = _place(table, value & self._kept or 1)
        if not table[gap]:
            return
        while table[place := (place + 1) & last]:
            # Whoever had to pass over the place that is free now moves there, and leaves another.
            if (place - table[place]) & last >= (place - gap) & last:
                table[gap], gap = table[place], place
        table[gap] = 0
        self._held -= 1

    def update(self, values: Iterable[int]) -> int:
        """Take several; answers how many are new."""
        return sum([self.add(value) for value in values])

    def _grow(self) -> None:
        table = self._empty * (2 * len(self._table))
        for value in self._table:
            if value:
                table[_place(table, value)] = value
        self._table = table


class Recent:
    """Most of the hashes met last: each has one place, and leaves it to the next that has the same.

    Args:
        places: how many there are, a power of two.
    """

    def __init__(self, places: int) -> None:
        self._table = _EMPTY * places
        self._last = places - 1

    def __contains__(self, value: int) -> bool:
        return self._table[value & self._last] == (value or 1)

    def add(self, value: int) -> bool:
        """Take a hash; answers whether it is new, or forgotten."""
        place, value = value & self._last, value or 1  # an empty place is 0
        if self._table[place] == value:
            return False
        self._table[place] = value
        return True


class HashMap:
    """Numbers by hashes, none of them negative."""

    def __init__(self) -> None:
        self._table = _EMPTY * _SMALLEST
        self._numbers = _NUMBER * _SMALLEST
        self._held = 0

    def get(self, value: int) -> int:
        """The number of a hash, -1 where it has none."""
        place = _place(self._table, value or 1)
        return self._numbers[place] if self._table[place] else -1

    def add(self, value: int, number: int) -> None:
        """Give a hash a number, where it has none yet."""
        value = value or 1
        place = _place(self._table, value)
        if self._table[place]:
            return
        self._table[place], self._numbers[place] = value, number
        self._held += 1
        if self._held > _FULL * len(self._table):
            self._grow()

    def _grow(self) -> None:
        table, numbers = _EMPTY * (2 * len(self._table)), _NUMBER * (2 * len(self._table))
        for value, number in zip(self._table, self._numbers, strict=True):
            if value:
                place = _place(table, value)
                table[place], numbers[place] = value, number
        self._table, self._numbers = table, numbers


def _place(table: "array[int]", value: int) -> int:
    """Where a hash stands, or the empty place where it would."""
    last = len(table) - 1
    place = value & last
    while table[place] and table[place] != value:
        place = (place + 1) & last
    return place
