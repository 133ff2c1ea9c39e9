"""Whether a member of a collection accepted the invitation."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; whoever is a member already stays one."""
    op.add_column("collection_members", sa.Column("accepted", sa.Boolean(), nullable=False, server_default=sa.true()))
