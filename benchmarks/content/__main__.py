"""generate-content, measured: `python3 -m benchmarks.content DATA`, or `--claims FILE` for texts of others."""

import argparse
import sys
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from benchmarks.brain import budgets
from benchmarks.content import batches, costs, generated, shop_products, truth
from benchmarks.content.cases import Case, cases_of, read_cases, texts, write_cases, written_cases
from benchmarks.content.scoring import Score, Scores, score
from benchmarks.content.swapped import swapped
from benchmarks.content.written_by_type import FOURTH, THIRD
from benchmarks.content.written_fresh import FRESH
from benchmarks.content.written_last import LAST
from benchmarks.content.written_later import LATER
from benchmarks.table import table

_RECALL, _ALARMS = 0.95, 0.05
_FLAGGED, _KEPT, _HELD = 0.2, 0.95, 0.75
_TEXTS = 240
_MADE = ("by templates", "products of shops")
_TUNING_SEED, _HELD_OUT_SEED = 20261128, 7_031

_HEADS = (
    "| | texts | wrong places | recall | with unverified | precision | right texts with an alarm | with unverified"
    " | of their claims | with unverified |"
)
Goal = tuple[str, str, str, bool]
"""What, what was reached, the goal, whether it is met."""


def main() -> int:
    """Print the tables; 0 where every goal was reached, or there is none."""
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
    parser.add_argument("--only", nargs="+", choices=[*_parts(Path())], metavar="PART", help="only these parts")
    parser.add_argument("--quick", action="store_true", help="smaller batches")
    wanted = parser.parse_args()
    if wanted.claims:
        told: list[str] | None = [] if wanted.told else None
        print(_table(score(read_cases(wanted.claims), told)))
        print("\n".join(told or ()))
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
        "claims": lambda: _claims(data, wanted or argparse.Namespace()),
        "truth": lambda: _truth(data),
        "cost": lambda: _cost(quick=quick),
        "speed": lambda: _speed(quick=quick),
    }


def _claims(data: Path, wanted: argparse.Namespace) -> bool:
    told: list[str] | None = [] if wanted.told else None
    seed = _TUNING_SEED if wanted.tuning else _HELD_OUT_SEED
    parts: dict[str, Iterable[Case]] = {
        "written by hand": written_cases(held_out=not wanted.tuning),
        _MADE[0]: generated.cases(seed, wanted.texts),
        _MADE[1]: shop_products.cases(data, seed, wanted.texts),
    }
    if not wanted.tuning:
        parts["written after tuning"] = cases_of(LATER, "written later")
        parts["written after that"] = cases_of(LAST, "written last")
        parts["written third"] = cases_of(THIRD, "written third")
        parts["written fourth"] = cases_of(FOURTH, "written fourth")
        parts["written fresh"] = cases_of(FRESH, "written fresh")
        parts |= {name.replace("_", " "): texts(name) for name in ("held_back", "held_back_second", "held_back_third")}
    if wanted.tuning:
        parts["tuning"] = texts("tuning")
    parts = {name: list(cases) for name, cases in parts.items()}
    by_hand = [case for name, cases in parts.items() if name not in _MADE for case in cases]
    parts["by hand, a value put wrong by code"] = list(swapped(by_hand, seed))
    scores = {name: score(cases, told) for name, cases in parts.items()}
    if wanted.save:
        write_cases(list(chain.from_iterable(parts.values())), wanted.save)
    for name, found in scores.items():
        print(f"### {name}\n\n{_table(found)}\n")
    print("\n".join(told or ()))
    return _print([goal for name, found in scores.items() for goal in _goals(name, found.of("all"))])


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


def _goals(name: str, found: Score) -> list[Goal]:
    recall, alarms, claims = found.recall or 0.0, found.text_alarms or 0.0, found.claim_alarms or 0.0
    return [
        (f"{name}: recall of the wrong places", f"{recall:.1%}", f"≥ {_RECALL:.0%}", recall >= _RECALL),
        (f"{name}: right texts with an alarm", f"{alarms:.1%}", f"≤ {_ALARMS:.0%}", alarms <= _ALARMS),
        (f"{name}: false alarms of their claims", f"{claims:.1%}", f"≤ {_ALARMS:.0%}", claims <= _ALARMS),
    ]


def _table(scores: Scores) -> str:
    lines = [
        _HEADS,
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in sorted(scores.groups.items(), key=lambda group: (group[0] != "all", group[0])):
        cells = (
            _share(one.recall),
            _share(one.recall_doubted),
            _share(one.precision),
            _share(one.text_alarms),
            _share(one.text_doubts),
            f"{_share(one.claim_alarms)} of {one.right_claims}",
            _share(one.claim_doubts),
        )
        lines.append(f"| {name} | {one.texts or ''} | {one.wrong_places} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


if __name__ == "__main__":
    sys.exit(main())
