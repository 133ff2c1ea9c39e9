"""Submissions, and the audit log of what was done to them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "submissions",
        sa.Column("content_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("targets", _TEXT, nullable=False),
        sa.Column("blocking", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notes", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assigned_to", _TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("publish_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("expires_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("due_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("content_id", name=op.f("pk_submissions")),
    )
    op.create_index("ix_submissions_status", "submissions", ["status", "content_id"])
    op.create_index("ix_submissions_owner", "submissions", ["owner_id", "status", "content_id"])
    op.create_index("ix_submissions_due", "submissions", ["due_at"])
    op.create_table(
        "audit_entries",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("about", _TEXT, nullable=True),
        sa.Column("actor", _TEXT, nullable=True),
        sa.Column("concerns", _TEXT, nullable=True),
        sa.Column("details", _TEXT, nullable=True),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("previous", _TEXT, nullable=False),
        sa.Column("hash", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_about", "audit_entries", ["about", "sequence"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor"])
    op.create_index("ix_audit_entries_concerns", "audit_entries", ["concerns"])
