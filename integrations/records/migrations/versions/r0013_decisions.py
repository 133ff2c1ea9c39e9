"""Decisions, their rewards, and what was learnt about each choice."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def upgrade() -> None:
    """Make the tables; what was learnt from a run as a whole says nothing about one choice, and goes."""
    with op.batch_alter_table("outcomes") as outcomes:
        outcomes.drop_column("policy")
        outcomes.drop_column("reward")
    op.create_table(
        "decisions",
        _text("decision_id"),
        _text("owner_id"),
        _text("run_id"),
        _text("workflow"),
        _text("step"),
        _text("choice"),
        _text("item"),
        _text("option"),
        _whole("number"),
        _text("policy"),
        _whole("at"),
        sa.Column("reward", sa.Float(), nullable=True),
        _text("made"),
        _text("measures"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_decisions_runs")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
    )
    op.create_index("ux_decisions_run", "decisions", ["run_id", "step", "choice", "item"], unique=True)
    op.create_index("ix_decisions_owner", "decisions", ["owner_id", "workflow", "step", "choice", "at"])
    op.create_table(
        "rewards",
        _text("decision_id"),
        _text("kind"),
        _text("source"),
        _text("owner_id"),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        _whole("at"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.decision_id"], name=op.f("fk_rewards_decisions")),
        sa.PrimaryKeyConstraint("decision_id", "kind", "source", name=op.f("pk_rewards")),
    )
    op.create_table(
        "choice_statistics",
        _text("owner_id"),
        _text("workflow"),
        _text("step"),
        _text("choice"),
        _text("learnt"),
        sa.PrimaryKeyConstraint("owner_id", "workflow", "step", "choice", name=op.f("pk_choice_statistics")),
    )
    op.create_table(
        "learnt_snapshots",
        _text("owner_id"),
        _text("name"),
        _whole("at"),
        _text("choices"),
        sa.PrimaryKeyConstraint("owner_id", "name", name=op.f("pk_learnt_snapshots")),
    )
