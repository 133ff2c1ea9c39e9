"""Which way words say that something went: up or down."""

import re

_UP = re.compile(
    r"\b(?:more(?! than)|higher|longer|bigger|larger|better|rose|rises?|risen|grew|grow\w*|gain\w*|increas\w*|up(?! to)|climbed|exceed\w*)\b"
    r"|增|涨|升|多|高|贵|长",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:less(?! than)|fewer(?! than)|lower|shorter|smaller|cheaper|worse|fell|falls?|fallen|drop\w*|decreas\w*|declin\w*|down|reduc\w*)\b"
    r"|减|跌|降|少|低|便宜|短",
    re.IGNORECASE,
)
_NEAR = 24  # characters
_CLAUSE_ENDS = re.compile(r"[,;，；、。]|\.\s|\b(?:and|but|while|whereas|from)\b", re.IGNORECASE)


def way(text: str) -> int:
    """1 where words say more, -1 where they say less, 0 where neither or both."""
    return (_UP.search(text) is not None) - (_DOWN.search(text) is not None)


def way_word(text: str, place: int, first: int) -> int | None:
    """Where the last word before a place stands that says more or less; None where none is near."""
    start = max(first, place - _NEAR)
    places = [found.start() for pattern in (_UP, _DOWN) for found in pattern.finditer(text, start, place)]
    return max(places, default=None)


def clause_of(text: str, start: int, end: int, bounds: tuple[int, int]) -> str:
    """The clause around a place."""
    first = max((found.end() for found in _CLAUSE_ENDS.finditer(text, bounds[0], start)), default=bounds[0])
    last = _CLAUSE_ENDS.search(text, end, bounds[1])
    return text[first : last.start() if last else bounds[1]]
