"""What calls of language models took."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table: earlier calls were not kept."""
    op.create_table(
        "model_calls",
        sa.Column("call_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("step", _TEXT, nullable=False),
        sa.Column("model", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("completion_tokens", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cost", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("duration", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_model_calls")),
    )
    op.create_index("ix_model_calls_run", "model_calls", ["run_id", "at"])
    op.create_index("ix_model_calls_at", "model_calls", ["at"])
