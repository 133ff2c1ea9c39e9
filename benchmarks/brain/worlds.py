"""Worlds to decide in: contexts and expected rewards, of many shapes.

A world is a function of a generator and a number of decisions, and returns contexts, shape (n, d), d at most 4, and
rewards, shape (n, options), in 0..1; `--worlds FILE` takes a file with a `WORLDS` like this one's.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Generator = np.random.Generator
World = Callable[[Generator, int], tuple[Array, Array]]

_SLOPES = ((0.3, 0.0), (-0.3, 0.1), (0.0, -0.25))


def _linear(base: Sequence[float], slopes: Sequence[Sequence[float]]) -> World:
    def world(rng: Generator, n: int) -> tuple[Array, Array]:
        contexts = rng.uniform(-1, 1, (n, len(slopes[0])))
        return contexts, np.clip(np.array(base) + contexts @ np.array(slopes).T, 0, 1)

    return world


def _flat(*means: float, features: int = 2) -> World:
    """Contexts say nothing; which option is which is drawn."""

    def world(rng: Generator, n: int) -> tuple[Array, Array]:
        return rng.uniform(-1, 1, (n, features)), np.tile(rng.permutation(means), (n, 1))

    return world


def _shifted(before: Sequence[float], after: Sequence[float]) -> World:
    """At half of the decisions, every option's mean becomes another."""

    def world(rng: Generator, n: int) -> tuple[Array, Array]:
        rewards = np.tile(np.array(before), (n, 1))
        rewards[n // 2 :] = after
        return rng.uniform(-1, 1, (n, 2)), rewards

    return world


def gradual(rng: Generator, n: int) -> tuple[Array, Array]:
    """The worst option slowly becomes the best."""
    at = np.linspace(0, 1, n)[:, None]
    return rng.uniform(-1, 1, (n, 2)), (1 - at) * np.array([0.75, 0.5, 0.45]) + at * np.array([0.45, 0.5, 0.75])


def turned(rng: Generator, n: int) -> tuple[Array, Array]:
    """With context, and at half of the decisions the options' slopes turn round."""
    contexts = rng.uniform(-1, 1, (n, 2))
    effect = contexts @ np.array(_SLOPES).T
    effect[n // 2 :] *= -1
    return contexts, np.clip(0.55 + effect, 0, 1)


def four_features(rng: Generator, n: int) -> tuple[Array, Array]:
    """Five options and four features, all drawn."""
    contexts = rng.uniform(0, 1, (n, 4))
    return contexts, np.clip(rng.uniform(0.3, 0.7, 5) + contexts @ rng.normal(0, 0.2, (5, 4)).T, 0, 1)


def scales(rng: Generator, n: int) -> tuple[Array, Array]:
    """Features in thousands, hundredths and below zero."""
    unit = rng.normal(0, 1, (n, 4))
    contexts = unit * np.array([1, 100, 0.01, 5]) + np.array([0, 1000, 3, -4])
    return contexts, np.clip(0.5 + rng.normal(0, 0.1, 4) + unit @ rng.normal(0, 0.12, (4, 4)).T, 0, 1)


def seldom(rng: Generator, n: int) -> tuple[Array, Array]:
    """One situation in seven wants another option."""
    flag = (rng.random(n) < 1 / 7).astype(np.float64)
    rewards = np.where(flag[:, None] > 0, [[0.4, 0.5, 0.85]], [[0.65, 0.5, 0.45]])
    return np.stack((flag, rng.uniform(-1, 1, n)), axis=1), rewards


def threshold(rng: Generator, n: int) -> tuple[Array, Array]:
    """The best option changes at a threshold; no line fits."""
    contexts = rng.uniform(-1, 1, (n, 2))
    beyond = contexts[:, :1] > 0.3  # noqa: PLR2004
    return contexts, np.where(beyond, [[0.4, 0.5, 0.8]], [[0.7, 0.5, 0.4]])


def curved(rng: Generator, n: int) -> tuple[Array, Array]:
    """Rewards are squares of a feature."""
    x = rng.uniform(-1, 1, (n, 2))
    return x, np.stack((0.5 + 0.3 * x[:, 0] ** 2, 0.75 - 0.35 * x[:, 0] ** 2, 0.5 + 0.2 * x[:, 1]), axis=1)


def groups(rng: Generator, n: int) -> tuple[Array, Array]:
    """Four groups as flags, each with its own best option."""
    group = rng.integers(0, 4, n)
    means = np.array([[0.7, 0.5, 0.5], [0.5, 0.7, 0.4], [0.5, 0.5, 0.7], [0.6, 0.6, 0.6]])
    return np.eye(4)[group], means[group]


WITH_CONTEXT, WITHOUT_CONTEXT, DRIFT = "with context", "without context", "drift at 100"
WORLDS: dict[str, World] = {
    WITH_CONTEXT: _linear((0.55, 0.55, 0.55), _SLOPES),
    WITHOUT_CONTEXT: _flat(0.6, 0.7, 0.5),
    DRIFT: _shifted((0.75, 0.55, 0.5), (0.4, 0.55, 0.7)),
    "an option becomes better": _shifted((0.6, 0.5, 0.45), (0.6, 0.5, 0.8)),
    "gradual drift": gradual,
    "slopes turn round": turned,
    "five options, four features": four_features,
    "scales": scales,
    "seldom": seldom,
    "threshold": threshold,
    "curved": curved,
    "groups": groups,
    "ten options": _flat(0.7, *[0.6] * 5, *[0.5] * 4),
    "close": _flat(0.6, 0.62, 0.58),
    "ties": _flat(0.65, 0.65, 0.5),
    "all equal": _flat(0.6, 0.6, 0.6),
    "near one": _flat(0.97, 0.9, 0.85),
}
