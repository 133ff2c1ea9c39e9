"""Lists as tables on standard output: headers, columns that line up, and on a terminal no line that wraps."""

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from unicodedata import east_asian_width

from magicai.cli.command_name import as_called
from magicai.cli.words import duration
from magicai.runs.views.names import short_id, subject_of
from magicai.shapes.runs import RunListed
from magicai.values.printable import printable
from magicai.values.times import now_us, to_datetime

_GAP = "  "


def run_rows(runs: Sequence[RunListed]) -> list[list[str]]:
    """Runs as a table, its headers first."""
    shared = any(run.started_by is not None for run in runs)
    rows = [["ID", "STARTED", *(["BY"] if shared else []), "TOOK", "STATUS", "WORKFLOW", "SUBJECT", "FINDING"]]
    for run, started in zip(runs, local_times([run.created_at for run in runs]), strict=True):
        by = "-" if run.started_by is None else run.started_by or "(former member)"
        rows.append(
            [
                short_id(run.run_id),
                started,
                *([by] if shared else []),
                _took(run),
                run.shown_status,
                run.workflow,
                subject_of(run),
                *(run.findings[:1] or [""]),
            ]
        )
    return rows


def local_times(moments: Sequence[int]) -> list[str]:
    """UTC microseconds on this machine's clock: to the minute, and to the second where two of them share it."""
    here = [to_datetime(at).astimezone() for at in moments]
    minutes = [f"{at:%Y-%m-%d %H:%M}" for at in here]
    shared = Counter(minutes)
    return [f"{minute}:{at:%S}" if shared[minute] > 1 else minute for minute, at in zip(minutes, here, strict=True)]


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of one length; where a terminal is too narrow, the last column is cut short."""
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in columns(rows):
        print(_cut(as_called(line), limit))


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of one length as lines whose columns line up."""
    cells = [[" ".join(printable(cell).split("\n")) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        _GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _took(run: RunListed) -> str:
    if run.started_at is None:
        return ""
    return duration(((run.finished_at or now_us()) - run.started_at) / 1_000_000)


def _cut(line: str, limit: int | None) -> str:
    if limit is None or _width(line) <= limit:
        return line
    while _width(line) >= limit:
        line = line[:-1]
    return f"{line}…"


def _width(text: str) -> int:
    """Columns that a text takes on a terminal, where Chinese characters take two."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
