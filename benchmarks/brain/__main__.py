"""What the brain's decisions are worth: `python3 -m benchmarks.brain [--only NAME ...] [--quick]`.

`--worlds FILE` plays the worlds of a file instead, `--replay FILE` replays a log of many models' answers.
"""

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.brain import regret, replay
from benchmarks.table import Row, table

_PARTS = {
    "regret": "benchmarks.brain.regret",
    "latency": "benchmarks.brain.latency",
    "off_policy": "benchmarks.brain.off_policy",
    "plans": "benchmarks.brain.plans",
    "coverage": "benchmarks.brain.coverage",
    "budgets": "benchmarks.brain.budgets",
}


def main() -> int:
    """Print the tables; 0 where every goal was reached."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.brain", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=list(_PARTS), metavar="NAME")
    parser.add_argument("--worlds", type=Path, metavar="FILE", help="Python with WORLDS, as benchmarks/brain/worlds.py")
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", help="JSON Lines of query, features, model, quality, cost"
    )
    parser.add_argument(
        "--seeds", type=int, default=regret.SEEDS, metavar="N", help="of each world (default: %(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="few seeds, to see that it works")
    wanted = parser.parse_args()
    try:
        rows = list(_rows(wanted))
    except ValueError as exc:
        parser.error(str(exc))
    print(f"\n{table(rows)}")
    return 0 if all(row.met is not False for row in rows) else 1


def _rows(wanted: argparse.Namespace) -> Iterator[Row]:
    if wanted.worlds:
        yield from regret.rows(quick=wanted.quick, seeds=wanted.seeds, file=wanted.worlds)
    if wanted.replay:
        yield from replay.rows(wanted.replay, quick=wanted.quick)
    if wanted.worlds or wanted.replay:
        return
    for name in wanted.only:
        print(f"{name} ...", file=sys.stderr, flush=True)
        more = {"seeds": wanted.seeds} if name == "regret" else {}
        yield from importlib.import_module(_PARTS[name]).rows(quick=wanted.quick, **more)


if __name__ == "__main__":
    sys.exit(main())
