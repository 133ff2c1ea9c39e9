"""Answers that were paid for are found by what was asked, whichever run asked it."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_paid_answers_asked", "paid_answers", ["asked", "owner_id"])
