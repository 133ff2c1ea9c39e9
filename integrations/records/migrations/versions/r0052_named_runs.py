"""A run can have a name that people gave it."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "runs", sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True)
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column("runs", "name")
