"""Which images look the same, by the shape and the colours of their fingerprints.

All pairs are found that differ in up to three of the 64 bits of shape, most of those that differ in four.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

_MOST_DIFFERENT = 4
_SHAPE_DIGITS = 16
# Of 256; saving an image again changes less than half of it.
_MOST_COLOUR = 10
_BANDS, _BITS = 4, 16


class Likeness:
    """Groups of images that look the same; an image joins the first that it is like."""

    def __init__(self) -> None:
        self._groups: list[tuple[int, bytes]] = []
        self._bands: defaultdict[tuple[int, int], list[int]] = defaultdict(list)

    def group_of(self, fingerprint: str) -> int:
        """The number of an image's group."""
        shape, colours = int(fingerprint[:_SHAPE_DIGITS], 16), bytes.fromhex(fingerprint[_SHAPE_DIGITS:])
        for group in self._candidates(shape):
            known, its_colours = self._groups[group]
            if (known ^ shape).bit_count() <= _MOST_DIFFERENT and _near(its_colours, colours):
                return group
        self._groups.append((shape, colours))
        for band in _bands(shape):
            self._bands[band].append(len(self._groups) - 1)
        return len(self._groups) - 1

    def _candidates(self, value: int) -> Iterable[int]:
        return dict.fromkeys(group for band in _bands(value) for group in self._bands.get(band, ()))


def _near(one: bytes, other: bytes) -> bool:
    return all(abs(left - right) <= _MOST_COLOUR for left, right in zip(one, other, strict=False))


def _bands(value: int) -> Iterator[tuple[int, int]]:
    for band in range(_BANDS):
        yield band, value >> (band * _BITS) & (1 << _BITS) - 1
