"""Which store each machine that shares the records uses."""

from sqlalchemy import Table

from integrations.records.columns import own, whole, words
from integrations.records.models.metadata import metadata

# `home` is the id of a MAGICAI_HOME, `machine` what people call it; `location` is "" of an embedded store.
store_locations = Table(
    "store_locations",
    metadata,
    own("store", key=True),
    own("home", key=True),
    words("machine"),
    words("location"),
    whole("seen_at"),
)
