"""Stems of English words, by Snowball: `ratings` and `rated` are `rate`."""

import importlib
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
    library: Any = importlib.import_module("snowballstemmer")  # whose types are not whole
    return library.stemmer("english")
