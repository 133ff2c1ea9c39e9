"""From a million price rows in the records to the analysis, against pandas; see benchmarks/analytics.py."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import analytics
from benchmarks.processes import in_turn
from benchmarks.table import Row, middle

_QUICK_ROWS = 50_000


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Time and memory."""
    del data  # the offers are made up
    count = _QUICK_ROWS if quick else analytics.ROWS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite3"
        analytics.make(path, count)
        columns = analytics.measure(analytics.COLUMNS, path)
        sides = {side: partial(analytics.measure, side, path) for side in analytics.SIDES}
        rounds = in_turn(sides, 1 if quick else 3)
    ours, pandas = rounds["magicai"], rounds["pandas"]
    what = f"from {count:,} price rows to the analysis"
    yield Row(what, "s", middle(ours, "seconds"), middle(pandas, "seconds"), "pandas", most=0.27)
    yield Row(what, "processor s", middle(ours, "processor"), middle(pandas, "processor"), "pandas", most=0.36)
    yield Row(f"{what}: peak memory", "MB", middle(ours, "megabytes"), middle(pandas, "megabytes"), "pandas", most=0.33)
    yield Row(
        f"keeping {count:,} offers by column, once a crawl",
        "processor s",
        columns["processor"],
        note=f"{columns['seconds']:.1f} s, peak {columns['megabytes']:.0f} MB, {columns['answer'] / 1e6:.0f} MB kept",
    )
