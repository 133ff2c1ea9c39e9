"""Signing keys leave the records (docs/decisions/0040-private-home.md).

They are not taken along: whoever could read the records, or a backup of them, has them. Access tokens that they signed
end a quarter of an hour early; sessions continue.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remove the table with what is in it."""
    op.drop_table("signing_keys", if_exists=True)
