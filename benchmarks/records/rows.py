"""Records on PostgreSQL: writing against bare psycopg, analysis against pandas; the server of MAGICAI_TEST_STORES.

Its `benchmark_...` schema is removed in the end. 10 million rows take minutes to make, and are left out by --quick.
"""

import os
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import processes
from benchmarks.processes import in_turn
from benchmarks.records import sides
from benchmarks.table import Row, middle
from integrations.records.postgresql_address import Address

_WRITTEN, _QUICK_WRITTEN = 5_000, 1_000
_COUNTED, _QUICK_COUNTED = 1_000_000, 50_000
_MANY = 10_000_000
_MOST_MB = 2_000


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Time and memory."""
    del data  # what is written is made up
    server, schema = _server(), f"benchmark_{os.getpid()}"
    try:
        yield from _writing(server, schema, quick=quick)
        yield from _analysis(server, schema, quick=quick)
        if not quick:
            yield from _ten_million(server, schema)
    finally:
        with psycopg.connect(Address(server, schema).line) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE".encode())


def _server() -> str:
    file = os.environ.get("MAGICAI_TEST_STORES")
    if file is None:
        raise SystemExit("MAGICAI_TEST_STORES names no file with a DATABASE_URL: python -m tests.lab up")
    words = shlex.split(Path(file).read_text(encoding="utf-8"), comments=True)
    return next(word.partition("=")[2] for word in words if word.startswith("DATABASE_URL="))


def _side(side: str, server: str, schema: str, count: int) -> dict[str, float]:
    return processes.answer("-m", sides.__name__, side, schema, str(count), environment={sides.SERVER: server})


def _written(side: str, server: str, schema: str, count: int) -> dict[str, float]:
    sides.begin(server, schema)
    return _side(side, server, schema, count)


def _writing(server: str, schema: str, *, quick: bool) -> Iterator[Row]:
    count = _QUICK_WRITTEN if quick else _WRITTEN
    work = {side: partial(_written, side, server, schema, count) for side in ("ours", "bare")}
    found = in_turn(work, 1 if quick else 3)
    what = f"writing {count:,} products, entities and outbox rows to PostgreSQL"
    yield Row(what, "s", middle(found["ours"], "seconds"), middle(found["bare"], "seconds"), "bare psycopg", most=1.5)
    processor = [middle(found[side], "processor") for side in ("ours", "bare")]
    yield Row(what, "processor s", processor[0], processor[1], "bare psycopg")
    once = {name: middle(found["ours"], name) for name in ("seconds", "megabytes")}
    against = f"{count:,}"
    for times in () if quick else (10, 100):
        more = _written("ours", server, schema, times * count)
        what = f"{times} times as many"
        yield Row(f"{what}: a {times}th of the time", "s", more["seconds"] / times, once["seconds"], against, most=1.3)
        yield Row(f"{what}: peak memory", "MB", more["megabytes"], once["megabytes"], against, most=1.2)


def _analysis(server: str, schema: str, *, quick: bool) -> Iterator[Row]:
    count = _QUICK_COUNTED if quick else _COUNTED
    sides.begin(server, schema, count)
    work = {side: partial(_side, side, server, schema, count) for side in ("analysed", "pandas")}
    rounds = 1 if quick else 3
    yield from _compared(f"from {count:,} price rows on PostgreSQL to the analysis, by row", in_turn(work, rounds))
    kept = _side("columns", server, schema, count)
    yield from _compared(f"from {count:,} price rows on PostgreSQL to the analysis, by column", in_turn(work, rounds))
    yield Row(f"keeping {count:,} offers of PostgreSQL by column, once a crawl", "s", kept["seconds"],
              note=f"{kept['processor']:.1f} processor s, peak {kept['megabytes']:.0f} MB")  # fmt: skip


def _compared(what: str, found: dict[str, list[dict[str, Any]]]) -> Iterator[Row]:
    for measure, unit, most in (("seconds", "s", 1 / 2), ("megabytes", "MB", 1.0)):
        ours, pandas = (middle(found[side], measure) for side in ("analysed", "pandas"))
        yield Row(f"{what}: {measure}", unit, ours, pandas, "pandas", most=most)


def _ten_million(server: str, schema: str) -> Iterator[Row]:
    sides.begin(server, schema, _MANY)
    by_row = _side("analysed", server, schema, _MANY)
    yield Row(f"{_MANY:,} price rows on PostgreSQL: peak memory", "MB", by_row["megabytes"], _MOST_MB, "2 GB", most=1,
              note=f"{by_row['seconds']:.0f} s")  # fmt: skip
