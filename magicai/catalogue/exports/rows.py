"""A product as one flat row."""

from typing import Any

from magicai.catalogue.product import CatalogueProduct
from magicai.values.money import exponent

COLUMNS = (
    *("product_id", "name", "brand", "gtin", "sku", "model", "price", "currency", "list_price", "availability"),
    *("category", "taxonomy_id", "taxonomy", "url", "images", "description", "language", "attributes", "shop", "state"),
)


def row_of(product: CatalogueProduct) -> dict[str, Any]:
    """A product's values by column; amounts are decimals, everything else is text or None."""
    values = product.values
    return {
        "product_id": product.product_id,
        "name": values.name,
        "brand": values.brand,
        "gtin": values.gtin,
        "sku": values.sku,
        "model": values.model,
        "price": values.price,
        "currency": values.currency,
        "list_price": values.list_price,
        "availability": None if values.availability is None else str(values.availability),
        "category": " > ".join(values.category) or None,
        "taxonomy_id": values.taxonomy.id if values.taxonomy else None,
        "taxonomy": " > ".join(values.taxonomy.path) if values.taxonomy else None,
        "url": values.url or None,
        "images": " ".join(values.images) or None,
        "description": values.description,
        "language": values.language or None,
        "attributes": "; ".join(f"{one.name}: {shown(one.value)} {one.unit}".rstrip() for one in values.attributes)
        or None,
        "shop": values.shop or None,
        "state": str(product.state),
    }


def shown(value: str | float) -> str:
    """An attribute's value as text: 500, not 500.0."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"


def price_shown(price: Any, currency: str) -> str:
    """`12.50 EUR`: with as many decimals as the currency has."""
    return f"{price:.{exponent(currency)}f} {currency}"
