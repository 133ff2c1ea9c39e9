"""`python -m magicai.shops.sample` serves the shop until Ctrl-C."""

import argparse
import sys
import time
from contextlib import suppress

from magicai.errors import Conflict
from magicai.shops.sample.server import SampleShop

_LONG_S = 3600


def main(arguments: list[str] | None = None) -> int:
    """Serve the shop; 0 after Ctrl-C, 2 where its port cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m magicai.shops.sample", description="A shop to look at and to crawl."
    )
    parser.add_argument("--day", type=int, default=1, help="the day that it shows (default: 1)")
    parser.add_argument("--port", type=int, default=8765, help="on 127.0.0.1; 0 for any that is free (default: 8765)")
    chosen = parser.parse_args(arguments)
    if chosen.day < 1:
        parser.error("--day begins with 1")
    try:
        with SampleShop(day=chosen.day, port=chosen.port) as shop, suppress(KeyboardInterrupt):
            sys.stderr.write(f"The sample shop, day {shop.day}: {shop.url} (Ctrl-C ends it)\n")
            while True:
                time.sleep(_LONG_S)
    except Conflict as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
