"""Who did what."""

from sqlalchemy import Index, Table

from integrations.records.columns import flag, own, whole, words
from integrations.records.models.metadata import metadata

# `actor_id` is no owner: what somebody did stays when they go, without their name.
audit_events = Table(
    "audit_events",
    metadata,
    own("event_id", key=True),
    whole("at"),
    own("action"),
    words("params"),
    own("workspace_id", optional=True),
    flag("installation"),
    own("actor_id", optional=True),
    words("key_name"),
    own("via"),
    words("address"),
    Index("ix_audit_events_workspace", "workspace_id", "event_id"),
    Index("ix_audit_events_installation", "installation", "event_id"),
    Index("ix_audit_events_at", "at"),
)
