"""Recommendations: `--ratings FILE` of user, item, rating, time, split (`train` or `test`), by tabs or commas.

Without a file, a synthetic set: people of several tastes who buy sets of things that go together, and what is popular.
"""

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.catalogue._tables import markdown
from magicai.catalogue.recommendations.gram import counted
from magicai.catalogue.recommendations.models import Affinity, Ease, Neighbours

_TOP = 10
_COLUMNS = 5

Pairs = list[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked for."""
    parser.add_argument("--ratings", type=Path, metavar="FILE", help="recommendations: user, item, rating, time, split")


def measure(options: argparse.Namespace) -> bool:
    """nDCG@10 of each model, and whether event by event is the same as all at once."""
    train, test = read(options.ratings) if options.ratings else synthetic(people=300 if options.quick else 1000)
    gram = counted(train)
    found = {
        "popular": _ndcg(_popular(train), train, test),
        "item neighbours": _ndcg(_of(Neighbours(gram), gram.items, gram.place), train, test),
    }
    began = time.process_time()
    ease = Ease(gram)
    inverted = time.process_time() - began
    found["EASE"] = _ndcg(_of(ease, gram.items, gram.place), train, test)
    again = counted(train[: len(train) // 2])
    began = time.process_time()
    for person, item in train[len(train) // 2 :]:
        again.add(person, item)
    each = (time.process_time() - began) / max(1, len(train) - len(train) // 2)
    same = again.items == gram.items and bool((again.matrix() == gram.matrix()).all())
    shuffled = counted([train[place] for place in [int(at) for at in np.random.default_rng(1).permutation(len(train))]])
    order = [shuffled.place[item] for item in gram.items]
    same = same and bool((shuffled.matrix()[np.ix_(order, order)] == gram.matrix()).all())
    rows = [("recommendations", name, f"{value:.3f}") for name, value in found.items()]
    rows += [
        ("recommendations", "events; people; items", f"{len(train):,}; {len(gram.people):,}; {len(gram.items):,}"),
        ("recommendations", "increments equal a rebuild", "yes" if same else "**no**"),
        ("recommendations", "an event, microseconds; the inversion, seconds", f"{each * 1e6:.0f}; {inverted:.1f}"),
    ]
    print(markdown(("what", "of", "nDCG@10, or"), rows))
    return same and found["EASE"] > found["item neighbours"]


def read(path: Path) -> tuple[Pairs, Pairs]:
    """A file's pairs, in order of time, by split."""
    text = path.read_text(encoding="utf-8")
    rows = [row for row in csv.reader(text.splitlines(), delimiter="\t" if "\t" in text[:1000] else ",") if row]
    kept = [row for row in rows if len(row) >= _COLUMNS and row[4].strip() in ("train", "test")]
    kept.sort(key=lambda row: float(row[3]))
    train, test = ([(row[0], row[1]) for row in kept if row[4].strip() == split] for split in ("train", "test"))
    return train, test


def synthetic(*, people: int, items: int = 400, tastes: int = 12, seed: int = 5) -> tuple[Pairs, Pairs]:
    """People who buy parts of sets of their tastes, and popular things; a tenth is held back."""
    dice = np.random.default_rng(seed)
    popularity = dice.zipf(1.6, items).astype(float)
    popularity /= popularity.sum()
    sets = [dice.choice(items, size=5, replace=False) for _ in range(items // 4)]
    taste_of_set = dice.integers(tastes, size=len(sets))
    train: Pairs = []
    test: Pairs = []
    for person in range(people):
        mine = set[int]()
        likes = dice.choice(tastes, size=2, replace=False)
        choices = [number for number, taste in enumerate(taste_of_set) if taste in likes]
        for number in dice.choice(choices, size=min(6, len(choices)), replace=False):
            mine |= {int(item) for item in sets[int(number)].tolist() if dice.random() < 0.7}  # noqa: PLR2004 - most of a set
        mine |= {int(item) for item in dice.choice(items, size=8, p=popularity)}
        listed = dice.permutation(sorted(mine))
        held = max(1, len(listed) // 5)
        test += [(f"u{person}", f"i{item}") for item in listed[:held]]
        train += [(f"u{person}", f"i{item}") for item in listed[held:]]
    return train, test


Scorer = Callable[[Sequence[str]], Mapping[str, float]]


def _of(model: Affinity, items: Sequence[str], place: Mapping[str, int]) -> Scorer:
    def score(mine: Sequence[str]) -> Mapping[str, float]:
        return {items[number]: one for number, one in model.scores([place[item] for item in mine]).items()}

    return score


def _popular(train: Pairs) -> Scorer:
    counts = Counter(item for _, item in train)
    return lambda _: counts


def _ndcg(score: Scorer, train: Pairs, test: Pairs) -> float:
    has, wants = defaultdict[str, list[str]](list), defaultdict[str, set[str]](set)
    for person, item in train:
        has[person].append(item)
    for person, item in test:
        wants[person].add(item)
    gains: list[float] = []
    for person, wanted in wants.items():
        mine = set(has[person])
        scores = {item: value for item, value in score(has[person]).items() if item not in mine}
        best = sorted(scores, key=lambda item: -scores[item])[:_TOP]
        gain = sum(1 / np.log2(place + 2) for place, item in enumerate(best) if item in wanted)
        gains.append(float(gain / sum(1 / np.log2(place + 2) for place in range(min(_TOP, len(wanted))))))
    return float(np.mean(gains)) if gains else 0.0
