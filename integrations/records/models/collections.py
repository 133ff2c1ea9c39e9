"""Who else may use a collection of documents."""

from sqlalchemy import Index, Table

from integrations.records.columns import flag, own, whole
from integrations.records.models.metadata import metadata

collection_members = Table(
    "collection_members",
    metadata,
    own("owner_id", key=True),
    own("collection", key=True),
    own("user_id", key=True),
    own("role"),
    whole("since"),
    flag("accepted", usually=True),
    Index("ix_collection_members_user", "user_id"),
)
