"""Submissions are listed with whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0054"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add it."""
    op.add_column("submissions", sa.Column("submitted_by", _TEXT, nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("submissions", "submitted_by")
