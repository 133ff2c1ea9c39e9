"""Memory that the C library would keep after it is free: of glibc; others keep less, or have no such calls.

A page's tree is made of large blocks that are freed again while small ones behind them stay, and each thread gets a
heap of its own. For a crawl that is two thirds as much again as it needs.

And Python's collector of circles: it looks through everything that a process has loaded each time that a crawl has made
a few thousand objects more, a tenth of what a page costs. A crawl makes next to no circles.
"""

import ctypes
import gc
from functools import cache
from typing import Any

_ARENA_MAX = -8  # of <malloc.h>
_HEAPS = 2
_YOUNG = 20_000  # objects between two collections; Python itself looks many times as often


def limit_malloc_arenas() -> None:
    """Let all threads but the main one share a heap, from now on."""
    if hasattr(_c(), "mallopt"):
        _c().mallopt(_ARENA_MAX, _HEAPS)


def trim_memory() -> None:
    """Give free memory back to the system; takes about a millisecond, during which other threads run."""
    if hasattr(_c(), "malloc_trim"):
        _c().malloc_trim(0)


@cache
def relax_gc() -> None:
    """Let Python's collector pass over what is loaded already, and come by less often; the first call does it."""
    gc.freeze()
    gc.set_threshold(_YOUNG)


@cache
def _c() -> Any:
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows
        return None
