"""How much of a sentence somebody has spoken of: all of its numbers, and most of its words."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from magicai.claims.words import SILENT

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[\u4e00-\u9fff]|[^\W\d_]+(?:['’][^\W\d_]+)*")
_GREETINGS = frozenset(("hello", "hi", "hey", "welcome", "thanks", "您", "好"))
Place = tuple[int, int]


def telling_words(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The words and numbers of a part of a text that say something."""
    return [word for word in _WORD.finditer(text, start, end) if word[0].lower() not in SILENT | _GREETINGS]


def not_within(words: Sequence[re.Match[str]], places: Iterable[Place]) -> list[re.Match[str]]:
    """Those of the words, in their order, that do not stand in one of the places whole."""
    joined: list[Place] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    left: list[re.Match[str]] = []
    at = 0
    for word in words:
        while at < len(joined) and joined[at][1] < word.end():
            at += 1
        if at == len(joined) or word.start() < joined[at][0]:
            left.append(word)
    return left


def is_covered(words: Sequence[re.Match[str]], places: Iterable[Place]) -> bool:
    """Whether what stands at the places is all numbers and most of the words of a sentence."""
    left = not_within(words, places)
    return not left or (2 * len(left) < len(words) and not any(word[0][0].isdigit() for word in left))


class Parts:
    """Parts of a text in their order, to be asked which of them meet another."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._starts: list[int] = []
        self._furthest: list[int] = []  # where the parts up to here end
        self._numbers: list[int] = []
        furthest = 0
        for number, (start, end) in sorted(enumerate(places), key=lambda part: part[1]):
            furthest = max(furthest, end)
            self._starts.append(start)
            self._furthest.append(furthest)
            self._numbers.append(number)

    def near(self, start: int, end: int) -> list[int]:
        """The numbers of all parts that begin before `end` and may end after `start`, in the order of their places."""
        last = bisect_left(self._starts, end)
        first = bisect_right(self._furthest, start, 0, last)
        return self._numbers[first:last]
