"""Processor time of a reader at each size, and whether it stays in proportion."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.scaling.readers import Read, Reader
from magicai.errors import MagicError

SIZES = (10_000, 100_000, 1_000_000)
# As many steps for those that are given less.
_FRACTIONS = (100, 10, 1)
_WORST = 30.0
_LEAST_S = 0.002  # what is faster is not told from the clock's own noise
_GIVE_UP_S = 20.0  # a size that takes longer is the last


@dataclass(frozen=True, slots=True)
class Found:
    """Processor seconds at each size; fewer sizes where one took too long."""

    reader: str
    shape: str
    seconds: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The largest step: 10 where it is linear."""
        floored = [max(_LEAST_S, second) for second in self.seconds]
        return max((after / before for before, after in pairwise(floored)), default=1.0)

    @property
    def good(self) -> bool:
        """Whether every size was read, none of it out of proportion."""
        return len(self.seconds) == len(_FRACTIONS) and self.ratio <= _WORST


def measured(readers: Mapping[str, Reader]) -> Iterator[Found]:
    """Each reader with each of its shapes."""
    for name, reader in readers.items():
        read = reader.load()
        with contextlib.suppress(ValueError, MagicError):
            read(b"")  # what is imported or compiled at first is nobody's work
        for shape, made in reader.shapes.items():
            seconds: list[float] = []
            for fraction in _FRACTIONS:
                seconds.append(_seconds(read, made(reader.most // fraction)))
                if seconds[-1] > _GIVE_UP_S:
                    break
            yield Found(name, shape, tuple(seconds))


def _seconds(read: Read, text: bytes) -> float:
    began = time.process_time()
    with contextlib.suppress(ValueError, MagicError):
        read(text)
    return time.process_time() - began
