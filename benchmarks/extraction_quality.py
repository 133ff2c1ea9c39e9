"""How well a crawl finds the products of shops that it was not written for.

    python benchmarks/extraction_quality.py CATALOGUE [--systems shopify,bare] [--limit N] [--json]

Serves the catalogue as shops in the default markup of the usual systems, one after the other, with structured data
and without, in several languages and currencies, crawls each with the product, and prints one table. These shops are
frozen: extraction is measured on them, never fitted to them.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    # Run as a file, Python looks for imports beside it and not at the project's root.
    sys.path.insert(0, str(ROOT))

from benchmarks.shop_systems import SYSTEMS, serve  # noqa: E402  # the path comes first
from benchmarks.shop_systems.scoring import FIELDS, Score, score  # noqa: E402  # likewise

# What is measured: a system, and how this shop differs from its default.
SHOPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("shopify", {}),
    ("shopify", {"structured": False, "locale": "en-CA"}),
    ("shopify", {"api": True}),
    ("woocommerce", {}),
    ("woocommerce", {"structured": False, "locale": "de-DE"}),
    ("woocommerce", {"api": True, "locale": "de-CH-ascii"}),
    ("magento", {}),
    ("magento", {"structured": False, "locale": "en-US"}),
    ("prestashop", {}),
    ("prestashop", {"structured": False, "locale": "de-DE"}),
    ("shopware", {}),
    ("shopware", {"structured": False, "locale": "en-GB"}),
    ("opencart", {}),
    ("opencart", {"structured": True, "locale": "en-US"}),
    ("bare", {}),
    ("bare", {"locale": "zh-CN-yuan"}),
    ("bare", {"locale": "en-GB"}),
    ("nextjs", {}),
    ("nextjs", {"cents": True, "locale": "de-DE"}),
)
GOAL = 0.95
MAIN_FIELDS = ("name", "price", "availability")
EXAMPLES = 3


@dataclass(slots=True)
class Row:
    """One shop's line of the table."""

    shop: str
    score: Score
    pages: int
    seconds: float
    problem: str | None = None

    @property
    def reaches_goal(self) -> bool:
        """F1 of each main field, nothing invented, no wrong currency."""
        values = [self.score.fields[name].f1 for name in MAIN_FIELDS]
        good = all(value is None or value >= GOAL for value in values)
        return good and not self.score.invented and not self.score.wrong_currency and self.problem is None


def measure(catalogue: Path, system: str, options: dict[str, Any], limit: int | None) -> Row:
    """Serve one shop, crawl it, and compare."""
    label = " ".join([system, *(f"{key}={value}" for key, value in options.items())])
    with serve(catalogue, system, limit=limit, **options) as shop:
        began = time.monotonic()
        problem = None
        try:
            # Generous: what is measured is what is found, not which pages are read first.
            found = find_products(shop.url, shop.host, 2 * shop.system.page_count + 200)
        except RuntimeError as exc:
            found, problem = [], str(exc)
        return Row(label, score(shop.expected, found), shop.requested.total(), time.monotonic() - began, problem)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, precision, recall and F1 of the main fields first."""
    heads = ["shop", *(f"{field} {kind}" for field in ("name", "price", "avail") for kind in ("P", "R", "F1"))]
    heads += [f"{name} F1" for name in FIELDS if name not in MAIN_FIELDS]
    heads += ["invented", "missing", "wrong cur.", "no cur.", "requests", "s", "goal"]
    lines = [heads, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(pairs))
        for pairs in (list(zip(line, widths, strict=True)) for line in lines)
    )


def as_data(row: Row) -> dict[str, Any]:
    """A row for programs, with some of what went wrong."""
    result = row.score
    return {
        "shop": row.shop,
        "fields": {
            name: {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1, "expected": tally.expected}
            for name, tally in result.fields.items()
        },
        "invented": len(result.invented),
        "missing": len(result.missing),
        "wrong_currency": result.wrong_currency,
        "no_currency": result.no_currency,
        "requests": row.pages,
        "seconds": round(row.seconds, 1),
        "reaches_goal": row.reaches_goal,
        "problem": row.problem,
        "examples": {
            "invented": result.invented[:EXAMPLES],
            "missing": result.missing[:EXAMPLES],
            "wrong": {
                name: [list(map(str, case)) for case in cases[:EXAMPLES]] for name, cases in result.wrong.items()
            },
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status says whether all shops reach the goal."""
    parser = argparse.ArgumentParser(description="Precision and recall of crawls of shops in usual systems' markup.")
    parser.add_argument("catalogue", type=Path, help="JSON of products, see benchmarks/shop_systems/catalogue.py")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="comma-separated, of " + ", ".join(SYSTEMS))
    parser.add_argument("--limit", type=int, help="use only the first N products")
    parser.add_argument("--json", action="store_true", help="print data instead of a table")
    chosen = parser.parse_args(arguments)
    wanted = chosen.systems.split(",")
    if unknown := set(wanted) - set(SYSTEMS):
        parser.error(f"no system {', '.join(sorted(unknown))}; there is {', '.join(SYSTEMS)}")
    rows: list[Row] = []
    for system, options in SHOPS:
        if system in wanted:
            rows.append(measure(chosen.catalogue, system, options, chosen.limit))
            print(f"{rows[-1].shop}: {rows[-1].seconds:.0f} s", file=sys.stderr)
    print(json.dumps([as_data(row) for row in rows], indent=1, ensure_ascii=False) if chosen.json else table(rows))
    for row in rows:
        if row.problem and not chosen.json:
            print(f"{row.shop}: {row.problem}", file=sys.stderr)
    return 0 if all(row.reaches_goal for row in rows) else 1


def _cells(row: Row) -> list[str]:
    result = row.score
    main = [(tally.precision, tally.recall, tally.f1) for tally in (result.fields[name] for name in MAIN_FIELDS)]
    other = [result.fields[name].f1 for name in FIELDS if name not in MAIN_FIELDS]
    numbers = [value for three in main for value in three] + other
    counts = [len(result.invented), len(result.missing), result.wrong_currency, result.no_currency, row.pages]
    return [
        row.shop,
        *("-" if value is None else f"{value:.3f}" for value in numbers),
        *map(str, counts),
        f"{row.seconds:.0f}",
        "yes" if row.reaches_goal else "no",
    ]


def find_products(url: str, allow_host: str, max_pages: int) -> list[dict[str, Any]]:
    """Crawl a shop with the product, in a home of its own, and return the products that it found.

    Raises:
        RuntimeError: the run ended without a result.
    """
    words = ["run", "crawl-analyze-generate", url, "--json", "--no-model", "--max-pages", str(max_pages)]
    # A server that is just ending may still write into it.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = os.environ | {"MAGICAI_HOME": home, "MAGICAI_CRAWL_ALLOW_HOSTS": allow_host}
        # The installed command; beside a Python that is run without activating its environment, too.
        path = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")])
        run = subprocess.run(
            ["magicai", *words],  # noqa: S607  # found on the path made above
            env=environment | {"PATH": path},
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        end_what_stays(home)
    try:
        result = json.loads(run.stdout)
    except json.JSONDecodeError:
        last = " | ".join(run.stderr.strip().splitlines()[-3:])
        raise RuntimeError(f"magicai {' '.join(words)} ended with {run.returncode} and no result: {last}") from None
    crawl = result.get("crawl_data")
    if crawl is None:
        raise RuntimeError(f"the run is {result.get('status')}: {result.get('problems')}")
    return crawl["products"]


def end_what_stays(home: str) -> None:
    """End the servers that a run keeps for the next one: this home has no next one."""
    staying: list[psutil.Process] = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("MAGICAI_HOME") == home:
                process.terminate()
                staying.append(process)
    for process in psutil.wait_procs(staying, timeout=10)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
