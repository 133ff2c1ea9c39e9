"""Which hosts documents may be sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "model_consents",
        sa.Column("host", _TEXT, nullable=False),
        sa.Column("allowed_by", _TEXT, nullable=False),
        sa.Column("allowed_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_model_consents")),
    )
