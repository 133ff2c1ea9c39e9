"""What is spent, and what it bought; money in billionths of a US dollar: a token costs less than a millionth."""

from sqlalchemy import Index, Table

from integrations.records.columns import own, small, whole
from integrations.records.models.metadata import metadata

# `scope` is run, user or month; `name` a run's or user's id, "" for everybody; `month` like 2026-11, "" for a run.
budgets = Table(
    "budgets",
    metadata,
    own("scope", key=True),
    own("name", key=True),
    own("month", key=True),
    own("owner_id"),
    whole("spent"),
)

reservations = Table(
    "reservations",
    metadata,
    own("reservation_id", key=True),
    own("owner_id"),
    own("run_id"),
    small("attempt"),
    own("month"),
    whole("amount"),
    whole("until"),
    Index("ix_reservations_month", "month", "owner_id", "run_id"),
    Index("ix_reservations_run", "run_id"),
)

# What a run asked and was answered, the nth time that it asked it; `asked` is a digest.
paid_answers = Table(
    "paid_answers",
    metadata,
    own("call_id", key=True),
    own("owner_id"),
    own("run_id"),
    own("asked"),
    small("number"),
    own("text"),
    whole("until"),
    Index("ix_paid_answers_run", "run_id", "call_id"),
    Index("ix_paid_answers_asked", "asked", "owner_id"),
)
