"""By which API key an API key was made: it ends with that one."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column; of the keys that there are, nobody knows."""
    op.add_column("api_keys", sa.Column("parent_id", _TEXT, nullable=True))
