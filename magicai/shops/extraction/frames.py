"""What the pages of a shop have in common, byte by byte: their menus, their feet, their scripts.

Most bytes of a shop's page are those of the page before. They are found by comparing a few pages, and from then on by a
search that costs next to nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter

from magicai.shops.extraction.tokens import spans_of

_SMALLEST = 800  # bytes; what is shorter is read as fast as it is found
_MOST_BLOCKS = 6
_MOST_BYTES = 200_000
_LARGEST_PAGE = 400_000
_PROBES = 40
_PROBE = 48  # bytes
_TRIES = 8
_BEGINS = 4
_begin, _end = itemgetter(0), itemgetter(1)


class Frame:
    """The blocks that one shop's pages have in common.

    Attributes:
        blocks: in the order in which they stand on a page; each is whole tags, and the text between them.
    """

    def __init__(self) -> None:
        self.blocks: tuple[bytes, ...] = ()
        self._before = b""
        self._tries = 0

    def parts(self, markup: bytes) -> list[tuple[bytes, bool]]:
        """A page in parts, in order, and whether each is a block: those are the same objects each time."""
        parts: list[tuple[bytes, bool]] = []
        place = common = 0
        for block in self.blocks:
            at = _find(markup, block, place)
            if at < 0 or not _is_closed(markup, place, at):
                continue
            parts += ((markup[place:at], False), (block, True))
            place = at + len(block)
            common += len(block)
        parts.append((markup[place:], False))
        if 4 * common < len(markup) and self._tries < _TRIES and len(markup) <= _LARGEST_PAGE:
            self._compare(markup, common)
        elif self._before:
            self._before = b""
        return parts

    def drop(self, block: bytes) -> None:
        """Have no such block any more: it means something only where it stands."""
        self.blocks = tuple(one for one in self.blocks if one is not block)

    def _compare(self, markup: bytes, common: int) -> None:
        self._tries += 1
        found = list(_common(self._before, markup)) if self._before else []
        if sum(map(len, found)) > common:
            self.blocks = tuple(found)
        self._before = markup


def _find(markup: bytes, block: bytes, place: int) -> int:
    """Where a block stands: its begin is looked for, since a search for all of it prepares itself for as long."""
    begin = block[:_PROBE]
    for _ in range(_BEGINS):
        at = markup.find(begin, place)
        if at < 0 or markup.startswith(block, at):
            return at
        place = at + 1
    return -1


def _is_closed(markup: bytes, start: int, end: int) -> bool:
    """Whether a part ends outside of a tag; that it is not inside of a script or a comment, its tags will show."""
    return markup.rfind(b"<", start, end) <= markup.rfind(b">", start, end)


def _common(before: bytes, now: bytes) -> Iterator[bytes]:
    """Blocks of two pages that are the same, in the order in which they stand on both."""
    spans: list[tuple[int, int]] = []
    step = max(len(before) // _PROBES, 1)
    at = place = begun = blocks = size = 0
    while at + _PROBE <= len(before) and blocks < _MOST_BLOCKS:
        there = now.find(before[at : at + _PROBE], place)
        if there < 0:
            at += step
            continue
        ahead = _same_end(before[begun:at], now[place:there])
        begun, place = at - ahead, there - ahead
        length = _same_start(before[begun:], now[place:])
        if length >= _SMALLEST:
            spans = spans or spans_of(now)
            block = _whole(now, spans, place, place + length)
            if len(block) >= _SMALLEST and size + len(block) <= _MOST_BYTES:
                blocks, size = blocks + 1, size + len(block)
                yield block
        begun, place = begun + length, place + length
        at = max(begun, at + step)


def _whole(markup: bytes, spans: list[tuple[int, int]], start: int, end: int) -> bytes:
    """What lies between two places, from where a token begins to where one ends: no script or heading is cut in two."""
    first = bisect_left(spans, start, key=_begin)
    last = bisect_right(spans, end, key=_end) - 1
    return markup[spans[first][0] : spans[last][1]] if first <= last else b""


def _same_start(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_end(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
