"""Items of a run's steps."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "run_items",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("run_id", "step", "key", "owner_id")),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False) for name in ("token", "not_before")),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("listing", "digest", "input")),
        *(sa.Column(name, _TEXT, nullable=True) for name in ("result", "problem")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_run_items_runs")),
        sa.PrimaryKeyConstraint("run_id", "step", "key", name=op.f("pk_run_items")),
    )
    op.create_index("ix_run_items_state", "run_items", ["run_id", "state", "step", "position"])
    op.create_index(
        "ix_run_items_pending",
        "run_items",
        ["run_id", "step", "not_before", "position"],
        sqlite_where=_PENDING,
        postgresql_where=_PENDING,
    )
