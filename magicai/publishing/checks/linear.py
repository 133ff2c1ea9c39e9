"""A linear model on hashed character n-grams: a few hundred kB, and no library but numpy."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_GRAM = 4
BITS = 18
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def grams(text: str) -> NDArray[np.int64]:
    """The numbers of a text's n-grams, each once, sorted: of 1 to 4 characters, in lower case and half width."""
    plain = f" {' '.join(unicodedata.normalize('NFKC', text).lower().split())} "
    codes = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found: list[NDArray[np.uint64]] = []
    rolled = np.zeros_like(codes)
    with np.errstate(over="ignore"):
        for length in range(1, LONGEST_GRAM + 1):
            if len(codes) < length:
                break
            rolled = rolled[: len(codes) - length + 1] * _MULTIPLIER + codes[length - 1 :] + np.uint64(length)
            mixed = (rolled ^ (rolled >> np.uint64(29))) * _MULTIPLIER
            found.append(mixed >> np.uint64(64 - BITS))
    numbers = np.sort(np.concatenate(found).astype(np.int64))
    # numpy's own `unique` takes several times as long for so few.
    return numbers[np.flatnonzero(np.diff(numbers, prepend=-1))]


@dataclass(frozen=True)
class Linear:
    """Weights of n-grams.

    Attributes:
        threshold: the chance from which a text is flagged.
    """

    weights: NDArray[np.float32]
    bias: float
    threshold: float

    def chances(self, texts: Sequence[str]) -> list[float]:
        """How likely each text is what the model looks for, 0 to 1."""
        return [chance(score) for score in self.scores(texts)]

    def scores(self, texts: Sequence[str]) -> list[float]:
        """The logarithms of the odds."""
        return [self._score(grams(text)) for text in texts]

    def _score(self, numbers: NDArray[np.int64]) -> float:
        return float(self.weights[numbers].sum()) / math.sqrt(max(1, len(numbers))) + self.bias


def chance(score: float) -> float:
    """The chance of which a score is the logarithm of the odds."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def save(path: Path, weights: NDArray[Any], bias: float, threshold: float) -> None:
    """Keep a model with a byte for each weight."""
    scale = float(np.abs(weights).max()) / 127
    np.savez_compressed(
        path, weights=np.round(weights / scale).astype(np.int8), scale=scale, bias=bias, threshold=threshold
    )


def load(path: Path) -> Linear:
    """A kept model."""
    with np.load(path, allow_pickle=False) as kept:
        weights = kept["weights"].astype(np.float32) * np.float32(kept["scale"])
        return Linear(weights, float(kept["bias"]), float(kept["threshold"]))


@cache
def model(package: str) -> Linear:
    """The model that comes with a check, by the name of its package."""
    with resources.as_file(resources.files(package) / "weights.npz") as path:
        return load(path)
