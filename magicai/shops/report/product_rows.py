"""Products as rows: the columns that every table export has, in the same order and by the same names.

shop, id, url, name, price, list_price (decimals in `currency`), currency, availability, sku, gtin, brand,
category (outermost first, between ` > `), rating, rating_count, images (between spaces), description,
variants (JSON), seen
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import overload

from magicai.shops.crawl_result import CrawlData
from magicai.shops.product import Product


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as one row; None where the shop does not state it."""

    shop: str
    id: str
    url: str
    name: str
    price: Decimal | None
    list_price: Decimal | None
    currency: str | None
    availability: str
    sku: str | None
    gtin: str | None
    brand: str | None
    category: str
    rating: float | None
    rating_count: int | None
    images: str
    description: str | None
    variants: str
    seen: str


def product_rows(crawl_data: CrawlData) -> Iterator[ProductRow]:
    """Every product of every shop, in the order in which they were read."""
    for data in crawl_data.shops or (crawl_data,):
        for product in data.products:
            yield _row(data.shop, product)


def _row(shop: str, product: Product) -> ProductRow:
    variants = [variant.model_dump(mode="json", exclude_none=True) for variant in product.variants]
    return ProductRow(
        shop=_whole(shop),
        id=product.id,
        url=_whole(product.url),
        name=_whole(product.name),
        price=product.price,
        list_price=product.list_price,
        currency=product.currency,
        availability=product.availability.value,
        sku=_whole(product.sku),
        gtin=_whole(product.gtin),
        brand=_whole(product.brand),
        category=_whole(" > ".join(product.category)),
        rating=product.rating.value if product.rating else None,
        rating_count=product.rating.count if product.rating else None,
        images=_whole(" ".join(product.images)),
        description=_whole(product.description),
        variants=_whole(json.dumps(variants, ensure_ascii=False)) if variants else "",
        seen=product.seen.value,
    )


@overload
def _whole(text: str) -> str: ...


@overload
def _whole(text: None) -> None: ...


def _whole(text: str | None) -> str | None:
    """The text without halves of characters, which no encoding can write."""
    return text if text is None else text.encode("utf-8", "replace").decode()
