"""Mails to people."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

# `text` and `html` are emptied once a mail was sent: links in them may open accounts.
mails = Table(
    "mails",
    metadata,
    own("mail_id", key=True),
    own("owner_id"),
    words("recipient"),
    words("subject"),
    words("text"),
    words("html"),
    own("kind"),
    whole("created_at"),
    whole("give_up_at"),
    small("attempts"),
    whole("next_at"),
    whole("held_until"),
    whole("sent_at", optional=True),
    whole("failed_at", optional=True),
    words("error"),
    Index("ix_mails_due", "sent_at", "failed_at", "next_at"),
    Index("ix_mails_created", "created_at"),
)
