"""What was read of shops."""

from sqlalchemy import Column, Index, LargeBinary, Table, text

from integrations.records.columns import flag, of, own, real, small, whole, words
from integrations.records.models.metadata import PENDING, metadata

# `found` counts the addresses of the frontier; `products` is how many were seen, NULL until all are saved.
crawls = Table(
    "crawls",
    metadata,
    own("crawl_id", key=True),
    own("run_id"),
    own("owner_id"),
    words("shop"),
    words("entry_url"),
    whole("started_at"),
    whole("finished_at", optional=True),
    flag("complete"),
    real("coverage"),
    whole("spent_us"),
    whole("found"),
    whole("products", optional=True),
    of("runs", "run_id"),
    Index("ux_crawls_run_shop", "run_id", "shop", unique=True),
    Index("ix_crawls_owner_shop", "owner_id", "shop", "started_at", "crawl_id"),
)

# `found` is the order in which addresses were found.
frontier = Table(
    "frontier",
    metadata,
    own("crawl_id", key=True),
    words("url", key=True),
    own("kind"),
    real("priority"),
    small("depth"),
    words("found_on"),
    own("state"),
    small("status", optional=True),
    small("tries"),
    whole("not_before_us"),
    words("final_url"),
    words("content_type"),
    own("digest"),
    words("etag"),
    words("last_modified"),
    whole("fetched_at_us"),
    whole("bytes_read"),
    flag("rendered"),
    flag("needs_rendering"),
    flag("complete_listing"),
    words("reason"),
    whole("found"),
    own("owner_id"),
    of("crawls", "crawl_id"),
)


VISITED = text("state <> 'pending'")
Index(
    "ix_frontier_pending",
    frontier.c.crawl_id,
    frontier.c.priority.desc(),
    frontier.c.found,
    sqlite_where=PENDING,
    postgresql_where=PENDING,
)
Index(
    "ix_frontier_visited",
    frontier.c.crawl_id,
    frontier.c.state,
    frontier.c.kind,
    frontier.c.needs_rendering,
    frontier.c.bytes_read,
    sqlite_where=VISITED,
    postgresql_where=VISITED,
)

# What one page stated: all its observations in one document.
statements = Table(
    "statements",
    metadata,
    own("crawl_id", key=True),
    words("url", key=True),
    own("owner_id"),
    own("observations"),
    of("crawls", "crawl_id"),
)

# Shops that somebody named, or that have moved: `addresses` are all that one has had, `base` is where it is now.
shops = Table(
    "shops",
    metadata,
    own("owner_id", key=True),
    words("shop", key=True),
    words("name"),
    own("addresses"),
    words("base"),
)

product_keys = Table(
    "product_keys",
    metadata,
    own("owner_id", key=True),
    words("shop", key=True),
    words("key", key=True),
    own("product_id"),
    Index("ix_product_keys_product", "owner_id", "shop", "product_id"),
)

# What analysis reads, a million rows at a time: narrow, one row per crawl and product; the rest is in `products`.
offers = Table(
    "offers",
    metadata,
    own("crawl_id", key=True),
    own("product_id", key=True),
    own("owner_id"),
    small("position"),
    own("seen"),
    whole("price_minor", optional=True),
    words("currency", optional=True),
    small("exponent"),
    whole("list_price_minor", optional=True),
    own("availability"),
    words("category", optional=True),
    words("brand", optional=True),
    of("crawls", "crawl_id"),
    sqlite_with_rowid=False,
)

# The same by column (offer_columns.py), NULL where it was not made. `saves` counts what was saved of the crawl.
offer_columns = Table(
    "offer_columns",
    metadata,
    own("crawl_id", key=True),
    own("owner_id"),
    whole("saves"),
    Column("counted", LargeBinary, nullable=True),
    Column("compared", LargeBinary, nullable=True),
    of("crawls", "crawl_id"),
)

products = Table(
    "products",
    metadata,
    own("crawl_id", key=True),
    own("product_id", key=True),
    own("owner_id"),
    small("position"),
    own("product"),
    of("crawls", "crawl_id"),
    Index("ix_products_position", "crawl_id", "position"),
)
