"""The product's own crawl: `python -m benchmarks.crawl.product ORIGIN`.

With frontier, robots.txt, provenance and kept bodies; put together as the step `crawl_shops` is, and merged as
`save_products` does.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from benchmarks.crawl.found import Found, Meter, tell
from benchmarks.crawl.shop import CONCURRENCY
from integrations.memory import trim_memory
from integrations.open import Ports, open_ports
from magicai.messages import Message
from magicai.ports import Usage
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shops.crawl import Crawl, CrawlCounts
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from magicai.shops.crawling import Crawler, CrawlLimits, Politeness, open_crawl
from magicai.shops.merged import Merged
from magicai.shops.merging import merge
from magicai.shops.product import Product

_SCHEMA_ORG = {"in_stock": "InStock", "out_of_stock": "OutOfStock"}


class _Silent:
    """Hears of progress, and says nothing; a problem ends the benchmark."""

    async def progress(self, done: int, total: int | None, unit: str, **data: object) -> None:
        """Nobody looks."""

    async def problem(self, where: str, what: Message, way: Message | None = None, **of_what_kind: bool) -> None:
        """Nothing here may go wrong."""
        raise RuntimeError(f"{where}: {what} {way} {of_what_kind}")

    async def finding(self, **data: object) -> None:
        """Nobody looks."""

    async def text(self, piece: str, *, item: str, begins: bool) -> None:
        """Nobody looks."""

    async def spent(self, usage: Usage) -> None:
        """Nothing costs."""

    async def show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        """Nobody looks."""


async def _crawl(origin: str) -> tuple[dict[str, float], list[Product]]:
    request = CrawlAnalyzeGenerate.model_validate({"competitor_url": [origin]})
    async with open_ports() as ports:
        run = await accept(ports.records, WORKFLOW.name, request, owner_id="local", origin=Origin.CLI)
        opened = await open_crawl(ports.shops.crawls, run_id=run.run_id, owner_id="local", url=origin)
        meter = Meter()
        counts = await _read(ports, opened)
        trim_memory()  # as the step does
        crawled = meter.stop(counts.fetched)
        with Merged(opened.shop) as merged:
            await merged.gather(ports.shops.crawls.observations(opened.crawl_id))
            # As the step does, which saves each few and lets them go.
            for part in merged.parts():
                part.clear()
                trim_memory()
        measured = meter.stop(counts.fetched)
        # From here on it is the benchmark's own work: to count pages as the others do, and to tell all products.
        measured["pages"] = crawled["pages"] = await _pages(ports, opened.crawl_id)
        products = merge([one async for one in ports.shops.crawls.observations(opened.crawl_id)], opened.shop)
    return {**measured, **{f"crawl_{name}": value for name, value in crawled.items()}}, products


async def _read(ports: Ports, opened: Crawl) -> CrawlCounts:
    # The crawler ends with this function, as it does with its step: merging is another.
    reads = (ports.shops.crawls, ports.files, ports.fetcher, ports.file_reader)
    crawler = Crawler(*reads, _Silent(), politeness=Politeness(delay_s=0))
    return await crawler.crawl(opened, CrawlLimits(max_pages=100_000), concurrency=CONCURRENCY)


async def _pages(ports: Ports, crawl_id: str) -> int:
    """Pages that were read, without the sitemap, which the others do not ask for."""
    pages = 0
    async for row in ports.shops.crawls.rows(crawl_id):
        pages += bool(row.status) and row.kind != "sitemap"
    return pages


def _found(product: Product) -> Found:
    assert product.rating is not None
    return Found(
        sku=product.sku or "",
        name=product.name,
        price=format(product.price, "f") if product.price is not None else "",
        currency=product.currency or "",
        availability=_SCHEMA_ORG.get(product.availability, product.availability),
        gtin=product.gtin or "",
        brand=product.brand or "",
        category=product.category[0] if product.category else "",
        rating=product.rating.value,
        description=product.description or "",
        url=product.url,
    )


def main() -> None:
    """Read the shop in a home of its own."""
    origin = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"MAGICAI_HOME": home, "MAGICAI_CRAWL_ALLOW_HOSTS": urlsplit(origin).netloc}
        _load_all()
        measured, products = asyncio.run(_crawl(origin))
    tell(measured, [_found(product) for product in products])


def _load_all() -> None:
    """Import what is imported on first use, which the others have loaded when their clock starts."""
    import integrations.fetcher.static
    import integrations.files.folder
    import integrations.records.sqlite

    loaded: Any = (integrations.fetcher.static, integrations.files.folder, integrations.records.sqlite)
    assert loaded


if __name__ == "__main__":
    main()
