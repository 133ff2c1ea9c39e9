"""Which images look the same, by their fingerprints: all pairs that differ in up to three of 64 bits, most in four."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

_MOST_DIFFERENT = 4
_BANDS, _BITS = 4, 16


class Likeness:
    """Groups of images that look the same; an image joins the first that it is like."""

    def __init__(self) -> None:
        self._groups: list[int] = []
        self._bands: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def group_of(self, fingerprint: str) -> int:
        """The number of an image's group."""
        value = int(fingerprint, 16)
        found = next(
            (
                group
                for group in self._candidates(value)
                if (self._groups[group] ^ value).bit_count() <= _MOST_DIFFERENT
            ),
            None,
        )
        if found is not None:
            return found
        self._groups.append(value)
        for band in _bands(value):
            self._bands[band].append(len(self._groups) - 1)
        return len(self._groups) - 1

    def _candidates(self, value: int) -> Iterable[int]:
        return dict.fromkeys(group for band in _bands(value) for group in self._bands.get(band, ()))


def _bands(value: int) -> Iterator[tuple[int, int]]:
    for band in range(_BANDS):
        yield band, value >> (band * _BITS) & (1 << _BITS) - 1
