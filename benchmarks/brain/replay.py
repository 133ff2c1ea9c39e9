"""Replay of a log of many models' answers under bandit feedback: only the chosen model's quality is seen.

JSON Lines of `{query, features, model, quality, cost}`, a line an answer; lines of one query lie anywhere. Features are
numbers by name; of all of them at most four are used, the first by name, and one that a query lacks is 0. Models that
are missing for a query are closed then. Rivals, which know no closed options, play only where every model has answered
each query.
"""

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.brain.regret import OURS, makers
from benchmarks.brain.rivals import Policy
from benchmarks.table import Row
from magicai.brain.sampler import Statistics, learn, pick

_SEEDS, _QUICK = 10, 2
# Queries of a longer log that one seed plays: another draw of them each.
_LONGEST = 2000
_MOST_FEATURES = 4


@dataclass(slots=True)
class Query:
    """A query, and each model's answer: quality from 0 to 1, and cost."""

    features: dict[str, float]
    answers: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])


def read(path: Path) -> list[Query]:
    """The queries of a log, in order of their first lines.

    Raises:
        ValueError: a line is not as above, and its number is told; or there is none.
    """
    queries: dict[str, Query] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                features = {name: float(given) for name, given in value["features"].items()}
                quality, cost = float(value["quality"]), float(value.get("cost") or 0.0)
                query, model = str(value["query"]), str(value["model"])
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                raise ValueError(
                    f"{path}, line {number}: {exc!r}; query, features, model, quality are needed."
                ) from exc
            if not 0 <= quality <= 1:
                raise ValueError(f"{path}, line {number}: quality {quality} is not from 0 to 1.")
            queries.setdefault(query, Query(features)).answers[model] = quality, cost
    if not queries:
        raise ValueError(f"{path} has no answers.")
    names = sorted({name for query in queries.values() for name in query.features})[:_MOST_FEATURES]
    for query in queries.values():
        query.features = {name: query.features.get(name, 0.0) for name in names}
    return list(queries.values())


def replay(queries: Sequence[Query], seed: int) -> tuple[float, float]:
    """Mean quality and mean cost of what the sampler chose, the queries in an order of its own."""
    order = _order(queries, seed)
    statistics = Statistics.of(queries[0].features)
    models = sorted({model for query in queries for model in query.answers})
    quality = cost = 0.0
    for at in order:
        query = queries[at]
        options = [model for model in models if model in query.answers]
        got = pick(statistics, None, options, query.features, seed=seed * 1_000_003 + statistics.decided)
        found = query.answers[got.option]
        learn(statistics, option=got.option, x=query.features, reward=found[0], usual=options[0])
        quality, cost = quality + found[0], cost + found[1]
    return quality / len(order), cost / len(order)


def replay_rival(queries: Sequence[Query], seed: int, maker: Callable[[int, int, int], Policy]) -> tuple[float, float]:
    """The same of another policy, each query answered by all models."""
    order = _order(queries, seed)
    models = sorted(queries[0].answers)
    policy = maker(len(models), len(queries[0].features), seed)
    total = np.zeros(2)
    for at in order:
        x = np.array([*queries[at].features.values()])
        option = policy.decide(x)
        quality, cost = queries[at].answers[models[option]]
        policy.learn(x, option, quality)
        total += (quality, cost)
    quality, cost = (total / len(order)).tolist()
    return quality, cost


def _order(queries: Sequence[Query], seed: int) -> list[int]:
    order: list[int] = np.random.default_rng(seed).permutation(len(queries)).tolist()
    return order[:_LONGEST]


def rows(path: Path, *, quick: bool = False) -> Iterator[Row]:
    """The sampler's quality beside each model's, the uniform choice's and the best answer's."""
    queries = read(path)
    seeds = range(_QUICK if quick else _SEEDS)
    played = np.array([replay(queries, seed) for seed in seeds])
    quality, cost = (float(value) for value in played.mean(0))
    width = float(1.96 * played[:, 0].std(ddof=1) / len(played) ** 0.5)
    note = f"± {width:.4f}; cost {cost:.4g}"
    models = sorted({model for query in queries for model in query.answers})
    fixed = {model: [query.answers[model] for query in queries if model in query.answers] for model in models}
    means = {model: float(np.mean([answer[0] for answer in answers])) for model, answers in fixed.items()}
    everywhere = [model for model in models if len(fixed[model]) == len(queries)]
    for model in sorted(everywhere, key=lambda name: -means[name])[:5]:
        spent = float(np.mean([answer[1] for answer in fixed[model]]))
        yield Row("replay: quality", "", quality, means[model], f"always {model}, cost {spent:.4g}", note=note)
    if len(everywhere) == len(models):
        warnings.filterwarnings("ignore", module="mabwiser|bayesianbandits|pareto_bandit|sklearn")
        for name, maker in makers().items():
            if name != OURS:
                found = np.array([replay_rival(queries, seed, maker) for seed in seeds]).mean(0)
                yield Row("replay: quality", "", quality, float(found[0]), f"{name}, cost {found[1]:.4g}", note=note)
    else:
        print("Rivals are left out: not every model has answered each query.", file=sys.stderr)
    uniform = float(np.mean([np.mean([answer[0] for answer in query.answers.values()]) for query in queries]))
    best = float(np.mean([max(answer[0] for answer in query.answers.values()) for query in queries]))
    yield Row("replay: quality", "", quality, uniform, "a coin", note=note)
    yield Row("replay: quality", "", quality, best, f"best of each of {len(queries)} queries", note=note)
