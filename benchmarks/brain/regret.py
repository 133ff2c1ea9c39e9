"""Cumulative regret of the sampler and of others in the same worlds, under the same seeds and noise.

Rewards of a world are expectations, and what is seen of the chosen one has noise; a file's are also seen as they are.
"""

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from benchmarks.brain import worlds
from benchmarks.brain.rivals import RIVALS, Policy, rival
from benchmarks.table import Row
from magicai.brain.sampler import Statistics, learn, pick

Array = npt.NDArray[np.float64]
Generator = np.random.Generator

DECISIONS = 200
SEEDS = 30
_QUICK = 2
_AT = (20, 50, 100, 200)
OURS = "MagicAI"
_FIXED = "best fixed choice"
# Two-sided 95 %.
_WIDTH = 1.96

Noise = Callable[[Generator, Array], Array]


def _normal(rng: Generator, rewards: Array, *, deviation: float) -> Array:
    return np.clip(rewards + rng.normal(0, deviation, rewards.shape), 0, 1)


def _coin(rng: Generator, rewards: Array) -> Array:
    return (rng.random(rewards.shape) < rewards).astype(np.float64)


def _uneven(rng: Generator, rewards: Array) -> Array:
    """Each option noisier than the one before."""
    return np.clip(rewards + rng.normal(0, 1, rewards.shape) * np.linspace(0.05, 0.4, rewards.shape[1]), 0, 1)


def _none(_rng: Generator, rewards: Array) -> Array:
    return rewards


NOISES: dict[str, Noise] = {
    "": partial(_normal, deviation=0.15),
    "noisy": partial(_normal, deviation=0.35),
    "hardly any noise": partial(_normal, deviation=0.02),
    "uneven noise": _uneven,
    "0 or 1": _coin,
    "as given": _none,
}


class Ours:
    """The sampler, as the product calls it."""

    def __init__(self, options: int, features: int, seed: int) -> None:
        self._options = [str(index) for index in range(options)]
        self._names = [f"f{index}" for index in range(features)]
        self.statistics = Statistics.of(tuple(self._names))
        self._seed = seed * 1_000_003

    def _named(self, x: Array) -> dict[str, float]:
        return dict(zip(self._names, x.tolist(), strict=True))

    def decide(self, x: Array) -> int:
        """Pick."""
        seed = self._seed + self.statistics.decided
        return int(pick(self.statistics, None, self._options, self._named(x), seed=seed).option)

    def learn(self, x: Array, option: int, reward: float) -> None:
        """Learn."""
        learn(self.statistics, option=str(option), x=self._named(x), reward=reward, usual=self._options[0])


@dataclass(frozen=True, slots=True)
class Played:
    """One policy in one world.

    Attributes:
        got: expected rewards of what it chose, shape (seeds, decisions).
        best: the highest in each situation, likewise.
    """

    got: Array
    best: Array

    def regret(self, at: int) -> tuple[float, float]:
        """Mean over the seeds after so many decisions, and half the width of its 95 % interval."""
        sums = (self.best - self.got)[:, :at].sum(1)
        return float(sums.mean()), float(_WIDTH * sums.std(ddof=1) / len(sums) ** 0.5) if len(sums) > 1 else 0.0

    @property
    def total(self) -> float:
        """Mean reward of all decisions together."""
        return float(self.got.sum(1).mean())

    def best_again(self, after: int) -> int | None:
        """How many decisions after `after` 80 % of the latest ten, over all seeds, are the best; or None."""
        right = (self.got >= self.best - 1e-9).mean(0)
        for start in range(after, self.got.shape[1] - 9):
            if right[start : start + 10].mean() >= 0.8:  # noqa: PLR2004
                return start + 10 - after
        return None


def play(
    world: worlds.World, noise: Noise, makers: Mapping[str, Callable[..., Policy]], seeds: int
) -> dict[str, Played]:
    """Play a world through with each policy, and with the choice that is best where one is kept to."""
    got: dict[str, list[Array]] = {name: [] for name in (*makers, _FIXED)}
    best: list[Array] = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        contexts, rewards = world(rng, DECISIONS)
        _check(contexts, rewards)
        seen = noise(rng, rewards)
        best.append(rewards.max(1))
        got[_FIXED].append(rewards[:, rewards.sum(0).argmax()])
        for name, maker in makers.items():
            policy = maker(rewards.shape[1], contexts.shape[1], seed)
            chosen = np.empty(DECISIONS, dtype=np.int64)
            for at, x in enumerate(contexts):
                chosen[at] = option = policy.decide(x)
                policy.learn(x, option, float(seen[at, option]))
            got[name].append(rewards[np.arange(DECISIONS), chosen])
    return {name: Played(np.stack(each), np.stack(best)) for name, each in got.items()}


def _check(contexts: Array, rewards: Array) -> None:
    shapes = (contexts.shape, rewards.shape)
    if any(len(shape) != 2 or shape[0] != DECISIONS for shape in shapes) or not rewards.shape[1]:  # noqa: PLR2004
        raise ValueError(f"Contexts {shapes[0]}, rewards {shapes[1]}: {DECISIONS} rows and columns are needed of each.")
    if not (np.isfinite(contexts).all() and (rewards >= 0).all() and (rewards <= 1).all()):
        raise ValueError("Contexts are to be finite, and rewards in 0..1.")


def makers() -> dict[str, Callable[..., Policy]]:
    """The sampler, and the rivals that are installed (`bench` group); of others it is said that they are not."""
    found: dict[str, Callable[..., Policy]] = {OURS: Ours}
    for name in RIVALS:
        try:
            rival(name, 2, 1, 0)
        except ImportError as exc:
            print(f"{name} is left out: {exc}", file=sys.stderr)
        else:
            found[name] = partial(rival, name)
    return found


def rows(*, quick: bool = False, seeds: int = SEEDS) -> Iterator[Row]:
    """Play the worlds; print each one's regret, and return what the goals are about."""
    warnings.filterwarnings("ignore", module="mabwiser|bayesianbandits|pareto_bandit|sklearn")
    policies = makers()
    for name, world, noise in _cases():
        case = f"{name}, {noise}" if noise else name
        try:
            played = play(world, NOISES[noise], policies, _QUICK if quick else seeds)
        except ValueError as exc:
            raise ValueError(f"World {case!r}: {exc}") from exc
        print(_table(case, played), flush=True)
        if not noise:
            yield from _goals(name, played)
        yield _beside(case, played)


def _cases() -> Iterator[tuple[str, worlds.World, str]]:
    for name, world in worlds.WORLDS.items():
        yield name, world, ""
    for noise in ("noisy", "hardly any noise", "uneven noise", "0 or 1"):
        for name in (worlds.WITH_CONTEXT, worlds.WITHOUT_CONTEXT):
            yield name, worlds.WORLDS[name], noise


def _goals(name: str, played: Mapping[str, Played]) -> Iterator[Row]:
    ours, fixed = played[OURS], played[_FIXED]
    most = {worlds.WITH_CONTEXT: 0.15, worlds.DRIFT: 0.32}.get(name)
    if most is not None:
        yield Row(f"{name}: regret at 200", "", ours.regret(200)[0], fixed.regret(200)[0], _FIXED, most=most)
    if name == worlds.WITHOUT_CONTEXT:
        yield Row(f"{name}: reward", "", ours.total, float(ours.best.sum(1).mean()), "best option", least=0.98)
    if name == worlds.DRIFT:
        again = ours.best_again(DECISIONS // 2)
        taken = DECISIONS if again is None else again
        yield Row(f"{name}: until 80 % are best again", "decisions", taken, 35, "goal", most=1)


def _beside(case: str, played: Mapping[str, Played]) -> Row:
    others: Sequence[str] = [name for name in played if name not in (OURS, _FIXED)]
    if not others:
        return Row(f"{case}: total reward", "", played[OURS].total)
    best = max(others, key=lambda name: played[name].total)
    return Row(f"{case}: total reward", "", played[OURS].total, played[best].total, best, least=0.95)


def _table(case: str, played: Mapping[str, Played]) -> str:
    heads = "".join(f" {at} |" for at in _AT)
    lines = ["", f"| {case}: regret at |{heads} share of the best reward |", f"|---|{'---:|' * (len(_AT) + 1)}"]
    for name, each in played.items():
        cells = "".join("{:.2f} ± {:.2f} | ".format(*each.regret(at)) for at in _AT)
        lines.append(f"| {name} | {cells}{100 * each.total / each.best.sum(1).mean():.1f} % |")
    return "\n".join(lines)
