"""Stems of English words, by Snowball: `ratings` and `rated` are `rate`."""

from functools import cache, lru_cache
from typing import Any


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A word without its ending.

    Args:
        word: in lower case.
    """
    return _snowball().stemWord(word)


@cache
def _snowball() -> Any:
    from snowballstemmer import stemmer

    return stemmer("english")
