"""Where workspaces are notified."""

from sqlalchemy import Index, Table

from integrations.records.columns import flag, of, own, small, whole, words
from integrations.records.models.metadata import metadata

# `events` are their types, by spaces; `address` is sealed.
channels = Table(
    "channels",
    metadata,
    own("channel_id", key=True),
    own("owner_id"),
    words("name"),
    own("kind"),
    own("address"),
    words("shown"),
    own("events"),
    small("digest_hour", optional=True),
    own("quiet"),
    flag("enabled"),
    whole("created_at"),
    whole("last_at", optional=True),
    words("last_error"),
    Index("ix_channels_owner", "owner_id", "created_at"),
)

notifications = Table(
    "notifications",
    metadata,
    own("channel_id", key=True),
    own("event_id", key=True),
    own("owner_id"),
    own("event"),
    own("params"),
    whole("created_at"),
    own("state"),
    small("attempts"),
    whole("next_at"),
    words("error"),
    of("channels", "channel_id"),
    Index("ix_notifications_due", "state", "next_at"),
)
