"""Who may do what, and for how long."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, whole, words
from integrations.records.models.metadata import metadata

# Rows stay when they are given back: the token of a name must never be seen twice.
leases = Table(
    "leases",
    metadata,
    words("name", key=True),
    words("holder"),
    whole("token"),
    whole("until"),
)

# `user_id` is the owner of what is theirs; `password` a hash that says how it was made, NULL where there is none.
users = Table(
    "users",
    metadata,
    own("user_id", key=True),
    words("name"),
    own("role"),
    whole("created_at"),
    whole("disabled_at", optional=True),
    own("password", optional=True),
    words("email", optional=True),
    whole("email_verified_at", optional=True),
    Index("ux_users_name", "name", unique=True),
    Index("ux_users_email", "email", unique=True),
)

# Who a user is to an OpenID Connect provider; `email` as it was when both were linked.
external_identities = Table(
    "external_identities",
    metadata,
    own("identity_id", key=True),
    words("issuer"),
    words("subject"),
    own("user_id"),
    words("email", optional=True),
    whole("created_at"),
    of("users", "user_id"),
    Index("ux_external_identities_subject", "issuer", "subject", unique=True),
    Index("ix_external_identities_user", "user_id"),
)

# Of a user's personal workspace, the id is the user's.
workspaces = Table(
    "workspaces",
    metadata,
    own("workspace_id", key=True),
    words("name"),
    whole("created_at"),
)

members = Table(
    "members",
    metadata,
    own("workspace_id", key=True),
    own("user_id", key=True),
    own("role"),
    whole("joined_at"),
    of("workspaces", "workspace_id"),
    of("users", "user_id"),
    Index("ix_members_user", "user_id"),
)

invitations = Table(
    "invitations",
    metadata,
    own("invitation_id", key=True),
    own("workspace_id"),
    own("digest"),
    own("role"),
    words("email"),
    own("invited_by"),
    whole("created_at"),
    whole("expires_at"),
    own("accepted_by", optional=True),
    whole("accepted_at", optional=True),
    of("workspaces", "workspace_id"),
    Index("ux_invitations_digest", "digest", unique=True),
    Index("ix_invitations_workspace", "workspace_id", "created_at"),
)

sessions = Table(
    "sessions",
    metadata,
    own("session_id", key=True),
    own("user_id"),
    own("kind"),
    whole("created_at"),
    whole("expires_at"),
    whole("ended_at", optional=True),
    whole("used_at", optional=True),
    words("client", optional=True),
    of("users", "user_id"),
    Index("ix_sessions_user", "user_id"),
    Index("ix_sessions_expires", "expires_at"),
)

# A token that was used up stays as long as its session: used again, it ends that.
session_tokens = Table(
    "session_tokens",
    metadata,
    own("digest", key=True),
    own("session_id"),
    own("user_id"),
    whole("used_at", optional=True),
    of("sessions", "session_id"),
    Index("ix_session_tokens_session", "session_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    own("key_id", key=True),
    own("user_id"),
    own("digest"),
    words("name"),
    own("scopes"),
    own("hint"),
    whole("created_at"),
    whole("expires_at", optional=True),
    whole("revoked_at", optional=True),
    own("parent_id", optional=True),
    own("workspace_id", optional=True),
    of("users", "user_id"),
    Index("ux_api_keys_digest", "digest", unique=True),
    Index("ix_api_keys_user", "user_id", "created_at"),
)

# A schedule by workflow and slug, or by its id where it has no slug; in its user's personal workspace where
# `workspace_id` is NULL. Without a user it waits for one: theirs was deleted.
schedules = Table(
    "schedules",
    metadata,
    own("schedule", key=True),
    own("user_id", optional=True),
    whole("bound_at"),
    own("workspace_id", optional=True),
    of("users", "user_id"),
)
