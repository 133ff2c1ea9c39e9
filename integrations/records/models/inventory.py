"""Tables of stock: one row per item, changed only together with a row of the ledger."""

from sqlalchemy import CheckConstraint, Index, Table, text

from integrations.records.columns import flag, own, whole, words
from integrations.records.models.metadata import metadata

# `outside_quantity` is what the source counted last (changes may make it negative for a while), at `outside_version`.
stock = Table(
    "stock",
    metadata,
    own("owner_id", key=True),
    words("item", key=True),
    whole("on_hand"),
    whole("reserved"),
    whole("version"),
    own("source"),
    whole("outside_quantity"),
    whole("outside_version"),
    CheckConstraint("on_hand >= 0", name="ck_stock_on_hand"),
    CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
)

# `push_key` is NULL of what no source has to be told, "" of what one has, and a key once it is being told.
stock_movements = Table(
    "stock_movements",
    metadata,
    own("owner_id", key=True),
    words("item", key=True),
    whole("number", key=True),
    own("kind"),
    whole("change"),
    whole("reserved_change"),
    whole("on_hand"),
    whole("reserved"),
    words("event_key"),
    own("reservation_id"),
    words("note"),
    whole("at"),
    own("push_key", optional=True),
    Index("ix_stock_movements_event", "owner_id", "event_key"),
    Index(
        "ix_stock_movements_untold",
        "owner_id",
        "item",
        sqlite_where=text("push_key IS NOT NULL"),
        postgresql_where=text("push_key IS NOT NULL"),
    ),
)

stock_events = Table(
    "stock_events",
    metadata,
    own("owner_id", key=True),
    words("event_key", key=True),
    own("digest"),
    own("reservation_id"),
    whole("at"),
)

stock_reservations = Table(
    "stock_reservations",
    metadata,
    own("owner_id", key=True),
    own("reservation_id", key=True),
    words("item", key=True),
    whole("quantity"),
    whole("until"),
    own("state"),
    Index(
        "ix_stock_reservations_open",
        "owner_id",
        "item",
        "until",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

bundles = Table(
    "bundles",
    metadata,
    own("owner_id", key=True),
    words("bundle", key=True),
    words("item", key=True),
    whole("quantity"),
    Index("ix_bundles_item", "owner_id", "item"),
)

stock_conflicts = Table(
    "stock_conflicts",
    metadata,
    own("owner_id", key=True),
    own("conflict_id", key=True),
    words("item"),
    own("kind"),
    words("details"),
    words("rule"),
    whole("at"),
    flag("resolved"),
)

stock_sources = Table(
    "stock_sources",
    metadata,
    own("source_id", key=True),
    own("owner_id"),
    words("name"),
    own("kind"),
    words("url"),
    words("location"),
    own("sealed"),
    whole("created_at"),
    Index("ix_stock_sources_name", "owner_id", "name", unique=True),
)

# What users viewed and bought, for recommendations; `number` counts an owner's events from 1.
interactions = Table(
    "interactions",
    metadata,
    own("owner_id", key=True),
    words("event_key", key=True),
    whole("number"),
    words("person"),
    words("item"),
    own("kind"),
    whole("at"),
    Index("ix_interactions_number", "owner_id", "number", unique=True),
    Index("ix_interactions_person", "owner_id", "person", "number"),
)

# How far an owner's interactions have come: the greatest number ever given, and how often some were removed.
interaction_counters = Table(
    "interaction_counters",
    metadata,
    own("owner_id", key=True),
    whole("last"),
    whole("forgotten"),
)

image_files = Table(
    "image_files",
    metadata,
    own("owner_id", key=True),
    own("product_id", key=True),
    own("digest", key=True),
)
