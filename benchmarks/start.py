"""`magicai --help` against `import prefect`, both with warm caches."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.processes import in_turn, python
from benchmarks.table import Row, middle


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Wall clock, and the processor time of user and system."""
    del data
    sides = {
        "magicai": partial(_measure, "-m", "magicai", "--help"),
        "prefect": partial(_measure, "-c", "import prefect"),
        "python": partial(_measure, "-c", "pass"),
    }
    in_turn(sides, 1)
    rounds = in_turn(sides, 1 if quick else 7)
    bare = middle(rounds["python"], "seconds")
    for name, unit in (("seconds", "s"), ("processor", "processor s")):
        yield Row(
            "magicai --help",
            unit,
            middle(rounds["magicai"], name),
            middle(rounds["prefect"], name),
            "import prefect",
            most=1 / 5,
            note=f"Python alone {bare:.3f} s" if name == "seconds" else "",
        )


def _measure(*arguments: str) -> dict[str, float]:
    busy, begun = _of_children(), time.perf_counter()
    python(*arguments)
    return {"seconds": time.perf_counter() - begun, "processor": _of_children() - busy}


def _of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
