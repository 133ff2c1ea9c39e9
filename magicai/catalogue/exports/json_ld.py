"""Products as JSON-LD: one schema.org Product with its Offer for each.

Source: schema.org Product, Offer; Google Search Central, "Merchant listing structured data".
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from magicai.catalogue.exports.rows import shown
from magicai.catalogue.product import CatalogueProduct
from magicai.shops.product import Availability
from magicai.values.money import exponent

_STOCK = {
    Availability.IN_STOCK: "https://schema.org/InStock",
    Availability.OUT_OF_STOCK: "https://schema.org/OutOfStock",
    Availability.PREORDER: "https://schema.org/PreOrder",
    Availability.BACKORDER: "https://schema.org/BackOrder",
}
# A value in a script of a page may not end it.
_SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class JsonLdFile:
    """One document, whose @graph has the products."""

    left_out = 0

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", errors="replace")
        self._file.write('{"@context": "https://schema.org", "@graph": [')
        self._between = "\n"

    def add(self, products: Sequence[CatalogueProduct]) -> None:
        """Write some more."""
        for product in products:
            self._file.write(self._between + json.dumps(json_ld(product), ensure_ascii=False).translate(_SAFE))
            self._between = ",\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write("\n]}\n")
        self._file.close()


def json_ld(product: CatalogueProduct) -> dict[str, Any]:
    """A product in schema.org's terms, without what is not known."""
    values = product.values
    offer: dict[str, Any] | None = None
    if values.price is not None and values.currency:
        offer = _known(
            {
                "@type": "Offer",
                "price": f"{values.price:.{exponent(values.currency)}f}",
                "priceCurrency": values.currency,
                "availability": _STOCK.get(values.availability) if values.availability else None,
                "url": values.url,
            }
        )
    rating = values.rating
    return _known(
        {
            "@type": "Product",
            "@id": values.url or f"urn:uuid:{product.product_id}",
            "name": values.name,
            "description": values.description,
            "image": [*values.images],
            "sku": values.sku,
            "gtin": values.gtin,
            "mpn": values.model,
            "brand": {"@type": "Brand", "name": values.brand} if values.brand else None,
            "category": " > ".join(values.category_path),
            "url": values.url,
            "inLanguage": values.language,
            "aggregateRating": {
                "@type": "AggregateRating", "ratingValue": rating.value, "ratingCount": rating.count
            } if rating is not None and rating.count else None,
            "additionalProperty": [
                _known({"@type": "PropertyValue", "name": one.name, "value": shown(one.value), "unitText": one.unit})
                for one in values.attributes
            ],
            "offers": offer,
        }
    )  # fmt: skip


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
