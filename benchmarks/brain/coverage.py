"""How often estimates hold, on made-up histories of runs: `python3 -m benchmarks.brain.coverage [SEEDS]`.

Each seed is a history of 50 to 500 runs in each world. Estimates are made one after the other as they come, so that
what was told is learnt from; the last of them are judged.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
from pydantic import BaseModel

from benchmarks.table import Row, table
from magicai.brain.estimates import estimate, kinds_of, size_of
from magicai.brain.situation import Machine, Situation
from magicai.ports import Outcome
from magicai.runs.run import RunResult, RunStatus
from magicai.runs.workflow import Workflow

SEEDS = 200
_QUICK = 8
_FEWEST, _MOST = 50, 500
# Estimates told before those that are judged, and those.
_TOLD, _JUDGED = 30, 10
_TOO_LONG = 30
_BANDS = ("small", "medium", "large")

Array = np.ndarray[Any, np.dtype[np.float64]]


def _pages(request: Mapping[str, Any]) -> Mapping[str, float]:
    return {"pages": request["pages"], "limit": request["limit"]}


WORKFLOW = Workflow(
    name="made-up",
    request=BaseModel,
    result=RunResult,
    quality=lambda _: (0.0, ()),
    size=_pages,
    subject=lambda request: request["about"],
    longest=lambda _: 1e9,
    quality_bar=0.5,
)


@dataclass(frozen=True, slots=True)
class World:
    """Runs in a row.

    Attributes:
        limit: seconds that a run may take at most; inf where none.
        about: number of the subject.
        seconds: what runs take, before noise.
        noise: factors' logarithms.
        good: whether the quality reached the bar.
    """

    pages: Array
    limit: Array
    about: Array
    seconds: Array
    noise: Array
    good: Array


def straight(rng: np.random.Generator, count: int) -> World:
    """Time grows with pages; factors of about a third either way."""
    pages = np.exp(rng.uniform(np.log(10), np.log(5000), count))
    chance = 1 / (1 + np.exp(np.log(pages) - np.log(200)))
    limit, about = np.full(count, 1e6), np.zeros(count)
    return World(pages, limit, about, 4 + 0.2 * pages, rng.normal(0, 0.3, count), rng.random(count) < chance)


def limited(rng: np.random.Generator, count: int) -> World:
    """A request's own limit ends many runs."""
    world = straight(rng, count)
    limit = rng.choice([60.0, 300.0, 1800.0], count)
    return replace(world, limit=limit, seconds=np.minimum(world.seconds, limit), noise=world.noise / 2)


def uneven(rng: np.random.Generator, count: int) -> World:
    """Small runs vary by much more than large ones."""
    world = straight(rng, count)
    return replace(world, noise=world.noise * np.exp((4.5 - np.log(world.pages)) / 4))


def heavy_tails(rng: np.random.Generator, count: int) -> World:
    """Now and then one takes many times as long."""
    return replace(straight(rng, count), noise=0.2 * rng.standard_t(2.5, count))


def skewed(rng: np.random.Generator, count: int) -> World:
    """Never much faster, often slower."""
    return replace(straight(rng, count), noise=0.25 * (rng.gamma(1.5, 1.0, count) - 1.5))


def subjects(rng: np.random.Generator, count: int) -> World:
    """Mostly the same limit is asked for, and what a run takes is its subject's own size."""
    world = straight(rng, count)
    about = rng.integers(0, 25, count).astype(np.float64)
    own = np.exp(rng.normal(5, 1.2, 25))[about.astype(int)]
    pages = np.where(rng.random(count) < 0.7, 2000.0, world.pages)  # noqa: PLR2004
    return replace(world, pages=pages, about=about, seconds=4 + 0.3 * np.minimum(pages, own))


def failing(rng: np.random.Generator, count: int) -> World:
    """A fifth fails after a second or two; a threshold makes large ones slower at once."""
    world = straight(rng, count)
    slower = np.where(world.pages > 800, 2.5, 1.0)  # noqa: PLR2004
    good = np.where(rng.random(count) < 0.2, np.nan, world.good)  # noqa: PLR2004
    return replace(world, seconds=world.seconds * slower, good=good)


WORLDS: Mapping[str, Callable[[np.random.Generator, int], World]] = {
    "straight": straight,
    "limited": limited,
    "uneven": uneven,
    "heavy tails": heavy_tails,
    "skewed": skewed,
    "subjects": subjects,
    "failing": failing,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One estimate and what came of it.

    Attributes:
        held: whether the time was within; None where the run failed.
    """

    pages: float
    held: bool | None
    ratio: float
    confidence: float | None
    good: bool


def told(name: str, *, doubled: bool, seed: int) -> list[Told]:
    """The judged estimates of one history."""
    rng = np.random.default_rng((seed, sorted(WORLDS).index(name), doubled))
    first = int(rng.integers(_FEWEST, _MOST - _TOLD - _JUDGED))
    count = first + _TOLD + _JUDGED
    world = WORLDS[name](rng, count)
    seconds = world.seconds * np.exp(world.noise)
    if doubled:
        seconds[first:] *= 2
    outcomes: list[Outcome] = []
    found: list[Told] = []
    for at in range(count):
        request = {"pages": world.pages[at], "limit": world.limit[at], "about": str(world.about[at])}
        situation = Situation(WORKFLOW.name, "o", request, Machine(2, 1000))
        failed = bool(np.isnan(world.good[at]))
        outcome = _outcome(situation, at, 1.0 + rng.random() if failed else float(seconds[at]), failed=failed)
        outcome = replace(outcome, quality=0.0 if failed else float(world.good[at]))
        if at >= first:
            expected = estimate(WORKFLOW, situation, outcomes, budget=0.0)
            low, high = expected.time.low, expected.time.high
            outcome = replace(outcome, told=(low, high))
            if at >= first + _TOLD:
                good = outcome.quality > 0
                held = None if failed else low <= outcome.seconds <= high
                found.append(Told(world.pages[at], held, high / low, expected.confidence, good))
        outcomes.append(outcome)
    return found


def _outcome(situation: Situation, at: int, seconds: float, *, failed: bool) -> Outcome:
    return Outcome(
        run_id=str(at), owner_id="o", workflow=WORKFLOW.name, at=at,
        status=RunStatus.FAILED if failed else RunStatus.COMPLETED, quality=0.0, cost=0.0, seconds=seconds,
        size=size_of(WORKFLOW, situation), kinds=kinds_of(WORKFLOW, situation),
    )  # fmt: skip


def rows(data: Path | None = None, *, quick: bool = False, seeds: int = SEEDS) -> Iterator[Row]:
    """Coverage by world and size, after a doubling, how wide, and how far the confidence is off."""
    del data  # the histories are made up
    seeds = _QUICK if quick else seeds
    everything: list[Told] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name in WORLDS:
            rated = _all(pool, name, seeds, doubled=False)
            everything += rated
            found = [one for one in rated if one.held is not None]
            bands = [100 * mean(bool(one.held) for one in band) for band in _bands(found)]
            note = ", ".join(f"{band} {share:.1f} %" for band, share in zip(_BANDS, bands, strict=True))
            yield _coverage(f"coverage of 80 % intervals, {name}", found, note)
            yield _within(
                f"farthest of its size bands from 80 %, {name}", max(bands, key=lambda share: abs(share - 80))
            )
            ratio = median(one.ratio for one in found)
            yield Row(f"high over low, {name}", "times", ratio, 3, "goal", most=1)
        doubled = _all(pool, "straight", seeds, doubled=True)
    yield _coverage(f"coverage from {_TOO_LONG} runs after a doubling", doubled, "")
    ended = [one for one in everything if one.held is not None]
    yield _coverage("coverage of 80 % intervals, all worlds", ended, "")
    off = _miscalibration([one for one in everything if one.confidence is not None])
    yield Row("confidence less the rate at which the bar was reached, mean over tenths", "", off, 0.05, "goal", most=1)


def _all(pool: ProcessPoolExecutor, name: str, seeds: int, *, doubled: bool) -> list[Told]:
    make = partial(_told, name, doubled)
    return [one for found in pool.map(make, range(seeds), chunksize=5) for one in found]


def _told(name: str, doubled: bool, seed: int) -> list[Told]:  # noqa: FBT001 - for a pool's map
    return told(name, doubled=doubled, seed=seed)


def _coverage(what: str, found: Sequence[Told], note: str) -> Row:
    return _within(what, 100 * mean(bool(one.held) for one in found), note)


def _within(what: str, share: float, note: str = "") -> Row:
    return Row(what, "%", share, 80, "meant", least=75 / 80, most=85 / 80, note=note)


def _bands(found: Sequence[Told]) -> list[list[Told]]:
    """Thirds by size."""
    ranked = sorted(found, key=lambda one: one.pages)
    third = len(ranked) / len(_BANDS)
    return [ranked[round(third * at) : round(third * (at + 1))] for at in range(len(_BANDS))]


def _miscalibration(found: Sequence[Told]) -> float:
    tenths: dict[int, list[Told]] = {}
    for one in found:
        tenths.setdefault(int((one.confidence or 0.0) * 10), []).append(one)
    off = [
        abs(mean(one.confidence or 0.0 for one in tenth) - mean(one.good for one in tenth)) * len(tenth)
        for tenth in tenths.values()
    ]
    return sum(off) / len(found)


if __name__ == "__main__":
    print(table(rows(seeds=int(sys.argv[1]) if sys.argv[1:] else SEEDS)))
