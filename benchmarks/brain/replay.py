"""Replay of a log of many models' answers under bandit feedback: only the chosen model's quality is seen.

JSON Lines of `{query, features, model, quality, cost}`, a line an answer; lines of one query lie anywhere. Features are
numbers by name; at most four are used, the first by name. Models that are missing for a query are closed then.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.table import Row
from magicai.brain.sampler import Statistics, learn, pick

_SEEDS = 10
_MOST_FEATURES = 4


@dataclass(slots=True)
class Query:
    """A query, and each model's answer: quality from 0 to 1, and cost."""

    features: dict[str, float]
    answers: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])


def read(path: Path) -> list[Query]:
    """The queries of a log, in order of their first lines.

    Raises:
        ValueError: a line is not as above; its number is told.
    """
    queries: dict[str, Query] = {}
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
                features = {name: float(value["features"][name]) for name in sorted(value["features"])[:_MOST_FEATURES]}
                quality, cost = float(value["quality"]), float(value.get("cost") or 0.0)
                query, model = str(value["query"]), str(value["model"])
            except (ValueError, KeyError, TypeError, AttributeError) as exc:
                raise ValueError(
                    f"{path}, line {number}: {exc!r}; query, features, model, quality are needed."
                ) from exc
            if not 0 <= quality <= 1:
                raise ValueError(f"{path}, line {number}: quality {quality} is not from 0 to 1.")
            queries.setdefault(query, Query(features)).answers[model] = quality, cost
    return list(queries.values())


def replay(queries: Sequence[Query], seed: int) -> tuple[float, float]:
    """Mean quality and mean cost of what the sampler chose, the queries in an order of its own."""
    order: list[int] = np.random.default_rng(seed).permutation(len(queries)).tolist()
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
    return quality / len(queries), cost / len(queries)


def rows(path: Path, *, quick: bool = False) -> Iterator[Row]:
    """The sampler's quality beside each model's, the uniform choice's and the best answer's."""
    queries = read(path)
    played = np.array([replay(queries, seed) for seed in range(1 if quick else _SEEDS)])
    quality, cost = (float(value) for value in played.mean(0))
    width = float(1.96 * played[:, 0].std() / len(played) ** 0.5)
    note = f"± {width:.4f}; cost {cost:.4g}"
    models = sorted({model for query in queries for model in query.answers})
    fixed = {model: [query.answers[model] for query in queries if model in query.answers] for model in models}
    means = {model: float(np.mean([answer[0] for answer in answers])) for model, answers in fixed.items()}
    everywhere = [model for model in models if len(fixed[model]) == len(queries)]
    for model in sorted(everywhere, key=lambda name: -means[name])[:5]:
        spent = float(np.mean([answer[1] for answer in fixed[model]]))
        yield Row("replay: quality", "", quality, means[model], f"always {model}, cost {spent:.4g}", note=note)
    uniform = float(np.mean([np.mean([answer[0] for answer in query.answers.values()]) for query in queries]))
    best = float(np.mean([max(answer[0] for answer in query.answers.values()) for query in queries]))
    yield Row("replay: quality", "", quality, uniform, "a coin", note=note)
    yield Row("replay: quality", "", quality, best, f"best of each of {len(queries)} queries", note=note)
