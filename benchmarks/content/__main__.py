"""generate-content, measured: a batch beside a bare loop over the same calls, and what checks find in texts of others.

python3 -m benchmarks.content [--quick]
python3 -m benchmarks.content --claims FILE... [--verifier MODEL]
"""

import argparse
import asyncio
import sys
from pathlib import Path

from benchmarks.content import batches, proof
from benchmarks.knowledge.opening import open_models
from benchmarks.table import table
from magicai.models.choices import NONE


def main() -> int:
    """Print the tables; 0 where every goal was reached, or there is none."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.content", description=__doc__)
    parser.add_argument(
        "--claims",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="JSON Lines of {text, record, wrong: [words or [start, end], ...], source}",
    )
    parser.add_argument("--verifier", default=NONE, metavar="MODEL", help="judge the texts of FILE with this model too")
    parser.add_argument("--quick", action="store_true", help="smaller batches")
    wanted = parser.parse_args()
    if wanted.claims:
        asyncio.run(_claims([copy for file in wanted.claims for copy in proof.read_copy(file)], wanted.verifier))
        return 0
    rows = batches.rows(quick=wanted.quick)
    print(table(rows))
    return 0 if all(row.met is not False for row in rows) else 1


async def _claims(copies: list[proof.Copy], verifier: str) -> None:
    print(f"### Code alone\n\n{proof.tables(await proof.measure(copies))}")
    if verifier != NONE:
        async with open_models(embedder=NONE, reranker=NONE, model=verifier) as models:
            print(f"\n### Code and {verifier}\n\n{proof.tables(await proof.measure(copies, models.text))}")


if __name__ == "__main__":
    sys.exit(main())
