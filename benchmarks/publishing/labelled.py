"""Labelled texts as files have them: tab-separated text, label, language."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Language = Literal["en", "zh"]
_YES = frozenset(("1", "violating", "violation", "offensive", "hateful", "true", "yes", "positive", "bad"))


@dataclass(frozen=True)
class Labelled:
    """A text, and whether it is what is looked for."""

    text: str
    positive: bool
    language: Language | None = None


@dataclass(frozen=True)
class Scores:
    """What was found of what there is."""

    hits: int
    misses: int
    alarms: int
    clean: int

    @property
    def recall(self) -> float:
        """The share of what there is that was found."""
        return self.hits / max(1, self.hits + self.misses)

    @property
    def precision(self) -> float:
        """The share of what was found that is there."""
        return self.hits / max(1, self.hits + self.alarms)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hits / max(1, 2 * self.hits + self.misses + self.alarms)

    @property
    def alarm_rate(self) -> float:
        """The share of clean texts that were flagged."""
        return self.alarms / max(1, self.alarms + self.clean)


def scores(texts: Sequence[Labelled], flagged: Sequence[bool]) -> Scores:
    """Compare what was flagged with the labels."""
    pairs = [(one.positive, flag) for one, flag in zip(texts, flagged, strict=True)]
    return Scores(*(pairs.count(which) for which in ((True, True), (True, False), (False, True), (False, False))))


def read(path: Path) -> list[Labelled]:
    """The texts of a file; a first line that names the columns is left."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) > 1]
    if rows and rows[0][1].strip().lower() == "label":
        rows = rows[1:]
    return [
        Labelled(
            row[0],
            row[1].strip().lower() in _YES,
            cast("Language", row[2].strip()) if len(row) > 2 and row[2].strip() in ("en", "zh") else None,  # noqa: PLR2004
        )
        for row in rows
    ]
