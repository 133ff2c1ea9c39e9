"""All comparisons as one table: `python3 -m benchmarks DATA [--only NAME ...] [--quick]`."""

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

import psutil

from benchmarks.table import Row, table

SUBJECTS = {
    "crawl": "benchmarks.crawl.rows",
    "flow": "benchmarks.flow.rows",
    "analysis": "benchmarks.analysis",
    "start": "benchmarks.start",
    "extraction": "benchmarks.reading",
    "warm": "benchmarks.warm",
    "gateway": "benchmarks.gateway",
}


def main() -> int:
    """Print the table; 0 where every goal was reached."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with shops/books-1000.json")
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=list(SUBJECTS), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="one round of each, to see that it works")
    wanted = parser.parse_args()
    rows: list[Row] = []
    for name in wanted.only:
        print(f"{name} ...", file=sys.stderr, flush=True)
        for row in importlib.import_module(SUBJECTS[name]).rows(wanted.data, quick=wanted.quick):
            print(f"  {row.what}: {row.ours:.3g} {row.unit}, ratio {row.ratio}", file=sys.stderr, flush=True)
            rows.append(row)
    print(table(rows))
    print(f"\n{_machine()}")
    return 0 if all(row.met is not False for row in rows) else 1


def _machine() -> str:
    memory = psutil.virtual_memory().total / 1e9
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    system = f"{platform.system()} {platform.machine()}"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, {system}, Python {platform.python_version()};"
        f" load over 1, 5, 15 minutes at the end: {load}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    sys.exit(main())
