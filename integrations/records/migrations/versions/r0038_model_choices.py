"""Which model each role uses, and which models made the vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "model_choices",
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_model_choices")),
    )
    op.create_table(
        "vector_spaces",
        sa.Column("space_id", _TEXT, nullable=False),
        sa.Column("embedder", _TEXT, nullable=False),
        sa.Column("dimension", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("skipped", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("space_id", name=op.f("pk_vector_spaces")),
    )
