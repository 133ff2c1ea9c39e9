"""Crawl and extract: the product beside Scrapy with extruct, and beside a bare loop."""

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
    "bare loop": "benchmarks.crawl.bare",
    "ceiling": "benchmarks.crawl.ceiling",
}
_SMALL, _LARGE = 1_000, 10_000


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Speed on a thousand products, and memory on ten thousand."""
    with shop(data, _SMALL) as origin:
        sides = {name: partial(_side, module, origin) for name, module in _SIDES.items()}
        rounds = in_turn(sides, 1 if quick else 5)
    ours, scrapy, bare, ceiling = (rounds[name] for name in _SIDES)
    crawling = [{name: one[f"crawl_{name}"] for name in ("pages", "seconds", "processor")} for one in ours]
    yield _pages("crawl and extract", crawling, scrapy, "Scrapy with extruct", least=1.5)
    yield _pages("crawl and extract", crawling, bare, "httpx and selectolax")
    yield _processor("pages per processor second", crawling, scrapy, "Scrapy with extruct")
    yield _processor("pages per processor second", crawling, bare, "httpx and selectolax")
    yield _pages("crawl, extract and merge", ours, scrapy, "Scrapy with extruct")
    yield _pages("crawl, extract and merge", ours, bare, "httpx and selectolax")
    yield Row("the benchmark's server, asked by a client that only counts bytes", "pages/s", _rate(ceiling))
    peaks = ", ".join(
        f"{name} {middle(found, 'idle_mb'):.0f} → {middle(found, 'peak_mb'):.0f}"
        for name, found in (("ours", ours), ("Scrapy", scrapy), ("bare loop", bare))
    )
    with shop(data, _LARGE) as origin:
        large, large_scrapy = (_side(_SIDES[name], origin) for name in ("ours", "Scrapy"))
    reading = f"{large['pages']:,.0f} pages, {large['pages'] / large['seconds']:.0f} pages/s"
    for what, name, most in (("crawl", "crawl_above_idle_mb", 2.0), ("crawl and merge", "above_idle_mb", None)):
        for products, mb, scrapy_mb, note in (
            (_SMALL, middle(ours, name), middle(scrapy, "above_idle_mb"), f"whole process, idle → peak: {peaks}"),
            (_LARGE, large[name], large_scrapy["above_idle_mb"], reading),
        ):
            yield Row(
                f"{what}: memory above idle, {products:,} products",
                "MB",
                mb,
                scrapy_mb,
                "Scrapy with extruct",
                most=most,
                note=note if most else "the others do not merge",
            )


_agreed: dict[str, Any] = {}


def _side(module: str, origin: str) -> dict[str, float]:
    """One side once; all sides must find the same products, field by field, on as many pages."""
    told = answer("-m", module, origin)
    if "measured" not in told:
        return told
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


def _pages(
    what: str,
    ours: list[dict[str, float]],
    other: list[dict[str, float]],
    against: str,
    *,
    least: float | None = None,
) -> Row:
    spread = ", ".join(f"{one['pages'] / one['seconds']:.0f}" for one in ours)
    others = ", ".join(f"{one['pages'] / one['seconds']:.0f}" for one in other)
    return Row(what, "pages/s", _rate(ours), _rate(other), against, least=least, note=f"{spread}; {others}")


def _processor(what: str, ours: list[dict[str, float]], other: list[dict[str, float]], against: str) -> Row:
    return Row(what, "pages/s", _rate(ours, "processor"), _rate(other, "processor"), against)


def _rate(rounds: list[dict[str, float]], of: str = "seconds") -> float:
    return middle(rounds, "pages") / middle(rounds, of)
