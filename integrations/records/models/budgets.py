"""What is spent, and what it bought; money in billionths of a US dollar: a token costs less than a millionth."""

from sqlalchemy import Index, Table

from integrations.records.columns import flag, own, small, whole
from integrations.records.models.metadata import metadata

# `scope` is run, person, workspace or month; `name` a run's or workspace's id, that of a workspace and a person in it
# (`WORKSPACE/USER`), "" for everybody; `month` like 2026-11, "" for a run.
budgets = Table(
    "budgets",
    metadata,
    own("scope", key=True),
    own("name", key=True),
    own("month", key=True),
    own("owner_id"),
    whole("spent"),
)

# `most` is the limit, which may change within a month; `at` when it was reached.
budget_alerts = Table(
    "budget_alerts",
    metadata,
    own("scope", key=True),
    own("owner_id", key=True),
    own("person", key=True),
    own("month", key=True),
    small("threshold", key=True),
    whole("most", key=True),
    whole("spent"),
    whole("at"),
    flag("told"),
    Index("ix_budget_alerts_at", "told", "at"),
)

reservations = Table(
    "reservations",
    metadata,
    own("reservation_id", key=True),
    own("owner_id"),
    own("person", optional=True),
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
