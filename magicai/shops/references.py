"""References to products in a kept result, `{"$products_of": [CRAWL, ...]}`, since a shop may have thousands."""

from typing import Any, cast

from magicai.ports import Records
from magicai.runs.run import JSON
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product

REFERENCE = "$products_of"


def products_of(*crawl_ids: str) -> JSON:
    """What stands in a kept result for the products of crawls."""
    return {REFERENCE: list(crawl_ids)}


async def with_products(records: Records, result: JSON) -> JSON:
    """A kept result with each reference replaced by the products that it means, as models; a crawl is read once."""
    return cast("JSON", await _expanded(cast("ShopRecords", records), result, {}))


async def _expanded(records: ShopRecords, value: Any, products: dict[str, list[Product]]) -> Any:
    if isinstance(value, dict):
        parts = cast("JSON", value)
        if set(parts) == {REFERENCE}:
            crawl_ids: list[str] = parts[REFERENCE]
            for crawl_id in crawl_ids:
                if crawl_id not in products:
                    products[crawl_id] = [product async for product in records.products.of_crawl(crawl_id)]
            return [product for crawl_id in crawl_ids for product in products[crawl_id]]
        return {name: await _expanded(records, part, products) for name, part in parts.items()}
    if isinstance(value, list):
        return [await _expanded(records, part, products) for part in cast("list[Any]", value)]
    return value
