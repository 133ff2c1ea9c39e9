"""Names of the files that a run's request names."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; earlier runs have none."""
    op.add_column("runs", sa.Column("file_names", _TEXT, nullable=True))
