"""Whether the doubly robust estimate's 90 % interval holds the truth, on logs of worlds where it is known.

The log is the sampler's own, made while it learnt, and that of a coin; what each fixed choice, the usual and the
uniform policy would have got in the same situations is known exactly.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.brain import worlds
from benchmarks.brain.regret import DECISIONS, NOISES
from benchmarks.table import Row
from magicai.brain.evaluation import DEFAULT, UNIFORM, Logged, evaluate
from magicai.brain.sampler import Statistics, learn, pick

_SEEDS, _QUICK = 20, 1
_WORLDS = (worlds.WITH_CONTEXT, worlds.WITHOUT_CONTEXT, worlds.DRIFT, "threshold", "five options, four features")
_LEAST = 0.90


def rows(data: Path | None = None, *, quick: bool = False) -> Iterator[Row]:
    """Coverage, by who made the log."""
    del data
    for logger in ("sampler", "coin"):
        held: list[bool] = []
        widths: list[float] = []
        for name in _WORLDS:
            for seed in range(_QUICK if quick else _SEEDS):
                for estimate, truth in _estimates(worlds.WORLDS[name], seed, coin=logger == "coin"):
                    held.append(estimate[0] <= truth <= estimate[1])
                    widths.append(estimate[1] - estimate[0])
        yield Row(
            f"doubly robust, logged by the {logger}: 90 % intervals that hold the truth",
            "",
            float(np.mean(held)),
            _LEAST,
            "goal",
            least=1,
            note=f"{len(held)} intervals, median width {np.median(widths):.3f}",
        )


def _estimates(world: worlds.World, seed: int, *, coin: bool) -> Iterator[tuple[tuple[float, float], float]]:
    rng = np.random.default_rng(seed)
    contexts, rewards = world(rng, DECISIONS)
    seen = NOISES[""](rng, rewards)
    options = [str(index) for index in range(rewards.shape[1])]
    log = _log(contexts, seen, options, seed, coin=coin)
    truths = {option: float(rewards[:, index].mean()) for index, option in enumerate(options)}
    truths |= {DEFAULT: truths[options[0]], UNIFORM: float(rewards.mean())}
    for policy, truth in truths.items():
        bounds = evaluate(policy, log).doubly_robust
        yield (bounds.low, bounds.high), truth


def _log(contexts: worlds.Array, seen: worlds.Array, options: Sequence[str], seed: int, *, coin: bool) -> list[Logged]:
    names = [f"f{index}" for index in range(contexts.shape[1])]
    statistics = Statistics.of(names)
    random = np.random.default_rng(seed)
    log: list[Logged] = []
    for at, row in enumerate(contexts):
        x = dict(zip(names, row.tolist(), strict=True))
        if coin:
            option, propensities = str(random.choice(options)), dict.fromkeys(options, 1 / len(options))
        else:
            got = pick(statistics, None, options, x, seed=seed * 1_000_003 + at)
            option, propensities = got.option, got.propensities
        reward = float(seen[at, int(option)])
        log.append(Logged(option, options, x, propensities, reward))
        if not coin:
            learn(statistics, option=option, x=x, reward=reward, usual=options[0])
    return log
