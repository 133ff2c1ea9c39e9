"""Texts that pieces are compared with, and their fingerprints."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, whole, words
from integrations.records.models.metadata import metadata

known_texts = Table(
    "known_texts",
    metadata,
    own("text_id", key=True),
    own("owner_id"),
    own("kind"),
    own("key"),
    words("name"),
    words("address"),
    words("text"),
    whole("version"),
    whole("kept_at"),
    Index("ux_known_texts_key", "owner_id", "kind", "key", unique=True),
)
fingerprints = Table(
    "fingerprints",
    metadata,
    own("text_id", key=True),
    whole("value", key=True),
    own("owner_id"),
    of("known_texts", "text_id"),
    Index("ix_fingerprints_value", "owner_id", "value"),
)
