"""Submissions, and the audit log of what was done to them."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

# What lists show has columns; `document` is the whole. `row` grows with every change.
submissions = Table(
    "submissions",
    metadata,
    own("content_id", key=True),
    own("owner_id"),
    own("submitted_by", optional=True),
    own("run_id"),
    words("title"),
    own("status"),
    own("digest"),
    own("targets"),
    small("blocking"),
    small("notes"),
    own("assigned_to", optional=True),
    whole("created_at"),
    whole("changed_at"),
    whole("publish_at", optional=True),
    whole("expires_at", optional=True),
    whole("due_at", optional=True),
    small("row"),
    words("document"),
    Index("ix_submissions_status", "status", "content_id"),
    Index("ix_submissions_owner", "owner_id", "status", "content_id"),
    Index("ix_submissions_due", "due_at"),
)

# No column says whose a row is: a row that is gone breaks the chain. Of a person who is erased, the details go.
audit_entries = Table(
    "audit_entries",
    metadata,
    whole("sequence", key=True),
    whole("at"),
    own("action"),
    own("about", optional=True),
    own("actor", optional=True),
    own("concerns", optional=True),
    words("details", optional=True),
    own("digest"),
    own("previous"),
    own("hash"),
    Index("ix_audit_entries_about", "about", "sequence"),
    Index("ix_audit_entries_actor", "actor"),
    Index("ix_audit_entries_concerns", "concerns"),
)
