"""What is being deleted for good is a row, and a schedule may wait for an owner without naming the one who is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and let schedules be nobody's."""
    op.create_table(
        "deletions",
        sa.Column("deletion_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("subject_id", _TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_by", _TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("deletion_id", name=op.f("pk_deletions")),
    )
    op.create_index("ix_deletions_due", "deletions", ["due_at"])
    with op.batch_alter_table("schedules") as schedules:
        schedules.alter_column("user_id", existing_type=_TEXT, nullable=True)


def downgrade() -> None:
    """Remove the table; schedules of nobody are not started by anybody."""
    op.execute("DELETE FROM schedules WHERE user_id IS NULL")
    with op.batch_alter_table("schedules") as schedules:
        schedules.alter_column("user_id", existing_type=_TEXT, nullable=False)
    op.drop_table("deletions")
