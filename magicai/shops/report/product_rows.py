"""Products as rows: the columns that every table export has, in the same order and by the same names.

shop, id, url, name, price, list_price (decimals in `currency`), currency, availability, sku, listing_id, gtin, brand,
category (outermost first, between ` > `), rating, rating_count, images (between spaces), description,
variants (JSON), seen; then the fields that the run was asked for, in the order of their file (a list's members between
`; `, an amount with its currency behind it)
"""

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import overload

from magicai.shops.crawl_result import CrawlData
from magicai.shops.product import FieldValue, Product


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
    listing_id: str | None
    gtin: str | None
    brand: str | None
    category: str
    rating: float | None
    rating_count: int | None
    images: str
    description: str | None
    variants: str
    seen: str


COLUMNS = tuple(field.name for field in fields(ProductRow))


def custom_columns(crawl_data: CrawlData) -> list[str]:
    """The names of the fields that the run was asked for."""
    parts = crawl_data.shops or (crawl_data,)
    return list(dict.fromkeys(name for data in parts for product in data.products for name in product.fields))


def table_rows(crawl_data: CrawlData) -> Iterator[tuple[object, ...]]:
    """Every product as the values of COLUMNS and of the custom columns."""
    custom = custom_columns(crawl_data)
    for data in crawl_data.shops or (crawl_data,):
        for product in data.products:
            yield (*astuple(_row(data.shop, product)), *(cell_of(product.fields.get(name)) for name in custom))


def cell_of(value: FieldValue) -> str | int | float | bool | None:
    """A custom field's value in one cell."""
    if isinstance(value, tuple | list):
        return _whole("; ".join(value))
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency'] or ''}".rstrip()
    return _whole(value) if isinstance(value, str) else value


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
        listing_id=_whole(product.listing_id),
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
