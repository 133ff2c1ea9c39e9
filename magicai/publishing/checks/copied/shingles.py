"""Fingerprints of a text: hashes of a few words on end, of which enough are kept that no long copy is missed."""

import re
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.publishing.checks.folding import folded, is_han

WORDS, CHARACTERS = 5, 8
WINDOW = 4  # of so many fingerprints on end one is kept (winnowing, Schleimer and others 2003)
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_\u3400-\u9fff]+)*")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A shingle's hash, 63 bits, and the characters that it covers."""

    value: int
    start: int
    end: int


def shingles(text: str, size: float = 1) -> tuple[Fingerprint, ...]:
    """Every shingle: five words, or eight Chinese characters, as they are read; or a part of that size."""
    view = folded(text)
    tokens = [(one[0], *view.span(*one.span())) for one in _TOKEN.finditer(view.text)]
    return tuple(
        Fingerprint(_hash(" ".join(token for token, *_ in part)), part[0][1], part[-1][2])
        for first in range(len(tokens))
        if (part := _shingle(tokens, first, size))
    )


def _shingle(tokens: Sequence[tuple[str, int, int]], first: int, size: float) -> Sequence[tuple[str, int, int]]:
    """The tokens from one on that make a shingle: a Chinese character weighs less than a word."""
    weight = 0.0
    for last in range(first, min(len(tokens), first + CHARACTERS)):
        weight += 1 / CHARACTERS if is_han(tokens[last][0]) else 1 / WORDS
        if weight > size - 1e-9:
            return tokens[first : last + 1]
    return ()


def winnowed(prints: Sequence[Fingerprint]) -> tuple[Fingerprint, ...]:
    """The least of each window of fingerprints, the latest of equals."""
    kept: list[Fingerprint] = []
    window: deque[int] = deque()
    for index, one in enumerate(prints):
        while window and prints[window[-1]].value >= one.value:
            window.pop()
        window.append(index)
        if window[0] <= index - WINDOW:
            window.popleft()
        if index >= WINDOW - 1 and (not kept or kept[-1] is not prints[window[0]]):
            kept.append(prints[window[0]])
    return tuple(kept) or tuple(prints[:1])


def _hash(text: str) -> int:
    data = text.encode()
    return (zlib.crc32(data) << 31) ^ zlib.adler32(data[::-1]) ^ (zlib.crc32(data, 0x9E3779B9) >> 1)
