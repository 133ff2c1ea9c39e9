"""Settings that people have set; those of the installation have no owner."""

from sqlalchemy import Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

settings_set = Table(
    "settings_set",
    metadata,
    own("owner_id", key=True),
    own("name", key=True),
    words("value", optional=True),
    own("set_by"),
    whole("set_at"),
    small("version"),
    whole("tested_at", optional=True),
    words("test_error", optional=True),
)
