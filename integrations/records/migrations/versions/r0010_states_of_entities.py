"""States of entities, and what lists of them by owner, kind and state are read by."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_STATEFUL = sa.text("state <> ''")


def upgrade() -> None:
    """Add the column, empty, and the indexes."""
    op.add_column("entities", sa.Column("state", _TEXT, nullable=False, server_default=""))
    op.create_index("ix_entities_owner_kind", "entities", ["owner_id", "kind", "entity_id"])
    op.create_index(
        "ix_entities_state",
        "entities",
        ["owner_id", "kind", "state", "entity_id"],
        sqlite_where=_STATEFUL,
        postgresql_where=_STATEFUL,
    )
