"""Runs that have read a shop of a test's own products."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from magicai.api.gateway import Gateway
from magicai.runs.run import RunStatus
from magicai.shops.crawl import Crawl
from magicai.shops.product import Product
from magicai.shops.references import products_of
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.page.conftest import Place


def read_shop(place: Place, shop: str, products: Sequence[Product], changes: dict[str, Any] | None = None) -> str:
    """A completed run of ann's that found these; answers its id."""
    run_id, attempt = place.begin()
    crawl = Crawl(new_id(), run_id, "id-ann", shop, f"https://{shop}/", now_us())

    async def kept(gateway: Gateway) -> None:
        await gateway.ports.shops.crawls.open(crawl)
        await gateway.ports.shops.products.save(crawl, products, [])
        await gateway.ports.shops.crawls.close(replace(crawl, finished_at=now_us(), complete=True, coverage=1.0))

    place.ask(kept)
    pages = {"fetched": 1, "unchanged": 0, "refused": 0, "failed": 0}
    data: dict[str, Any] = {"shop": shop, "coverage": 1.0, "pages": pages, "products": products_of(crawl.crawl_id)}
    analyzed: dict[str, Any] = {
        "shop": shop,
        "products": len(products),
        "stats": [],
        "categories": [],
        "changes": changes,
    }
    analysis: dict[str, Any] = {"shops": [analyzed]}
    document = f"reports/{run_id}/report.html"  # which nobody has written
    report = {"title": f"Report on {shop}", "language": "en", "html": document} if changes else None
    place.finish(attempt, RunStatus.COMPLETED, crawl_data=data, analysis=analysis, report=report)
    return run_id
