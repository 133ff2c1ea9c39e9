"""Settings that people have set, for themselves or for the installation."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "settings_set",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=True),
        sa.Column("set_by", _TEXT, nullable=False),
        sa.Column("set_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "name", name=op.f("pk_settings_set")),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("settings_set")
