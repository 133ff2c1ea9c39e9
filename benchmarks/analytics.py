"""From price rows in the records to the analysis, against pandas on the same rows: `python benchmarks/analytics.py`.

Each side is a process of its own. Time runs from before its libraries are imported until the numbers are there, and
memory is the peak of the process and what it started. pandas gets what its users write: read_sql, then a groupby for
the shop, its categories and its brands with the same columns; it counts in doubles, and skips what the definitions ask
for beyond (one name in several spellings, what is unpriced). Ours reads the copy by column that the records keep beside
the rows (integrations/records/offer_columns.py); what making it costs, once a crawl, is the side "columns".
"""

import argparse
import asyncio
import importlib
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

ROWS, CATEGORIES, BRANDS = 1_000_000, 40, 800
PRICED, DISCOUNTED = 0.98, 0.25
_ROUNDS = 3
QUERY = (
    "SELECT price_minor, currency, list_price_minor, availability, category, brand FROM offers"
    " WHERE crawl_id = 'c' AND seen = 'seen'"
)


def make(path: Path, rows: int) -> None:
    """Records with one crawl of so many products."""
    from integrations.records import sqlite

    asyncio.run(sqlite.open(path).close())
    run = dict.fromkeys(("cancel_requested", "attempts", "token", "sequence", "progress", "created_at"), 0)
    run |= {"run_id": "r", "owner_id": "o", "key": "k", "workflow": "w", "origin": "cli", "status": "completed"}
    crawl = dict.fromkeys(("complete", "coverage", "spent_us", "found", "started_at"), 0) | {"products": rows}
    crawl |= {"crawl_id": "c", "run_id": "r", "owner_id": "o", "shop": "shop.example", "entry_url": "u"}
    with closing(sqlite3.connect(path)) as connection:
        copy = {"crawl_id": "c", "owner_id": "o", "saves": 1}
        for table, row in (("runs", run | {"request": "{}"}), ("crawls", crawl), ("offer_columns", copy)):
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608
        connection.executemany(
            "INSERT INTO offers (crawl_id, product_id, owner_id, position, seen, price_minor, currency, exponent,"
            " list_price_minor, availability, category, brand) VALUES ('c', ?, 'o', ?, 'seen', ?, ?, 2, ?, ?, ?, ?)",
            _offers(rows),
        )
        connection.commit()


def _offers(rows: int) -> Iterator[tuple[Any, ...]]:
    dice = random.Random(7)  # noqa: S311 - prices of a benchmark
    for place in range(rows):
        priced = dice.random() < PRICED
        price = dice.randrange(99, 200_000) if priced else None
        dearer = price is not None and dice.random() < DISCOUNTED
        yield (
            f"019a0000-0000-7000-8000-{place:012x}",
            place,
            price,
            dice.choice(("EUR", "EUR", "EUR", "USD")) if priced else None,
            price * dice.choice((110, 125, 150)) // 100 if price is not None and dearer else None,
            dice.choice(("in_stock", "in_stock", "out_of_stock", "unknown")),
            f"Category {dice.randrange(CATEGORIES)}",
            f"Brand {dice.randrange(BRANDS)}",
        )


def ours(path: Path) -> int:
    """The product's own analysis; answers how many groups there are."""
    from integrations.analytics.duckdb import DuckAnalytics
    from integrations.analytics.sqlite import SqliteSource
    from magicai.shops.crawl import Crawl

    crawl = Crawl("c", "r", "o", "shop.example", "u", started_at=0)
    found = asyncio.run(DuckAnalytics(SqliteSource(path)).shop(crawl, None))
    groups = [found.stats, *(group.stats for group in (*found.categories, *found.brands))]
    return sum(stats.currency is not None for group in groups for stats in group)


def by_column(path: Path) -> int:
    """What saving a crawl adds where its offers are kept by column; answers its bytes."""
    from integrations.records import offer_columns, sqlite

    async def keep() -> int:
        records = sqlite.open(path)
        copy = await records.database.read(lambda c: offer_columns.make(c, "c", 1))
        assert copy is not None
        assert await records.database.write(lambda c: offer_columns.keep(c, "c", copy))
        await records.close()
        return len(copy.counted) + len(copy.compared)

    return asyncio.run(keep())


def with_pandas(path: Path) -> int:
    """The same numbers by pandas; answers how many groups there are."""
    pandas: Any = importlib.import_module("pandas")

    with closing(sqlite3.connect(path)) as connection:
        return grouped(pandas.read_sql(QUERY, connection))


def grouped(offers: Any) -> int:
    """What pandas counts; answers how many groups there are."""
    offers["in_stock"] = offers.availability == "in_stock"
    offers["known_stock"] = offers.availability != "unknown"
    discounted = offers[offers.list_price_minor > offers.price_minor].copy()
    discounted["share"] = 1 - discounted.price_minor / discounted.list_price_minor
    groups = 0
    for by in (["currency"], ["category", "currency"], ["brand", "currency"]):
        grouped = offers.groupby(by)
        stats = grouped.price_minor.agg(["size", "count", "sum", "mean", "median", "min", "max"])
        stats[["q1", "q3"]] = grouped.price_minor.quantile([0.25, 0.75]).unstack()
        stats[["in_stock", "known_stock"]] = grouped[["in_stock", "known_stock"]].sum()
        stats[["discounted", "median_discount"]] = discounted.groupby(by).share.agg(["count", "median"])
        groups += len(stats)
    return groups


SIDES: dict[str, Callable[[Path], int]] = {"magicai": ours, "pandas": with_pandas}
COLUMNS = "columns"
_WORK = SIDES | {COLUMNS: by_column}


def measure(side: str, path: Path) -> dict[str, float]:
    """Time and memory of one side, in a process of its own."""
    answer = subprocess.run(
        [sys.executable, __file__, "--side", side, "--records", str(path)], check=True, capture_output=True
    )
    return json.loads(answer.stdout)


def _report(side: str, path: Path) -> None:
    begun = time.perf_counter()
    answer = _WORK[side](path)
    seconds = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024
    memory = sum(one.ru_maxrss for one in used) * unit / 1e6
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"seconds": seconds, "processor": processor, "megabytes": memory, "answer": answer}))


def main() -> None:
    """Print both sides and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--side", choices=_WORK, help=argparse.SUPPRESS)
    parser.add_argument("--records", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.side:
        _report(wanted.side, wanted.records)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite3"
        make(path, wanted.rows)
        columns = measure(COLUMNS, path)
        # In turn, and the best of each: other work on the machine only ever slows down.
        rounds = [{side: measure(side, path) for side in SIDES} for _ in range(_ROUNDS)]
    best = {side: min((one[side] for one in rounds), key=lambda found: found["seconds"]) for side in SIDES}
    print(f"{wanted.rows} rows       seconds  processor s  peak MB  groups")
    for side, found in best.items():
        print(
            f"{side:<16}{found['seconds']:>8.2f}{found['processor']:>13.2f}"
            f"{found['megabytes']:>9.0f}{found['answer']:>8.0f}"
        )
    ratio = {name: best["pandas"][name] / best["magicai"][name] for name in ("seconds", "processor", "megabytes")}
    print(
        f"{'columns, once':<16}{columns['seconds']:>8.2f}{columns['processor']:>13.2f}{columns['megabytes']:>9.0f}"
        f"  {columns['answer'] / 1e6:.1f} MB kept"
    )
    print(f"{'pandas / magicai':<16}{ratio['seconds']:>8.1f}{ratio['processor']:>13.1f}{ratio['megabytes']:>9.1f}")


if __name__ == "__main__":
    main()
