"""What is being deleted for good."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole
from integrations.records.models.metadata import metadata

# `subject_id` is no owner: the row goes last. It is "" once only files are to forget what was removed.
deletions = Table(
    "deletions",
    metadata,
    own("deletion_id", key=True),
    own("kind"),
    own("subject_id"),
    whole("asked_at"),
    own("asked_by"),
    small("attempts"),
    whole("due_at"),
    Index("ix_deletions_due", "due_at"),
)
