"""Which store each machine that shares the records uses."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "store_locations",
        sa.Column("store", _TEXT, nullable=False),
        sa.Column("home", _TEXT, nullable=False),
        sa.Column("machine", _TEXT, nullable=False),
        sa.Column("location", _TEXT, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("store", "home", name=op.f("pk_store_locations")),
    )
