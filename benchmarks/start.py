"""How soon `magicai --help` answers, with warm caches."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.processes import in_turn, python
from benchmarks.table import Row, middle

_GOAL_S = 0.3


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Wall clock, and the processor time of user and system."""
    del data
    sides = {"magicai": partial(_measure, "-m", "magicai", "--help"), "python": partial(_measure, "-c", "pass")}
    in_turn(sides, 1)
    rounds = in_turn(sides, 1 if quick else 7)
    bare = middle(rounds["python"], "seconds")
    seconds, processor = (middle(rounds["magicai"], name) for name in ("seconds", "processor"))
    note = f"{processor:.2f} processor s; Python alone {bare:.3f} s"
    yield Row("magicai --help", "s", seconds, _GOAL_S, "the goal", most=1, note=note)


def _measure(*arguments: str) -> dict[str, float]:
    busy, begun = _of_children(), time.perf_counter()
    python(*arguments)
    return {"seconds": time.perf_counter() - begun, "processor": _of_children() - busy}


def _of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
