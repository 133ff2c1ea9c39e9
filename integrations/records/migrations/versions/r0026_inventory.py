"""The inventory: stock, its ledger, reservations, bundles and sources; what users viewed and bought; images."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stock",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("on_hand", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reserved", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("outside_quantity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outside_version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_on_hand")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_stock_reserved")),
        sa.PrimaryKeyConstraint("owner_id", "item", name=op.f("pk_stock")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reserved_change", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("on_hand", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("reserved", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_key", _TEXT, nullable=False),
        sa.Column("reservation_id", _TEXT, nullable=False),
        sa.Column("note", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("push_key", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("owner_id", "item", "number", name=op.f("pk_stock_movements")),
    )
    op.create_index("ix_stock_movements_event", "stock_movements", ["owner_id", "event_key"])
    op.create_index(
        "ix_stock_movements_untold",
        "stock_movements",
        ["owner_id", "item"],
        sqlite_where=sa.text("push_key IS NOT NULL"),
        postgresql_where=sa.text("push_key IS NOT NULL"),
    )
    op.create_table(
        "stock_events",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("event_key", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("reservation_id", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "event_key", name=op.f("pk_stock_events")),
    )
    op.create_table(
        "stock_reservations",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("reservation_id", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("quantity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "reservation_id", "item", name=op.f("pk_stock_reservations")),
    )
    op.create_index(
        "ix_stock_reservations_open",
        "stock_reservations",
        ["owner_id", "item", "until"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "bundles",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("bundle", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("quantity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "bundle", "item", name=op.f("pk_bundles")),
    )
    op.create_index("ix_bundles_item", "bundles", ["owner_id", "item"])
    op.create_table(
        "stock_conflicts",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("conflict_id", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("details", _TEXT, nullable=False),
        sa.Column("rule", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "conflict_id", name=op.f("pk_stock_conflicts")),
    )
    op.create_table(
        "stock_sources",
        sa.Column("source_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("location", _TEXT, nullable=False),
        sa.Column("sealed", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_stock_sources")),
    )
    op.create_index("ix_stock_sources_name", "stock_sources", ["owner_id", "name"], unique=True)
    op.create_table(
        "interactions",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("event_key", _TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", _TEXT, nullable=False),
        sa.Column("item", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "event_key", name=op.f("pk_interactions")),
    )
    op.create_index("ix_interactions_number", "interactions", ["owner_id", "number"], unique=True)
    op.create_index("ix_interactions_person", "interactions", ["owner_id", "person", "number"])
    op.create_table(
        "image_files",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "product_id", "digest", name=op.f("pk_image_files")),
    )
