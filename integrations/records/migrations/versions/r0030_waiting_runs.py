"""Runs that begin only once the run that they follow has ended."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("runs", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
