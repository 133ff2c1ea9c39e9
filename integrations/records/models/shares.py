"""Links to a run's result for whoever has no account."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, whole
from integrations.records.models.metadata import metadata

shares = Table(
    "shares",
    metadata,
    own("share_id", key=True),
    own("run_id"),
    own("owner_id"),
    own("digest"),
    whole("created_at"),
    whole("expires_at"),
    whole("revoked_at", optional=True),
    of("runs", "run_id"),
    Index("ux_shares_digest", "digest", unique=True),
    Index("ix_shares_run", "run_id", "created_at"),
)
