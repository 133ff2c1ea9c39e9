"""Crawl and extract: the product beside Scrapy with extruct."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.processes import answer, in_turn, shop
from benchmarks.table import Row, middle

_SIDES = {
    "ours": "benchmarks.crawl.product",
    "Scrapy": "benchmarks.crawl.scrapy_spider",
}
_SMALL, _LARGE = 1_000, 10_000


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Speed on a thousand products, and memory on ten thousand."""
    with shop(data, _SMALL) as origin:
        sides = {name: partial(_side, module, origin) for name, module in _SIDES.items()}
        rounds = in_turn(sides, 1 if quick else 5)
    ours, scrapy = (rounds[name] for name in _SIDES)
    crawling = [{name: our[f"crawl_{name}"] for name in ("pages", "seconds", "processor")} for our in ours]
    against = "Scrapy with extruct"
    spread = ", ".join(f"{one['pages'] / one['seconds']:.0f}" for one in (*crawling, *scrapy))
    yield Row("crawl and extract", "pages/s", _rate(crawling), _rate(scrapy), against, least=1.5, note=spread)
    yield Row(
        "pages per processor second", "pages/s", _rate(crawling, "processor"), _rate(scrapy, "processor"), against
    )
    with shop(data, _LARGE) as origin:
        large, large_scrapy = (_side(_SIDES[name], origin) for name in ("ours", "Scrapy"))
    for products, mb, scrapy_mb in (
        (_SMALL, middle(ours, "crawl_above_idle_mb"), middle(scrapy, "above_idle_mb")),
        (_LARGE, large["crawl_above_idle_mb"], large_scrapy["above_idle_mb"]),
    ):
        yield Row(f"crawl: memory above idle, {products:,} products", "MB", mb, scrapy_mb, against, most=2)


_agreed: dict[str, Any] = {}


def _side(module: str, origin: str) -> dict[str, float]:
    """One side once; all sides must find the same products, field by field, on as many pages."""
    told = answer("-m", module, origin)
    found = {"pages": told["measured"]["pages"], "products": told["found"]}
    if _agreed.setdefault(origin, found) != found:
        pages, products = _agreed[origin]["pages"], _agreed[origin]["products"]
        pairs = zip(products, found["products"], strict=False)
        first = next(((mine, other) for mine, other in pairs if mine != other), None)
        sys.exit(
            f"{module} found something else: {found['pages']} pages for {pages},"
            f" {len(found['products'])} products for {len(products)}; first difference: {first}"
        )
    return told["measured"]


def _rate(rounds: list[dict[str, float]], of: str = "seconds") -> float:
    return middle(rounds, "pages") / middle(rounds, of)
