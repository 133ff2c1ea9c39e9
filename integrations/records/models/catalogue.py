"""By which keys products of the catalogue are known, and which of them a run found."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, words
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
