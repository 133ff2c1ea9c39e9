"""product-list, measured: `python -m benchmarks.catalogue [--only lists inventory till list]`."""

import argparse

from benchmarks.catalogue import inventory, list_pages, product_list, till

_PARTS = {"lists": product_list, "inventory": inventory, "till": till, "list": list_pages}


def main() -> int:
    """Print the tables; 0 where every goal was reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=[*_PARTS], metavar="PART")
    for part in _PARTS.values():
        part.add_arguments(parser)
    options = parser.parse_args()
    met = [_PARTS[name].measure(options) is not False for name in options.only]
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main())
