"""The claim checker, measured: `python3 -m benchmarks.content DATA`, or `--claims FILE` for texts of others."""

import argparse
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from benchmarks.content import generated, shop_products
from benchmarks.content.cases import Case, last_cases, later_cases, read_cases, write_cases, written_cases
from benchmarks.content.scoring import Score, Scores, score

_RECALL, _ALARMS = 0.95, 0.05
_TEXTS = 240
_TUNING_SEED, _HELD_OUT_SEED = 20261128, 7_031


def main() -> int:
    """Print the table; 0 where every goal was reached, or there is none."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.content", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with shops/books-1000.json")
    parser.add_argument(
        "--claims",
        type=Path,
        metavar="FILE",
        help="JSON Lines of {facts, text, language, unsupported: [[start, end], ...]}",
    )
    parser.add_argument(
        "--tuning", action="store_true", help="the half on which the checker was tuned, instead of the other"
    )
    parser.add_argument("--texts", type=int, default=_TEXTS, help="texts to make, of each of the generators")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the texts as JSON Lines too")
    parser.add_argument("--told", action="store_true", help="print each miss and each false alarm")
    wanted = parser.parse_args()
    told: list[str] | None = [] if wanted.told else None
    if wanted.claims:
        print(_table(score(read_cases(wanted.claims), told)))
        print("\n".join(told or ()))
        return 0
    if wanted.data is None:
        parser.error("give the folder of the data, or --claims FILE")
    seed = _TUNING_SEED if wanted.tuning else _HELD_OUT_SEED
    parts: dict[str, Iterable[Case]] = {
        "written by hand": written_cases(held_out=not wanted.tuning),
        "by templates": generated.cases(seed, wanted.texts),
        "products of shops": shop_products.cases(wanted.data, seed, wanted.texts),
    }
    if not wanted.tuning:
        parts["written after tuning"] = later_cases()
        parts["written after that"] = last_cases()
    parts = {name: list(cases) for name, cases in parts.items()}
    scores = {name: score(cases, told) for name, cases in parts.items()}
    if wanted.save:
        write_cases(list(chain.from_iterable(parts.values())), wanted.save)
    for name, found in scores.items():
        print(f"\n## {name}\n\n{_table(found)}")
    print("\n".join(told or ()))
    print("\n| texts | what | reached | goal | met |\n|---|---|---:|---:|---|")
    goals = [row for name, found in scores.items() for row in _goals(name, found.of("all"))]
    print("\n".join(row for row, _ in goals))
    return 0 if all(met for _, met in goals) else 1


def _goals(name: str, found: Score) -> list[tuple[str, bool]]:
    recall, alarms, claims = found.recall or 0.0, found.text_alarms or 0.0, found.claim_alarms or 0.0
    rows = (
        ("recall of the wrong places", recall, f"≥ {_RECALL:.0%}", recall >= _RECALL),
        ("right texts with an alarm", alarms, f"≤ {_ALARMS:.0%}", alarms <= _ALARMS),
        ("false alarms of the claims in right texts", claims, f"≤ {_ALARMS:.0%}", claims <= _ALARMS),
    )
    return [
        (f"| {name} | {what} | {value:.1%} | {goal} | {'yes' if met else '**no**'} |", met)
        for what, value, goal, met in rows
    ]


def _table(scores: Scores) -> str:
    lines = [
        "| | texts | wrong places | recall | precision | right texts with an alarm | of their claims |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in sorted(scores.groups.items(), key=lambda group: (group[0] != "all", group[0])):
        cells = (
            _share(one.recall),
            _share(one.precision),
            _share(one.text_alarms),
            f"{_share(one.claim_alarms)} of {one.right_claims}",
        )
        lines.append(f"| {name} | {one.texts or ''} | {one.wrong_places} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


if __name__ == "__main__":
    sys.exit(main())
