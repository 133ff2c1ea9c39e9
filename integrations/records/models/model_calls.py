"""Table of what calls of language models took; cost in billionths of a US dollar, NULL where it is unknown."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole, words
from integrations.records.models.metadata import metadata

# `run_id` and `step` are "" for a call that was for no run; `duration` in microseconds.
model_calls = Table(
    "model_calls",
    metadata,
    own("call_id", key=True),
    own("owner_id"),
    own("run_id"),
    own("step"),
    words("model"),
    whole("at"),
    small("prompt_tokens"),
    small("completion_tokens"),
    whole("cost", optional=True),
    whole("duration"),
    own("outcome"),
    Index("ix_model_calls_run", "run_id", "at"),
    Index("ix_model_calls_at", "at"),
    Index("ix_model_calls_owner", "owner_id", "at"),
)
