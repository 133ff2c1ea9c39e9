"""The catalogue's products by their keys, and by the runs that found them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "catalogue_keys",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_catalogue_keys")),
    )
    op.create_index("ix_catalogue_keys_product", "catalogue_keys", ["product_id"])
    op.create_table(
        "catalogue_run_products",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("place", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "product_id", name=op.f("pk_catalogue_run_products")),
    )
