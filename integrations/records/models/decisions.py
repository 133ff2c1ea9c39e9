"""What was decided, what came of it, and what was learnt from it."""

from sqlalchemy import Index, Table

from integrations.records.columns import of, own, real, whole, words
from integrations.records.models.metadata import metadata

# `item` is empty where a decision is its step's, `number` is how many lessons its choice had taught its owner by then,
# `reward` is the weighted mean of the rows in `rewards`, as it was last learnt from, and `lesson` which one that was.
decisions = Table(
    "decisions",
    metadata,
    own("decision_id", key=True),
    own("owner_id"),
    own("run_id"),
    own("workflow"),
    own("step"),
    own("choice"),
    words("item"),
    words("option"),
    whole("number"),
    own("policy"),
    own("features_version"),
    whole("at"),
    real("reward", optional=True),
    whole("lesson", optional=True),
    own("made"),
    own("measures"),
    of("runs", "run_id"),
    Index("ux_decisions_run", "run_id", "step", "choice", "item", unique=True),
    Index("ix_decisions_owner", "owner_id", "workflow", "step", "choice", "at"),
)

rewards = Table(
    "rewards",
    metadata,
    own("decision_id", key=True),
    own("kind", key=True),
    words("source", key=True),
    own("owner_id"),
    real("value"),
    real("weight"),
    whole("at"),
    of("decisions", "decision_id"),
)

# What a sampler keeps of an owner's outcomes; of all owners' together where the owner is empty.
choice_statistics = Table(
    "choice_statistics",
    metadata,
    own("owner_id", key=True),
    own("workflow", key=True),
    own("step", key=True),
    own("choice", key=True),
    own("learnt"),
)

# What an owner's rows in `choice_statistics` were at a time.
learnt_snapshots = Table(
    "learnt_snapshots",
    metadata,
    own("owner_id", key=True),
    words("name", key=True),
    whole("at"),
    own("choices"),
)
