"""How long a decision takes on what 100,000 outcomes taught, its statistics decoded from JSON before."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import thread_time_ns

import numpy as np

from benchmarks.table import Row
from magicai.brain.sampler import Statistics, learn, pick

_OUTCOMES, _QUICK = 100_000, 2_000
_DECISIONS = 1_000
_OPTIONS, _FEATURES = 5, 4
_MOST_MS = 1.0


def rows(data: Path | None = None, *, quick: bool = False) -> Iterator[Row]:
    """Learn so many outcomes, then decide; time of this thread, so that others on the machine count little."""
    del data
    rng = np.random.default_rng(15)
    options = [f"option-{number}" for number in range(_OPTIONS)]
    names = [f"feature_{number}" for number in range(_FEATURES)]
    statistics = Statistics.of(names)
    count = _QUICK if quick else _OUTCOMES
    for _ in range(count):
        x = rng.normal(0, 1, _FEATURES)
        option = int(rng.integers(_OPTIONS))
        reward = float(np.clip(0.5 + 0.05 * option + 0.1 * x[0] * (option % 2) + rng.normal(0, 0.15), 0, 1))
        learn(
            statistics,
            option=options[option],
            x=dict(zip(names, x.tolist(), strict=True)),
            reward=reward,
            usual=options[0],
            measures={"quality": reward, "cost": 0.01, "seconds": 10.0 + option},
        )
    kept = json.dumps(statistics.to_json())
    known = Statistics.from_json(json.loads(kept))
    taken: list[float] = []
    for seed in range(_DECISIONS):
        x = dict(zip(names, rng.normal(0, 1, _FEATURES).tolist(), strict=True))
        began = thread_time_ns()
        pick(known, known, options, x, seed=seed)
        taken.append((thread_time_ns() - began) / 1e6)
    yield Row(
        f"a decision at {count:,} outcomes, p95",
        "ms",
        float(np.percentile(taken, 95)),
        _MOST_MS,
        "goal",
        most=1,
        note=f"median {np.median(taken):.2f} ms; {len(kept) / 1000:.0f} kB of statistics",
    )
