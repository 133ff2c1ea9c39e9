"""The tables of the records, one schema for SQLite and PostgreSQL.

Ids are text, times integer UTC microseconds, money integer minor units beside currency and exponent, lists and objects
JSON in a text column (documents.py). No Numeric, which SQLite keeps as REAL, and no DateTime, which loses its offset
there. What an owner has says so in every row; leases belong to the installation.
"""

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table, text

from integrations.records.columns import flag, of, own, real, small, whole, words

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(referred_table_name)s"},
)

# `sequence` counts events, `token` fences attempts off, `progress` is the last one told;
# `pruned_at` says that events, kept results and frontiers are gone.
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

# `found` counts the addresses of the frontier; `products` is how many were seen, NULL until all are saved.
crawls = Table(
    "crawls",
    metadata,
    own("crawl_id", key=True),
    own("run_id"),
    own("owner_id"),
    words("shop"),
    words("entry_url"),
    whole("started_at"),
    whole("finished_at", optional=True),
    flag("complete"),
    real("coverage"),
    whole("spent_us"),
    whole("found"),
    whole("products", optional=True),
    of("runs", "run_id"),
    Index("ux_crawls_run_shop", "run_id", "shop", unique=True),
    Index("ix_crawls_owner_shop", "owner_id", "shop", "started_at", "crawl_id"),
)

# `found` is the order in which addresses were found.
frontier = Table(
    "frontier",
    metadata,
    own("crawl_id", key=True),
    words("url", key=True),
    own("kind"),
    real("priority"),
    small("depth"),
    words("found_on"),
    own("state"),
    small("status", optional=True),
    small("tries"),
    whole("not_before_us"),
    words("final_url"),
    words("content_type"),
    own("digest"),
    words("etag"),
    words("last_modified"),
    whole("fetched_at_us"),
    whole("bytes_read"),
    flag("rendered"),
    flag("needs_rendering"),
    flag("complete_listing"),
    words("reason"),
    whole("found"),
    own("owner_id"),
    of("crawls", "crawl_id"),
)
# Partial indexes: the next addresses, or items, cost the same at any size, and counting does not read the rows.
PENDING = text("state = 'pending'")
VISITED = text("state <> 'pending'")
Index(
    "ix_run_items_pending",
    run_items.c.run_id,
    run_items.c.step,
    run_items.c.not_before,
    run_items.c.position,
    sqlite_where=PENDING,
    postgresql_where=PENDING,
)
Index(
    "ix_frontier_pending",
    frontier.c.crawl_id,
    frontier.c.priority.desc(),
    frontier.c.found,
    sqlite_where=PENDING,
    postgresql_where=PENDING,
)
Index(
    "ix_frontier_visited",
    frontier.c.crawl_id,
    frontier.c.state,
    frontier.c.kind,
    frontier.c.needs_rendering,
    frontier.c.bytes_read,
    sqlite_where=VISITED,
    postgresql_where=VISITED,
)

# What one page stated: all its observations in one document.
statements = Table(
    "statements",
    metadata,
    own("crawl_id", key=True),
    words("url", key=True),
    own("owner_id"),
    own("observations"),
    of("crawls", "crawl_id"),
)

product_keys = Table(
    "product_keys",
    metadata,
    own("owner_id", key=True),
    words("shop", key=True),
    words("key", key=True),
    own("product_id"),
    Index("ix_product_keys_product", "owner_id", "shop", "product_id"),
)

# What analysis reads, a million rows at a time: narrow, one row per crawl and product; the rest is in `products`.
offers = Table(
    "offers",
    metadata,
    own("crawl_id", key=True),
    own("product_id", key=True),
    own("owner_id"),
    small("position"),
    own("seen"),
    whole("price_minor", optional=True),
    words("currency", optional=True),
    small("exponent"),
    whole("list_price_minor", optional=True),
    own("availability"),
    words("category", optional=True),
    words("brand", optional=True),
    of("crawls", "crawl_id"),
    sqlite_with_rowid=False,
)

# The same by column (offer_columns.py), NULL where it was not made. `saves` counts what was saved of the crawl.
offer_columns = Table(
    "offer_columns",
    metadata,
    own("crawl_id", key=True),
    own("owner_id"),
    whole("saves"),
    Column("counted", LargeBinary, nullable=True),
    Column("compared", LargeBinary, nullable=True),
    of("crawls", "crawl_id"),
)

products = Table(
    "products",
    metadata,
    own("crawl_id", key=True),
    own("product_id", key=True),
    own("owner_id"),
    small("position"),
    own("product"),
    of("crawls", "crawl_id"),
    Index("ix_products_position", "crawl_id", "position"),
)

# `stores` is a bit for each store of magicai/stores/entity.py's STORES; `version` goes on across deletes.
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

outcomes = Table(
    "outcomes",
    metadata,
    own("run_id", key=True),
    own("owner_id"),
    own("workflow"),
    whole("at"),
    own("policy"),
    own("features"),
    own("status"),
    real("quality"),
    real("reward"),
    real("cost"),
    real("seconds"),
    own("learnt"),
    Index("ix_outcomes_workflow", "workflow", "at"),
)

# Rows stay when they are given back: the token of a name must never be seen twice.
leases = Table(
    "leases",
    metadata,
    words("name", key=True),
    words("holder"),
    whole("token"),
    whole("until"),
)

# `user_id` is the owner of what is theirs; `password` a hash that says how it was made, NULL where there is none.
users = Table(
    "users",
    metadata,
    own("user_id", key=True),
    words("name"),
    own("role"),
    whole("created_at"),
    whole("disabled_at", optional=True),
    own("password", optional=True),
    Index("ux_users_name", "name", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    own("session_id", key=True),
    own("user_id"),
    own("kind"),
    whole("created_at"),
    whole("expires_at"),
    whole("ended_at", optional=True),
    of("users", "user_id"),
    Index("ix_sessions_user", "user_id"),
    Index("ix_sessions_expires", "expires_at"),
)

# A token that was used up stays as long as its session: used again, it ends that.
session_tokens = Table(
    "session_tokens",
    metadata,
    own("digest", key=True),
    own("session_id"),
    own("user_id"),
    whole("used_at", optional=True),
    of("sessions", "session_id"),
    Index("ix_session_tokens_session", "session_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    own("key_id", key=True),
    own("user_id"),
    own("digest"),
    words("name"),
    own("scopes"),
    own("hint"),
    whole("created_at"),
    whole("expires_at", optional=True),
    whole("revoked_at", optional=True),
    of("users", "user_id"),
    Index("ux_api_keys_digest", "digest", unique=True),
    Index("ix_api_keys_user", "user_id", "created_at"),
)

# A schedule by workflow and slug, or by its id where it has no slug.
schedules = Table(
    "schedules",
    metadata,
    own("schedule", key=True),
    own("user_id"),
    whole("bound_at"),
    of("users", "user_id"),
)

# `events` are their types, by spaces; `secret` signs what is sent, so it can't be a digest.
webhooks = Table(
    "webhooks",
    metadata,
    own("webhook_id", key=True),
    own("owner_id"),
    words("url"),
    own("events"),
    own("secret"),
    whole("created_at"),
    small("gone"),
    whole("disabled_at", optional=True),
    Index("ix_webhooks_owner", "owner_id", "created_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    own("webhook_id", key=True),
    own("event_id", key=True),
    own("owner_id"),
    own("type"),
    own("run_id"),
    whole("created_at"),
    own("state"),
    small("attempts"),
    small("status", optional=True),
    words("error"),
    whole("next_at"),
    own("payload"),
    of("webhooks", "webhook_id"),
    Index("ix_deliveries_due", "state", "next_at"),
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
    Index("ux_uploads_owner_name_digest", "owner_id", "name", "digest", unique=True),
)
