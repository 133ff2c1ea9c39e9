"""How far an owner's interactions have come, so that no number is given twice."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and count what there is."""
    op.create_table(
        "interaction_counters",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("last", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("forgotten", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_interaction_counters")),
    )
    op.execute(
        "INSERT INTO interaction_counters (owner_id, last, forgotten)"
        " SELECT owner_id, max(number), 0 FROM interactions GROUP BY owner_id"
    )
