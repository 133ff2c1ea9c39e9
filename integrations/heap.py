"""Memory that the C library would keep after it is free: of glibc; others keep less, or have no such calls.

A page's tree is made of large blocks that are freed again while small ones behind them stay, and each thread gets a
heap of its own. For a crawl that is two thirds as much again as it needs.
"""

import ctypes
from functools import cache
from typing import Any

_ARENA_MAX = -8  # of <malloc.h>
_HEAPS = 2


def be_frugal() -> None:
    """Let all threads but the main one share a heap, from now on."""
    if hasattr(_c(), "mallopt"):
        _c().mallopt(_ARENA_MAX, _HEAPS)


def give_back() -> None:
    """Give free memory back to the system; takes about a millisecond, during which other threads go on."""
    if hasattr(_c(), "malloc_trim"):
        _c().malloc_trim(0)


@cache
def _c() -> Any:
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows
        return None
