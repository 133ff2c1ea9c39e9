"""Sign-in with an OpenID Connect provider: identities, users' email addresses, and what is known of sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and add the columns; nobody has an address yet."""
    op.add_column("users", sa.Column("email", _TEXT, nullable=True))
    op.add_column("users", sa.Column("email_verified_at", sa.BigInteger(), nullable=True))
    op.create_index("ux_users_email", "users", ["email"], unique=True)
    op.add_column("sessions", sa.Column("used_at", sa.BigInteger(), nullable=True))
    op.add_column("sessions", sa.Column("client", _TEXT, nullable=True))
    op.create_table(
        "external_identities",
        sa.Column("identity_id", _TEXT, nullable=False),
        sa.Column("issuer", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("email", _TEXT, nullable=True),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_external_identities_users")),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_external_identities")),
    )
    op.create_index("ux_external_identities_subject", "external_identities", ["issuer", "subject"], unique=True)
    op.create_index("ix_external_identities_user", "external_identities", ["user_id"])


def downgrade() -> None:
    """Remove the table and the columns."""
    op.drop_table("external_identities")
    op.drop_index("ux_users_email", "users")
    for table, column in (
        ("sessions", "client"),
        ("sessions", "used_at"),
        ("users", "email_verified_at"),
        ("users", "email"),
    ):
        op.drop_column(table, column)
