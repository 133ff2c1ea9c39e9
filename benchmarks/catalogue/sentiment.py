"""Sentiment of reviews: `--reviews FILE` of tab-separated text, label (1 or 0), language (en or zh), group.

What the shipped models were trained on is left out of their rows. English groups are also each measured by a model that
is trained on the file's other English groups, by the script that makes the shipped one.
"""

import argparse
import asyncio
import csv
import hashlib
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.catalogue._tables import markdown
from integrations.embedder.usem3 import UsemEmbedder
from magicai.catalogue.sentiment.scoring import english_features, opinions

SEEN = Path(__file__).parent / "trained_on.npz"
_GOALS = {"zh": (0.89, 0.70, 0.95), "en": (0.86, 0.70, 0.90)}
_SPEED = 300
_GROUPS, _COLUMNS = 2, 4

Row = tuple[str, int, str, str]


def mark(text: str) -> int:
    """Four bytes of a text's hash."""
    return int.from_bytes(hashlib.sha256(" ".join(text.split()).encode()).digest()[:4])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked for."""
    parser.add_argument("--reviews", type=Path, metavar="FILE", help="sentiment: text, label, language, group; by tabs")


def measure(options: argparse.Namespace) -> bool | None:
    """Right, and sure, per group."""
    if options.reviews is None:
        return None
    rows = read(options.reviews)
    table, met = asyncio.run(_measured(rows))
    head = ("sentiment", "language", "reviews", "right", "sure", "right when sure", "a second")
    print(markdown(head, table))
    return met


def read(path: Path) -> list[Row]:
    """The file's rows; a first row that is no review is a header."""
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        return [
            (row[0].strip(), int(row[1]), row[2].strip()[:2], row[3].strip())
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if len(row) >= _COLUMNS and row[1].strip() in ("0", "1")
        ]


async def _measured(rows: list[Row]) -> tuple[list[tuple[str, ...]], bool]:
    table: list[tuple[str, ...]] = []
    met, embedder = True, UsemEmbedder()
    for language in ("zh", "en"):
        mine = [row for row in rows if row[2] == language]
        new = [row for row in mine if mark(row[0]) not in _seen()]
        groups = sorted({row[3] for row in mine})
        if len(new) < len(mine):
            print(f"{len(mine) - len(new)} {language} reviews were trained on, and are left out.", file=sys.stderr)
        if new:
            scored = await _shipped(new, embedder)
            met = _reached(language, scored[1:4]) and scored[4] >= _SPEED and met
            table.append(_row("shipped model", language, len(new), scored))
            for group in groups:
                of_group = [row for row in new if row[3] == group]
                if of_group and len(groups) >= _GROUPS:
                    table.append(_row(f"— {group}", language, len(of_group), await _shipped(of_group, embedder)))
        if language == "en" and len(groups) >= _GROUPS:
            for group in groups:
                apart = await _apart(mine, group, embedder)
                met = _reached(language, apart[1:4]) and met
                here = sum(row[3] == group for row in mine)
                table.append(_row(f"{group}, trained on the others", language, here, apart))
    return table, met


Scored = tuple[int, float, float, float, float]


async def _shipped(rows: Sequence[Row], embedder: UsemEmbedder) -> Scored:
    began = time.process_time()
    said = await opinions([text for text, *_ in rows], embedder)
    seconds = time.process_time() - began
    probability = np.array([one.probability for one in said])
    sure = np.array([one.label != "unsure" for one in said])
    return _scores(rows, probability, sure, len(rows) / seconds)


async def _apart(rows: Sequence[Row], group: str, embedder: UsemEmbedder) -> Scored:
    from benchmarks.catalogue.train_sentiment import ENGLISH_L2, fit
    from magicai.catalogue.sentiment.weights import load

    there, here = ([row for row in rows if (row[3] == group) == wanted] for wanted in (False, True))
    labels = np.array([float(label) for _, label, *_ in there])
    weights, bias = fit(await english_features([row[0] for row in there], embedder), labels, ENGLISH_L2)
    features = await english_features([row[0] for row in here], embedder)
    probability = 1 / (1 + np.exp(-(features @ weights + bias)))
    return _scores(here, probability, np.abs(probability - 0.5) >= load()["en"].unsure, 0.0)


def _scores(
    rows: Sequence[Row], probability: npt.NDArray[np.float64], sure: npt.NDArray[np.bool_], speed: float
) -> Scored:
    right = (probability > 0.5) == np.array([label == 1 for _, label, *_ in rows])  # noqa: PLR2004 - one half
    return len(rows), float(right.mean()), float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0, speed


def _reached(language: str, scored: Sequence[float]) -> bool:
    return all(one >= goal for one, goal in zip(scored, _GOALS[language], strict=True))


def _row(name: str, language: str, count: int, scored: Scored) -> tuple[str, ...]:
    _, right, sure, right_when_sure, speed = scored
    shown = f"{speed:.0f}" if speed else ""
    return (name, language, f"{count:,}", f"{right:.3f}", f"{sure:.0%}", f"{right_when_sure:.3f}", shown)


@cache
def _seen() -> frozenset[int]:
    with np.load(SEEN, allow_pickle=False) as kept:
        return frozenset(int(one) for one in kept["marks"])
