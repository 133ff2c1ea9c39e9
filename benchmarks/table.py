"""One row a comparison: ours, the other's, their ratio, and whether that is what was wished for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison.

    Attributes:
        unit: of both sides.
        other: the other side's value; None where there is none.
        least, most: bounds of ours / the other; a row without either only informs.
        note: what else there is to know.
    """

    what: str
    unit: str
    ours: float
    other: float | None = None
    against: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours / the other's."""
        return self.ours / self.other if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        ratio = self.ratio
        if ratio is None or (self.least is None and self.most is None):
            return None
        return (self.least is None or ratio >= self.least) and (self.most is None or ratio <= self.most)


def middle(rounds: Sequence[dict[str, float]], name: str) -> float:
    """The median of one measure over the rounds."""
    return median(found[name] for found in rounds)


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| what | ours | the other | ratio | goal | met | |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for row in rows:
        other = "" if row.other is None else f"{_number(row.other)} {row.unit} ({row.against})"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = {None: "", True: "yes", False: "**no**"}[row.met]
        cells = (row.what, f"{_number(row.ours)} {row.unit}", other, ratio, _goal(row), met, row.note)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _goal(row: Row) -> str:
    if row.least is not None:
        return f"≥ {row.least:g}"
    return f"≤ {row.most:g}" if row.most is not None else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004
