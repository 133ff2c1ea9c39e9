"""Who did what: an audit log for each workspace, and for the installation."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_events",
        sa.Column("event_id", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("params", _TEXT, nullable=False),
        sa.Column("workspace_id", _TEXT, nullable=True),
        sa.Column("installation", sa.Boolean(), nullable=False),
        sa.Column("actor_id", _TEXT, nullable=True),
        sa.Column("key_name", _TEXT, nullable=False),
        sa.Column("via", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_workspace", "audit_events", ["workspace_id", "event_id"])
    op.create_index("ix_audit_events_installation", "audit_events", ["installation", "event_id"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("audit_events")
