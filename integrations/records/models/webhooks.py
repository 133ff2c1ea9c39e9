"""Addresses that are told of runs."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, small, whole, words
from integrations.records.models.metadata import metadata

# `events` are their types, by spaces; `secret` signs what is sent, so it can't be a digest.
webhooks = Table(
    "webhooks",
    metadata,
    own("webhook_id", key=True),
    own("owner_id"),
    words("url"),
    own("events"),
    own("secret"),
    whole("created_at"),
    small("gone"),
    whole("disabled_at", optional=True),
    Index("ix_webhooks_owner", "owner_id", "created_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    own("webhook_id", key=True),
    own("event_id", key=True),
    own("owner_id"),
    own("type"),
    own("run_id"),
    whole("created_at"),
    own("state"),
    small("attempts"),
    small("status", optional=True),
    words("error"),
    whole("next_at"),
    own("payload"),
    of("webhooks", "webhook_id"),
    Index("ix_deliveries_due", "state", "next_at"),
)
