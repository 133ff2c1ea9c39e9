"""`python3 -m benchmarks.scaling [--only NAME ...]`."""

import argparse
import sys

from benchmarks.scaling import __doc__ as about
from benchmarks.scaling.measuring import SIZES, measured
from benchmarks.scaling.readers import READERS


def main() -> int:
    """Print the table; 0 where every reader is linear."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.scaling", description=about)
    parser.add_argument("--only", nargs="+", choices=READERS, default=list(READERS), metavar="NAME")
    wanted = parser.parse_args().only
    good = True
    print(f"| reader | shape | {' | '.join(f'{size // 1000} kB' for size in SIZES)} | ratio | |")
    print(f"|---|---|{'---:|' * len(SIZES)}---:|---|")
    for found in measured({name: READERS[name] for name in wanted}):
        cells = [f"{second * 1000:.1f} ms" for second in found.seconds] + ["-"] * (len(SIZES) - len(found.seconds))
        verdict = "" if found.good else "**no**"
        print(f"| {found.reader} | {found.shape} | {' | '.join(cells)} | {found.ratio:.1f} | {verdict} |", flush=True)
        good &= found.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
