"""Which model each role uses, and which models made the vectors; both belong to the installation."""

from sqlalchemy import Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

model_choices = Table(
    "model_choices",
    metadata,
    own("role", key=True),
    words("name"),
    whole("chosen_at"),
)
model_consents = Table(
    "model_consents",
    metadata,
    own("host", key=True),
    words("allowed_by"),
    whole("allowed_at"),
)
vector_spaces = Table(
    "vector_spaces",
    metadata,
    own("space_id", key=True),
    words("embedder"),
    small("dimension"),
    own("digest"),
    own("state"),
    whole("skipped"),
)
