"""Mails to people."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mails",
        sa.Column("mail_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("recipient", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("html", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("give_up_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("held_until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sent_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("failed_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("error", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("mail_id", name=op.f("pk_mails")),
    )
    op.create_index("ix_mails_due", "mails", ["sent_at", "failed_at", "next_at"])
    op.create_index("ix_mails_created", "mails", ["created_at"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("mails")
