"""Calls of language models are summed by whose they are, and when they were."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_model_calls_owner", "model_calls", ["owner_id", "at"])


def downgrade() -> None:
    """Remove the index."""
    op.drop_index("ix_model_calls_owner", "model_calls")
