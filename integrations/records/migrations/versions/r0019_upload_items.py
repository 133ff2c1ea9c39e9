"""How many items an upload holds."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("uploads", sa.Column("items", sa.BigInteger(), autoincrement=False, nullable=True))
