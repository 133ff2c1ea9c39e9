"""Reading one page: ours beside extruct on the same bodies, in one process each: `python -m benchmarks.reading SIDE`.

Ours also finds the page's kind, its links and its cards; extruct gives the structured data as they stand.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.crawl import shop
from benchmarks.processes import answer, in_turn
from benchmarks.table import Row, middle

_ORIGIN = "https://shop.example"
_PAGES = 60
_PRODUCT, _BARE, _LIST = "product with JSON-LD", "product without structured data", "list of 24 products"
_KINDS = (_PRODUCT, _BARE, _LIST)
_PRODUCTS = 200


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Milliseconds a page, of processor time."""
    sides = {side: partial(answer, "-m", "benchmarks.reading", side, str(data)) for side in _SIDES}
    rounds: dict[str, list[dict[str, float]]] = in_turn(sides, 1 if quick else 3)
    for kind in _KINDS:
        yield Row(
            f"read a page: {kind}",
            "ms",
            middle(rounds["ours"], kind),
            middle(rounds["extruct"], kind),
            "extruct",
        )


def _bodies(data: Path) -> dict[str, list[tuple[str, bytes]]]:
    kinds: dict[str, list[tuple[str, bytes]]] = {kind: [] for kind in _KINDS}
    for path, sent in shop.render(_ORIGIN, *shop.load(data, _PRODUCTS)):
        body = sent.partition(b"\r\n\r\n")[2]
        if path.startswith("/products/"):
            kinds[_PRODUCT].append((path, body))
            bare = body.replace(b"application/ld+json", b"text/plain").replace(b"product:price", b"x:price")
            kinds[_BARE].append((path, bare.replace(b"og:", b"x:")))
        elif path.startswith("/category/"):
            kinds[_LIST].append((path, body))
    return {kind: bodies[:_PAGES] for kind, bodies in kinds.items()}


def _ours() -> Callable[[str, bytes], object]:
    from magicai.shops.extraction import read_page

    return lambda url, body: read_page(body, url=url, content_type="text/html", charset="utf-8")


def _extruct() -> Callable[[str, bytes], object]:
    extruct: Any = importlib.import_module("extruct")
    syntaxes = ["json-ld", "microdata", "opengraph"]
    return lambda url, body: extruct.extract(body.decode(), base_url=url, syntaxes=syntaxes, uniform=True)


_SIDES = {"ours": _ours, "extruct": _extruct}


def main() -> None:
    """Print one side's milliseconds a page, per kind of page."""
    read = _SIDES[sys.argv[1]]()
    measured: dict[str, float] = {}
    for kind, bodies in _bodies(Path(sys.argv[2])).items():
        for path, body in bodies[:5]:
            read(_ORIGIN + path, body)
        begun = time.process_time()
        for path, body in bodies:
            read(_ORIGIN + path, body)
        measured[kind] = 1000 * (time.process_time() - begun) / len(bodies)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
