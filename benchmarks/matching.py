"""How well products of two places are matched, on public sets of labelled pairs.

    python -m benchmarks.matching FOLDER [--only SET ...] [--show N]

A set is a folder with `tableA.csv`, `tableB.csv`, `train.csv` and `test.csv` (DeepMatcher's layout), or with
`train.txt` and `test.txt` (Ditto's, of titles only). All its products are matched as a catalogue against a shop;
precision, recall and F1 are of the labelled pairs of `test`. Beside it stands what one would write oneself:
rapidfuzz's token_set_ratio of the names (difflib's ratio without it), with the threshold that is best on `train`.
`--show` prints some sure pairs, labelled or not, to be read by eye.
"""

import argparse
import csv
import importlib
import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from magicai.shops.matching.deciding import Certainty, Match, between
from magicai.shops.matching.item import Item

Pair = tuple[str, str]
_TITLE = "COL title VAL"
_SEED = 5


@dataclass(slots=True)
class PairSet:
    """Products of two places by their ids, and labelled pairs of them."""

    mine: dict[str, Item]
    theirs: dict[str, Item]
    train: dict[Pair, bool]
    test: dict[Pair, bool]


def read_set(folder: Path) -> PairSet:
    """A set in either layout."""
    if (folder / "tableA.csv").exists():
        mine, theirs = ({one.id: one for one in _table(folder / f"table{name}.csv")} for name in "AB")
        train, test = (dict(_labels(folder / f"{name}.csv")) for name in ("train", "test"))
        return PairSet(mine, theirs, train, test)
    found = PairSet({}, {}, {}, {})
    for labelled, name in ((found.train, "train.txt"), (found.test, "test.txt")):
        for line in (folder / name).read_text(encoding="utf-8").split("\n")[:-1]:
            titles = [cell.replace(_TITLE, "").strip() for cell in line.split("\t")]
            for title, place in zip(titles, (found.mine, found.theirs), strict=False):
                place.setdefault(title, Item(title, title))
            labelled[titles[0], titles[1]] = titles[2] == "1"
    return found


def _table(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = row.get("title") or row.get("name") or ""
            numbers = (number,) if (number := row.get("modelno")) else ()
            yield Item(row["id"], name, brand=row.get("brand") or row.get("manufacturer") or "", numbers=numbers)


def _labels(path: Path) -> Iterator[tuple[Pair, bool]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield (row["ltable_id"], row["rtable_id"]), row["label"] == "1"


def scored(labelled: dict[Pair, bool], found: Collection[Pair]) -> str:
    """Precision, recall and F1 of labelled pairs."""
    told = [is_one for pair, is_one in labelled.items() if pair in found]
    precision, recall = sum(told) / (len(told) or 1), sum(told) / (sum(labelled.values()) or 1)
    f1 = 2 * precision * recall / ((precision + recall) or 1)
    return f"{precision:.3f}  {recall:.3f}  {f1:.3f}  ({len(told)} pairs)"


def by_names(pairs: PairSet) -> set[Pair]:
    """The baseline: pairs of the test whose names are as alike as is best where one may learn it."""
    alike = _ratio()

    def ratios(labelled: Iterable[Pair]) -> dict[Pair, float]:
        return {(a, b): alike(pairs.mine[a].name.lower(), pairs.theirs[b].name.lower()) for a, b in labelled}

    learned, asked = ratios(pairs.train), ratios(pairs.test)
    order = sorted(learned, key=lambda pair: -learned[pair])
    positives, right = sum(pairs.train.values()), 0
    best, least = 0.0, 101.0
    for count, pair in enumerate(order, start=1):
        right += pairs.train[pair]
        if 2 * right / (count + positives) > best:
            best, least = 2 * right / (count + positives), learned[pair]
    return {pair for pair, ratio in asked.items() if ratio >= least}


def _ratio() -> Callable[[str, str], float]:
    try:
        fuzz: Any = importlib.import_module("rapidfuzz.fuzz")
    except ImportError:
        return lambda one, other: SequenceMatcher(None, sorted(one.split()), sorted(other.split())).ratio() * 100
    return fuzz.token_set_ratio


def main() -> None:
    """Print a table of all sets, and pairs to be read."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", default=[], metavar="SET")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    wanted = parser.parse_args()
    for folder in sorted(one for one in wanted.folder.iterdir() if one.is_dir()):
        if wanted.only and folder.name not in wanted.only:
            continue
        pairs, start = read_set(folder), time.perf_counter()
        matches = list(between([*pairs.mine.values()], [*pairs.theirs.values()]))
        seconds = time.perf_counter() - start
        sure = {(one.mine, one.theirs): one for one in matches if one.certainty is Certainty.SURE}
        print(f"{folder.name}: {len(pairs.mine):,} x {len(pairs.theirs):,} products, {seconds:.1f} s")
        print("                 precision  recall  F1")
        print(f"  sure           {scored(pairs.test, sure)}")
        print(f"  sure + likely  {scored(pairs.test, {(one.mine, one.theirs) for one in matches})}")
        print(f"  names alike    {scored(pairs.test, by_names(pairs))}")
        _show(pairs, list(sure.values()), wanted.show)


def _show(pairs: PairSet, sure: list[Match], count: int) -> None:
    unlike = [one for one in sure if pairs.mine[one.mine].name.lower() != pairs.theirs[one.theirs].name.lower()]
    chosen = random.Random(_SEED).sample(unlike, min(count, len(unlike)))  # noqa: S311 - the same ones each time
    for number, one in enumerate(chosen, start=1):
        label = (pairs.train | pairs.test).get((one.mine, one.theirs))
        print(f"\n{number}. {one.reason}" + ("" if label is None else f" (labelled {'one' if label else 'two'})"))
        for item in (pairs.mine[one.mine], pairs.theirs[one.theirs]):
            print(f"   {item.brand} | {item.name} | {' '.join(item.numbers)}")


if __name__ == "__main__":
    main()
