"""Runs whose end somebody asked to be told of."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, small, whole, words
from integrations.records.models.metadata import metadata

notices = Table(
    "notices",
    metadata,
    own("run_id", key=True),
    own("owner_id"),
    whole("created_at"),
    own("state"),
    small("attempts"),
    whole("next_at"),
    words("error"),
    of("runs", "run_id"),
    Index("ix_notices_due", "state", "next_at"),
)
