"""Entities, which of them other stores still lack, and files that were handed in."""

from sqlalchemy import Index, Table, text

from integrations.records.columns import flag, own, small, whole, words
from integrations.records.models.metadata import metadata

# `stores` is a bit for each store of magicai/stores/entity.py's STORES; `version` continues across deletes.
entities = Table(
    "entities",
    metadata,
    own("kind", key=True),
    own("entity_id", key=True),
    own("owner_id"),
    whole("version"),
    own("digest"),
    small("stores"),
    flag("deleted"),
    own("entity", optional=True),
    own("state"),
    Index("ix_entities_owner_kind", "owner_id", "kind", "entity_id"),
)

# Partial, as most entities have no state.
STATEFUL = text("state <> ''")

Index(
    "ix_entities_state",
    entities.c.owner_id,
    entities.c.kind,
    entities.c.state,
    entities.c.entity_id,
    sqlite_where=STATEFUL,
    postgresql_where=STATEFUL,
)

outbox = Table(
    "outbox",
    metadata,
    own("store", key=True),
    own("kind", key=True),
    own("entity_id", key=True),
    own("owner_id"),
    whole("version"),
    whole("since"),
    small("faults"),
    words("fault"),
    Index("ix_outbox_since", "store", "since"),
)

# `parts` are digests of bodies in Files, in order.
uploads = Table(
    "uploads",
    metadata,
    own("file_id", key=True),
    own("owner_id"),
    words("name"),
    own("digest"),
    whole("size"),
    own("parts"),
    whole("created_at"),
    whole("items", optional=True),
    Index("ux_uploads_owner_name_digest", "owner_id", "name", "digest", unique=True),
)
