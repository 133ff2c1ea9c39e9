"""Lists and files: what becomes of pages and rows, killed on the way, and how fast.

`--shops FOLDER` is the folder with shops/books-1000.json.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.catalogue import bare, lists, rows
from benchmarks.catalogue.shop import read_items

_RIGHT = 0.995
_FLOW, _EIGHT, _FLAT, _ROWS = 1.4, 4.7, 1.5, 700

Goal = tuple[str, str, str, bool]
"""What, what was reached, the goal, whether it is met."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    parser.add_argument("--shops", type=Path, metavar="FOLDER", help="the folder with shops/books-1000.json")
    parser.add_argument("--size", type=int, default=1_000, help="pages of the list that is killed")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the file")
    parser.add_argument("--parts", nargs="+", choices=[*_parts()], metavar="PART", help=f"of {', '.join(_parts())}")


def measure(options: argparse.Namespace) -> bool | None:
    """Print the table; whether every goal was reached, None where no data are given."""
    wanted = options.parts or [*_parts()]
    if options.shops is None:
        wanted = [name for name in wanted if name == "rows"]
    parts = {name: part for name, part in _parts().items() if name in wanted}
    if options.quick:
        options.size, options.kills = min(options.size, 200), min(options.kills, 3)
        options.rows = min(options.rows, 20_000)
    goals = [goal for part in parts.values() for goal in part(options)]
    if not goals:
        return None
    print("| what | reached | goal | met |\n| --- | --- | --- | --- |")
    for what, reached, goal, met in goals:
        print(f"| {what} | {reached} | {goal} | {'yes' if met else 'no'} |")
    return all(met for *_, met in goals)


def _parts() -> dict[str, Callable[[argparse.Namespace], list[Goal]]]:
    return {"killed": _killed, "rows": _rows, "flow": _flow}


def _killed(wanted: argparse.Namespace) -> list[Goal]:
    got = lists.killed(read_items(wanted.shops, wanted.size), wanted.kills)
    for one in got.wrong[:20]:
        print(f"not right: {one}", file=sys.stderr)
    what = f"{wanted.size} pages, killed {got.kills} times, {got.seconds:.0f} s, {got.peak_mb:.0f} MB"
    return [
        (f"{what}: good ones right", f"{got.right} of {got.good}", f"{_RIGHT:.1%}", got.right >= _RIGHT * got.good),
        ("bad ones named", f"{got.named} of {got.bad}", "all", got.named == got.bad),
        ("products that are there twice", str(got.doubled), "0", got.doubled == 0),
        ("requests", str(got.asked), "", True),
    ]


def _rows(wanted: argparse.Namespace) -> list[Goal]:
    few, many = rows.imported(max(wanted.rows // 10, 1_000)), rows.imported(wanted.rows)
    growth = many.peak_mb / few.peak_mb
    return [
        (
            f"{many.rows:,} rows, one broken, {many.processor_s:.0f} processor seconds: rows a second",
            f"{many.per_second:,.0f}",
            f"{_ROWS:,}",
            many.per_second >= _ROWS,
        ),
        (
            "kept, and named",
            f"{many.kept:,}, {many.named}",
            "all but one, one",
            many.kept == many.rows - 1 and many.named == 1,
        ),
        (f"memory, {few.peak_mb:.0f} MB at a tenth", f"{growth:.2f} times", f"{_FLAT}", growth <= _FLAT),
    ]


def _flow(wanted: argparse.Namespace) -> list[Goal]:
    got = bare.compared(read_items(wanted.shops, wanted.size, share=0))
    return [
        ("the flow through Prefect against a bare script", f"{got.ratio:.2f} times", f"{_FLOW}", got.ratio <= _FLOW),
        ("the same in processor time of its process", f"{got.processor:.2f} times", "", True),
        ("the same steps without Prefect, in processor time", f"{got.executor:.2f} times", "", True),
        (
            "8 at a time against 1, where waiting dominates",
            f"{got.eight:.1f} times",
            f"{_EIGHT:.0f}",
            got.eight >= _EIGHT,
        ),
    ]
