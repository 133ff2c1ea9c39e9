"""Where workspaces are notified."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "channels",
        sa.Column("channel_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("shown", _TEXT, nullable=False),
        sa.Column("events", _TEXT, nullable=False),
        sa.Column("digest_hour", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("quiet", _TEXT, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("last_error", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channels")),
    )
    op.create_index("ix_channels_owner", "channels", ["owner_id", "created_at"])
    op.create_table(
        "notifications",
        sa.Column("channel_id", _TEXT, nullable=False),
        sa.Column("event_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("event", _TEXT, nullable=False),
        sa.Column("params", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("error", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "event_id", name=op.f("pk_notifications")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name=op.f("fk_notifications_channel_id_channels")
        ),
    )
    op.create_index("ix_notifications_due", "notifications", ["state", "next_at"])


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("notifications")
    op.drop_table("channels")
