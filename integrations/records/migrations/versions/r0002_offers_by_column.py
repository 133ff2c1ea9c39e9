"""Offers by column, beside those by row."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; what was saved before is read by row."""
    op.create_table(
        "offer_columns",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("saves", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted", sa.LargeBinary(), nullable=True),
        sa.Column("compared", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.crawl_id"], name=op.f("fk_offer_columns_crawls")),
        sa.PrimaryKeyConstraint("crawl_id", name=op.f("pk_offer_columns")),
    )
