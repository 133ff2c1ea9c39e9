"""What a reader sees of a page, put together piece by piece."""

import re

from magicai.shops.extraction import traits

_SIGNS = frozenset("$€£¥￥₹₩")
_TWO_DIGITS = re.compile(r"\d\d(?:\s?[^\w\s.,]{1,3})?")
_HAS_DECIMALS = re.compile(r"[.,]\d{1,2}$")

# What lies between two pieces of a line: an edge of an element, or several of which the last one begins an element.
EDGE, BETWEEN = 1, 2


class ShownText:
    """Visible text with single spaces and line ends.

    Numbers of different elements are kept apart by a tab, which no number holds.

    Attributes:
        last: the last piece, a line end where that came after it.
        length: of all pieces.
        begun: where the last piece begins.
        edge: which edges there were on the line since the last piece: 0, EDGE or BETWEEN.
    """

    __slots__ = ("_pieces", "_spaced", "begun", "edge", "last", "length")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spaced = False  # there was space since the last piece
        self.last = "\n"
        self.length = self.begun = self.edge = 0

    def whole(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def end_line(self) -> None:
        """Begin a new line behind the last piece."""
        self._pieces.append("\n")
        self.last = "\n"
        self.length += 1

    def add(self, content: str, purposes: int) -> bool:
        """Append a piece, unless it is only space, from an element with these traits; answers whether it did."""
        words = content.split()
        if not words:
            self._spaced = True
            return False
        piece = " ".join(words)
        if self.last != "\n":
            spaced = self._spaced or content[0].isspace()
            joint = self._joint(piece, spaced=spaced, cents=purposes & traits.CENTS != 0)
            if joint:
                self._pieces.append(joint)
                self.length += 1
        self._pieces.append(piece)
        self.begun = self.length
        self.last = piece
        self.length += len(piece)
        self._spaced = content[-1].isspace()
        self.edge = 0
        return True

    def _joint(self, piece: str, *, spaced: bool, cents: bool) -> str:
        """The character between the last piece of a line and the next one, "" where they are one word."""
        last = self.last
        before = last[-1]
        if piece[0].isdigit() and self.edge:
            if (
                _TWO_DIGITS.fullmatch(piece)
                and last[-2:-1].isdigit()
                and (before in ".," or (cents and before in _SIGNS))
            ):
                return ""  # 118, and 99; 35€ and a raised 99
            if before.isdigit():
                return _between_digits(piece, last, spaced=spaced, cents=cents)
        if spaced:
            return " "
        # Two elements side by side are two words.
        return " " if self.edge == BETWEEN and _is_word(before) and _is_word(piece[0]) else ""


def _between_digits(piece: str, last: str, *, spaced: bool, cents: bool) -> str:
    """Keep 19 and a raised 99 from becoming 1999, and two numbers from becoming one."""
    is_fraction = _TWO_DIGITS.fullmatch(piece) is not None and not _HAS_DECIMALS.search(last)
    return "." if is_fraction and (cents or not spaced) else "\t"


def _is_word(char: str) -> bool:
    return char.isalnum() or char in _SIGNS
