"""What came of the last test of a setting, such as a key."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("settings_set", sa.Column("tested_at", sa.BigInteger(), autoincrement=False, nullable=True))
    op.add_column("settings_set", sa.Column("test_error", _TEXT, nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("settings_set", "test_error")
    op.drop_column("settings_set", "tested_at")
