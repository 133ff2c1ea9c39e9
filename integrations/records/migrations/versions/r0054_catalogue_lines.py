"""What lists of products are sorted by, of those that are there, too."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SORTED = ("name", "brand", "price", "updated", "completeness")


def upgrade() -> None:
    """Make the table, which is filled once all tables are of the newest revision."""
    op.create_table(
        "catalogue_lines",
        sa.Column("product_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("by_name", _TEXT, nullable=False),
        sa.Column("by_brand", _TEXT, nullable=False),
        sa.Column("by_price", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by_updated", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("by_completeness", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("brand", _TEXT, nullable=False),
        sa.Column("category", _TEXT, nullable=False),
        sa.Column("availability", _TEXT, nullable=False),
        sa.Column("price_band", _TEXT, nullable=False),
        sa.Column("shop", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_catalogue_lines")),
    )
    op.create_index("ix_catalogue_lines_owner", "catalogue_lines", ["owner_id", "product_id"])
    for name in _SORTED:
        op.create_index(f"ix_catalogue_lines_{name}", "catalogue_lines", ["owner_id", f"by_{name}", "product_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("catalogue_lines")
