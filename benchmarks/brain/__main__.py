"""What the brain's decisions are worth beside other libraries: `python3 -m benchmarks.brain [--seeds N] [--quick]`."""

import argparse
import sys

from benchmarks.brain import regret
from benchmarks.table import table


def main() -> int:
    """Print the table; 0 where every goal was reached."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.brain", description=__doc__)
    parser.add_argument(
        "--seeds", type=int, default=regret.SEEDS, metavar="N", help="of each world (default: %(default)s)"
    )
    parser.add_argument("--quick", action="store_true", help="few seeds, to see that it works")
    wanted = parser.parse_args()
    rows = list(regret.rows(quick=wanted.quick, seeds=wanted.seeds))
    print(f"\n{table(rows)}")
    return 0 if all(row.met is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
