"""Texts that pieces are compared with, and their fingerprints."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "known_texts",
        sa.Column("text_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_known_texts")),
    )
    op.create_index("ux_known_texts_key", "known_texts", ["owner_id", "kind", "key"], unique=True)
    op.create_table(
        "fingerprints",
        sa.Column("text_id", _TEXT, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["known_texts.text_id"], name=op.f("fk_fingerprints_known_texts")),
        sa.PrimaryKeyConstraint("text_id", "value", name=op.f("pk_fingerprints")),
    )
    op.create_index("ix_fingerprints_value", "fingerprints", ["owner_id", "value"])
