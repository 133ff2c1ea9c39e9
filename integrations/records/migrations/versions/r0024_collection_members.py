"""Who else may use a collection of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "collection_members",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("collection", _TEXT, nullable=False),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "collection", "user_id", name=op.f("pk_collection_members")),
    )
    op.create_index("ix_collection_members_user", "collection_members", ["user_id"])
