"""Products as a Google Merchant feed: RSS 2.0 with g: elements.

Source: Google Merchant Center, "Product data specification".
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape

from magicai.catalogue.completeness import completeness_of
from magicai.catalogue.exports.rows import price_shown
from magicai.catalogue.families import IDENTIFIER, MERCHANT
from magicai.catalogue.product import CatalogueProduct
from magicai.shops.product import Availability

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
    "<title>Products</title>\n<link>https://www.magicai.invalid/</link>\n<description>Products</description>\n"
)
_TAIL = "</channel>\n</rss>\n"
_STOCK = {
    Availability.IN_STOCK: "in_stock",
    Availability.OUT_OF_STOCK: "out_of_stock",
    Availability.PREORDER: "preorder",
    Availability.BACKORDER: "backorder",
}
_LONGEST = {"g:title": 150, "g:description": 5_000, "g:id": 50, "g:brand": 70}
_MOST_IMAGES = 11
# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class FeedFile:
    """A feed.

    Attributes:
        left_out: products without an address or a price, which a feed can't have.
    """

    def __init__(self, path: Path) -> None:
        self.left_out = 0
        self._file = path.open("w", encoding="utf-8")
        self._file.write(_HEAD)

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more."""
        for product in products:
            fields = _fields(product)
            if fields is None:
                self.left_out += 1
                continue
            written = "".join(f"<{name}>{_text(name, value)}</{name}>\n" for name, value in fields)
            self._file.write(f"<item>\n{written}</item>\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write(_TAIL)
        self._file.close()


# Without these a feed can't have a product.
REQUIRED = ("link", "price")
# What a feed calls fields of a product.
_CALLED = {"name": "title", "url": "link", "images": "image_link", "currency": "price", IDENTIFIER: "gtin or mpn"}


def missing(product: CatalogueProduct) -> list[str]:
    """The attributes that Google Merchant requires of a product, and that nobody states of it."""
    return list(
        dict.fromkeys(_CALLED.get(name, name) for one in completeness_of(product, [MERCHANT]) for name in one.missing)
    )


def _fields(product: CatalogueProduct) -> list[tuple[str, str]] | None:
    values = product.values
    if not values.url or values.price is None or not values.currency:
        return None
    before = values.list_price if values.list_price is not None and values.list_price > values.price else None
    fields = [
        ("g:id", product.product_id),
        ("g:title", values.name),
        ("g:description", values.description or values.name),
        ("g:link", values.url),
        ("g:availability", _STOCK.get(values.availability or Availability.IN_STOCK, "in_stock")),
        ("g:price", price_shown(before or values.price, values.currency)),
    ]
    if before is not None:
        fields.append(("g:sale_price", price_shown(values.price, values.currency)))
    fields += [
        ("g:additional_image_link" if place else "g:image_link", one)
        for place, one in enumerate(values.images[:_MOST_IMAGES])
    ]
    named = {"g:brand": values.brand, "g:gtin": values.gtin, "g:mpn": values.model or values.sku}
    fields += [(name, value) for name, value in named.items() if value]
    if not values.gtin and not (values.brand and (values.model or values.sku)):
        fields.append(("g:identifier_exists", "no"))
    if values.category:
        fields.append(("g:product_type", " > ".join(values.category)))
    return fields


def _text(name: str, value: str) -> str:
    return escape(_UNWRITABLE.sub("", value)[: _LONGEST.get(name, 2_000)])
