"""By which version of the features a decision was made, and what it taught; nobody read an outcome's features."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Change the columns; until now, a decision's number said where its reward was learnt."""
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("features_version", _TEXT, nullable=False, server_default="1"))
        decisions.add_column(sa.Column("lesson", sa.BigInteger(), autoincrement=False, nullable=True))
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("features_version", server_default=None)
    op.execute("UPDATE decisions SET lesson = number WHERE reward IS NOT NULL")
    with op.batch_alter_table("outcomes") as outcomes:
        outcomes.drop_column("features")
