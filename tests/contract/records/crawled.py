"""What a crawl finds, reads and hears, as short as a test can say it."""

from decimal import Decimal
from typing import Any

from magicai.shops.crawl import Crawl, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Observation, Source

SHOP = "https://shop.example"


def found(path: str, priority: float = 1.0, kind: UrlKind = UrlKind.PRODUCT) -> Discovered:
    return Discovered(SHOP + path, kind, priority, 2, f"{SHOP}/list")


def read(path: str, state: UrlState = UrlState.FETCHED, **changed: Any) -> FrontierUrl:
    values: dict[str, Any] = {
        "url": SHOP + path,
        "kind": UrlKind.PRODUCT,
        "priority": 1.0,
        "depth": 2,
        "found_on": f"{SHOP}/list",
        "state": state,
        "status": 200,
        "tries": 1,
        "not_before_us": 5,
        "final_url": f"{SHOP}{path}?x=茶",
        "content_type": "text/html; charset=utf-8",
        "digest": "d" * 64,
        "etag": '"abc"',
        "last_modified": "Mon, 01 Jan 2024 00:00:00 GMT",
        "fetched_at_us": 1_764_000_000_000_000,
        "bytes_read": 1000,
    }
    return FrontierUrl(**{**values, **changed})


def stated(name: str, **changed: Any) -> Observation:
    values: dict[str, Any] = {"url": f"{SHOP}/p", "name": name, "source": Source.JSON_LD, "price": Decimal("12.90")}
    return Observation(**{**values, **changed})


async def names(records: ShopRecords, crawl: Crawl) -> list[str]:
    return [observation.name async for observation in records.crawls.observations(crawl.crawl_id)]
