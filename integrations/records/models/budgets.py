"""Tables of what is spent; money in billionths of a US dollar, since one token costs less than a millionth."""

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
