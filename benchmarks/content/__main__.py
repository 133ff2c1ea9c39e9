"""generate-content, measured: `python3 -m benchmarks.content DATA`, or `--claims FILE` for copy of others."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.brain import budgets
from benchmarks.content import batches, costs, proof, truth
from benchmarks.content.swaps import swapped
from benchmarks.knowledge.opening import open_models
from benchmarks.table import table
from magicai.models.choices import NONE

_FLAGGED, _KEPT, _AGREES, _HELD = 0.2, 0.95, 0.8, 0.75
Goal = tuple[str, str, str, bool]
"""What, what was reached, the goal, whether it is met."""


def main() -> int:
    """Print the tables; 0 where every goal was reached, or there is none."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.content", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with shops/books-1000.json")
    parser.add_argument(
        "--claims",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="JSON Lines of {text, record, wrong: [words or [start, end], ...], source}",
    )
    parser.add_argument("--verifier", default=NONE, metavar="MODEL", help="judge the texts of FILE with this model too")
    parser.add_argument("--only", nargs="+", choices=[*_parts(Path())], metavar="PART", help="only these parts")
    parser.add_argument("--quick", action="store_true", help="smaller batches")
    wanted = parser.parse_args()
    if wanted.claims:
        asyncio.run(_proof([copy for file in wanted.claims for copy in proof.read_copy(file)], wanted.verifier))
        return 0
    if wanted.data is None:
        parser.error("give the folder of the data, or --claims FILE")
    met = True
    for name, measure in _parts(wanted.data, wanted).items():
        if not wanted.only or name in wanted.only:
            print(f"\n## {name}\n", flush=True)
            met = measure() and met
    return 0 if met else 1


def _parts(data: Path, wanted: argparse.Namespace | None = None) -> dict[str, Callable[[], bool]]:
    """What is measured, by name: each prints its table, and answers whether its goals were reached."""
    quick = bool(wanted and wanted.quick)
    return {
        "claims": _claims,
        "truth": lambda: _truth(data),
        "cost": lambda: _cost(quick=quick),
        "speed": lambda: _speed(quick=quick),
    }


def _claims() -> bool:
    asyncio.run(_proof(list(proof.read_copy(proof.OWN)), NONE))
    return True


async def _proof(copies: list[proof.Copy], verifier: str) -> None:
    print(f"### Code alone\n\n{proof.tables(await proof.measure(copies))}")
    print(f"\n### True copy with one value put wrong\n\n{proof.tables(await proof.measure(swapped(copies)))}")
    if verifier != NONE:
        async with open_models(embedder=NONE, reranker=NONE, model=verifier) as models:
            print(f"\n### Code and {verifier}\n\n{proof.tables(await proof.measure(copies, models.text))}")


def _truth(data: Path) -> bool:
    goals: list[Goal] = []
    for one in truth.measure(data):
        flagged, kept = one.flagged / one.texts, one.kept
        wrong = len(one.wrong)
        goals += [
            (f"{one.model}: unsupported in {one.texts - one.flagged} texts not flagged", f"{wrong}", "0", not wrong),
            (f"{one.model}: texts flagged", f"{flagged:.1%}", f"≤ {_FLAGGED:.0%}", flagged <= _FLAGGED),
            (f"{one.model}: needed facts that texts keep", f"{kept:.1%}", f"≥ {_KEPT:.0%}", kept >= _KEPT),
        ]
        print("\n".join(one.wrong[:20]))
    return _print(goals)


def _cost(*, quick: bool) -> bool:
    held, count, width = costs.measure(20 if quick else costs.BATCHES)
    share = held / count
    said = f"{share:.0%} of {count}; its width is {width:.1f} times the cost (median)"
    met = _print([("batches whose cost lies in the interval said before", said, f"≥ {_HELD:.0%}", share >= _HELD)])
    rows = list(budgets.rows(quick=quick))
    print(table(rows))
    return met and not rows[0].ours


def _speed(*, quick: bool) -> bool:
    rows = batches.rows(quick=quick)
    print(table(rows))
    return all(row.met is not False for row in rows)


def _print(goals: Iterable[Goal]) -> bool:
    goals = list(goals)
    print("\n| what | reached | goal | met |\n|---|---:|---:|---|")
    for what, value, goal, met in goals:
        print(f"| {what} | {value} | {goal} | {'yes' if met else '**no**'} |")
    return all(met for *_, met in goals)


if __name__ == "__main__":
    sys.exit(main())
