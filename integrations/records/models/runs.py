"""What was asked, what came of it, and how far it is."""

from sqlalchemy import Index, Table

from integrations.records.columns import flag, of, own, real, small, whole, words
from integrations.records.models.metadata import PENDING, metadata

# `sequence` counts events, `token` fences attempts off, `progress` is the last one told;
# `pruned_at` says that events, kept results and frontiers are gone; `waits`, that the run which it follows ends first;
# `started_by` is a user, in the workspace `owner_id`; `dismissed` says that a failure needs nobody any more;
# `name` is what people call it.
runs = Table(
    "runs",
    metadata,
    own("run_id", key=True),
    own("owner_id"),
    words("key"),
    own("workflow"),
    own("origin"),
    own("status"),
    whole("created_at"),
    whole("started_at", optional=True),
    whole("finished_at", optional=True),
    flag("cancel_requested"),
    small("attempts"),
    own("follows", optional=True),
    whole("token"),
    whole("sequence"),
    real("progress"),
    own("flow_run_id", optional=True),
    whole("pruned_at", optional=True),
    own("request"),
    own("result", optional=True),
    flag("give_way", usually=False),
    own("file_names", optional=True),
    flag("waits", usually=False),
    own("started_by", optional=True),
    flag("dismissed", usually=False),
    words("name", optional=True),
    Index("ux_runs_owner_key", "owner_id", "key", unique=True),
    Index("ix_runs_created", "created_at", "run_id"),
    Index("ix_runs_owner_created", "owner_id", "created_at", "run_id"),
    Index("ix_runs_status", "status"),
    Index("ix_runs_follows", "follows"),
)

attempts = Table(
    "attempts",
    metadata,
    own("run_id", key=True),
    small("number", key=True),
    own("owner_id"),
    words("host"),
    whole("pid"),
    whole("process_started_at"),
    own("flow_run_id", optional=True),
    whole("started_at"),
    whole("beat_at"),
    whole("ended_at", optional=True),
    whole("token"),
    of("runs", "run_id"),
)

events = Table(
    "events",
    metadata,
    own("run_id", key=True),
    whole("sequence", key=True),
    own("owner_id"),
    whole("at"),
    own("kind"),
    own("status"),
    real("progress"),
    words("current_task", optional=True),
    real("estimated_remaining", optional=True),
    own("data"),
    of("runs", "run_id"),
)

plans = Table(
    "plans",
    metadata,
    own("run_id", key=True),
    small("revision", key=True),
    own("owner_id"),
    whole("at"),
    own("plan"),
    of("runs", "run_id"),
)

step_results = Table(
    "step_results",
    metadata,
    own("run_id", key=True),
    own("step", key=True),
    small("revision", key=True),
    own("inputs", key=True),
    own("owner_id"),
    whole("at"),
    own("result"),
    of("runs", "run_id"),
)

# `listing` names the list that has an item; `not_before` is when it may be claimed, -1 what has to be alone.
run_items = Table(
    "run_items",
    metadata,
    own("run_id", key=True),
    own("step", key=True),
    words("key", key=True),
    own("owner_id"),
    whole("position"),
    own("state"),
    small("attempts"),
    whole("token"),
    whole("not_before"),
    own("listing"),
    own("digest"),
    own("input"),
    own("result", optional=True),
    own("problem", optional=True),
    of("runs", "run_id"),
    Index("ix_run_items_state", "run_id", "state", "step", "position"),
)

outcomes = Table(
    "outcomes",
    metadata,
    own("run_id", key=True),
    own("owner_id"),
    own("workflow"),
    whole("at"),
    own("status"),
    real("quality"),
    real("cost"),
    real("seconds"),
    own("learnt"),
    Index("ix_outcomes_workflow", "workflow", "at"),
)

Index(
    "ix_run_items_pending",
    run_items.c.run_id,
    run_items.c.step,
    run_items.c.not_before,
    run_items.c.position,
    sqlite_where=PENDING,
    postgresql_where=PENDING,
)
