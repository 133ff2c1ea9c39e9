"""Which characters of a text a finder has taken already."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class UsedCharacters:
    """Characters that are part of something found."""

    length: int
    _marks: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self._marks = bytearray(self.length + 1)

    def free(self, start: int, end: int) -> bool:
        """Whether none of these characters is taken."""
        return self._marks.find(1, start, end) < 0

    def free_until(self, start: int, end: int) -> int:
        """Where the free characters from `start` on end."""
        place = self._marks.find(1, start, end)
        return end if place < 0 else place

    def take(self, start: int, end: int) -> None:
        """Mark them."""
        self._marks[start:end] = b"\x01" * (end - start)
