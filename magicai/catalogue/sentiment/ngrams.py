"""Character 1- to 3-grams of a text, hashed."""

import unicodedata

import numpy as np
import numpy.typing as npt

BITS = 20
_LONGEST = 4000
# Odd multipliers, so that grams of different lengths and orders fall apart.
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))


def grams(text: str) -> npt.NDArray[np.int64]:
    """The distinct features of a text, as places in 2**BITS; those of the first 4,000 characters."""
    plain = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).casefold().split())
    codes = np.frombuffer(f"\u0002{plain}\u0003".encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    found = [_mixed(codes * _MIX[0])]
    for length in (2, 3):
        whole = np.zeros(max(0, len(codes) - length + 1), dtype=np.uint64)
        for place in range(length):
            whole = whole * _MIX[2] + codes[place : place + len(whole)] * _MIX[1] + np.uint64(length)
        found.append(_mixed(whole))
    return np.unique(np.concatenate(found)).astype(np.int64)


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    mixed = values ^ (values >> np.uint64(31))
    mixed = mixed * _MIX[0]
    return (mixed ^ (mixed >> np.uint64(29))) >> np.uint64(64 - BITS)
