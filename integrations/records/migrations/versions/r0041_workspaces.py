"""Workspaces, whose all things are: what was a user's is in their personal workspace, which has the user's id.

Whoever decided about everybody's submissions as a reviewer of the installation becomes a member of the workspaces that
have submissions.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, and each user's personal workspace."""
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "members",
        sa.Column("workspace_id", _TEXT, nullable=False),
        sa.Column("user_id", _TEXT, nullable=False),
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("joined_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_members_workspaces")),
        sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=op.f("fk_members_users")),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_members")),
    )
    op.create_index("ix_members_user", "members", ["user_id"])
    op.create_table(
        "invitations",
        sa.Column("invitation_id", _TEXT, nullable=False),
        sa.Column("workspace_id", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("role", _TEXT, nullable=False),
        sa.Column("email", _TEXT, nullable=False),
        sa.Column("invited_by", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("accepted_by", _TEXT, nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_invitations_workspaces")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_invitations")),
    )
    op.create_index("ux_invitations_digest", "invitations", ["digest"], unique=True)
    op.create_index("ix_invitations_workspace", "invitations", ["workspace_id", "created_at"])
    op.add_column("api_keys", sa.Column("workspace_id", _TEXT, nullable=True))
    op.add_column("schedules", sa.Column("workspace_id", _TEXT, nullable=True))
    op.add_column("runs", sa.Column("started_by", _TEXT, nullable=True))
    op.execute("INSERT INTO workspaces (workspace_id, name, created_at) SELECT user_id, name, created_at FROM users")
    op.execute(
        "INSERT INTO members (workspace_id, user_id, role, joined_at)"
        " SELECT user_id, user_id, 'admin', created_at FROM users"
    )
    op.execute(
        "INSERT INTO members (workspace_id, user_id, role, joined_at)"
        " SELECT DISTINCT workspaces.workspace_id, users.user_id, 'reviewer', users.created_at"
        " FROM submissions JOIN workspaces ON workspaces.workspace_id = submissions.owner_id"
        " JOIN users ON users.user_id <> workspaces.workspace_id AND users.role <> 'user'"
        " WHERE users.disabled_at IS NULL"
    )
    op.execute("UPDATE runs SET started_by = owner_id WHERE owner_id IN (SELECT user_id FROM users)")
    op.execute("UPDATE users SET role = 'user' WHERE role = 'reviewer'")


def downgrade() -> None:
    """Give everything back to the users; what a workspace of several had belongs to its id."""
    op.execute(
        "UPDATE users SET role = 'reviewer' WHERE role = 'user' AND user_id IN"
        " (SELECT user_id FROM members WHERE role IN ('reviewer', 'admin') AND workspace_id <> user_id)"
    )
    for table, column in (("runs", "started_by"), ("schedules", "workspace_id"), ("api_keys", "workspace_id")):
        op.drop_column(table, column)
    for table in ("invitations", "members", "workspaces"):
        op.drop_table(table)
