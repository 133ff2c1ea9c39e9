"""Whether a run is asked to stop at its next safe point, and to resume later."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: nobody is asked."""
    op.add_column("runs", sa.Column("give_way", sa.Boolean(), nullable=False, server_default=sa.false()))
