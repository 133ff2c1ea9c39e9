"""A shop has a name, and keeps its crawls when it moves to another address."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table: a shop without a row is named by its address."""
    op.create_table(
        "shops",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("shop", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("addresses", _TEXT, nullable=False),
        sa.Column("base", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "shop", name=op.f("pk_shops")),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("shops")
