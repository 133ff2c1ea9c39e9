"""A person's month within a workspace, alerts of budgets, and names: what was a user's month is a workspace's."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table and the column; what was spent and set stays."""
    op.create_table(
        "budget_alerts",
        sa.Column("scope", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("person", _TEXT, nullable=False),
        sa.Column("month", _TEXT, nullable=False),
        sa.Column("threshold", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("most", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spent", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "owner_id", "person", "month", "threshold", "most", name=op.f("pk_budget_alerts")
        ),
    )
    op.create_index("ix_budget_alerts_at", "budget_alerts", ["told", "at"])
    op.add_column("reservations", sa.Column("person", _TEXT, nullable=True))
    op.execute("UPDATE budgets SET scope = 'workspace' WHERE scope = 'user'")
    op.execute("UPDATE settings_set SET name = 'budget_workspace_month' WHERE name = 'budget_user_month'")


def downgrade() -> None:
    """Give the names back; a person's months and alerts are forgotten."""
    op.execute("UPDATE settings_set SET name = 'budget_user_month' WHERE name = 'budget_workspace_month'")
    op.execute("DELETE FROM settings_set WHERE name = 'budget_person_month'")
    op.execute("DELETE FROM budgets WHERE scope = 'person'")
    op.execute("UPDATE budgets SET scope = 'user' WHERE scope = 'workspace'")
    op.drop_column("reservations", "person")
    op.drop_table("budget_alerts")
