"""By which keys products of the catalogue are known, what they are sorted by, and which of them a run found."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

catalogue_keys = Table(
    "catalogue_keys",
    metadata,
    own("owner_id", key=True),
    words("key", key=True),
    own("product_id"),
    Index("ix_catalogue_keys_product", "product_id"),
)

catalogue_run_products = Table(
    "catalogue_run_products",
    metadata,
    own("run_id", key=True),
    own("product_id", key=True),
    own("owner_id"),
    words("source"),
    words("place"),
)

# What lists are sorted by, 0 or "" where a product has none: names folded, a price without its currency in
# ten-thousandths, of completeness one more than its percent. Facets as search has them, which has none in an order.
catalogue_lines = Table(
    "catalogue_lines",
    metadata,
    own("product_id", key=True),
    own("owner_id"),
    own("state"),
    words("by_name"),
    words("by_brand"),
    whole("by_price"),
    whole("by_updated"),
    small("by_completeness"),
    words("brand"),
    words("category"),
    words("availability"),
    words("price_band"),
    words("shop"),
    Index("ix_catalogue_lines_owner", "owner_id", "product_id"),
    *(
        Index(f"ix_catalogue_lines_{name}", "owner_id", f"by_{name}", "product_id")
        for name in ("name", "brand", "price", "updated", "completeness")
    ),
)
