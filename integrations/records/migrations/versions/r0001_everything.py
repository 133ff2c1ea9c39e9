"""Runs, crawls, products, entities, outbox, outcomes, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "entities",
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("entity_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("stores", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("entity", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("kind", "entity_id", name=op.f("pk_entities")),
    )
    op.create_table(
        "leases",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("holder", _TEXT, nullable=False),
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "outbox",
        sa.Column("store", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("entity_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("faults", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fault", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("store", "kind", "entity_id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_since", "outbox", ["store", "since"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("workflow", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("policy", _TEXT, nullable=False),
        sa.Column("features", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("reward", sa.Float(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("learnt", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_outcomes")),
    )
    op.create_index("ix_outcomes_workflow", "outcomes", ["workflow", "at"], unique=False)
    op.create_table(
        "product_keys",
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("shop", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "shop", "key", name=op.f("pk_product_keys")),
    )
    op.create_index("ix_product_keys_product", "product_keys", ["owner_id", "shop", "product_id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("workflow", _TEXT, nullable=False),
        sa.Column("origin", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("finished_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("flow_run_id", _TEXT, nullable=True),
        sa.Column("pruned_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("request", _TEXT, nullable=False),
        sa.Column("result", _TEXT, nullable=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_created", "runs", ["created_at", "run_id"], unique=False)
    op.create_index("ix_runs_owner_created", "runs", ["owner_id", "created_at", "run_id"], unique=False)
    op.create_index("ix_runs_status", "runs", ["status"], unique=False)
    op.create_index("ux_runs_owner_key", "runs", ["owner_id", "key"], unique=True)
    op.create_table(
        "attempts",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("host", _TEXT, nullable=False),
        sa.Column("pid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("process_started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flow_run_id", _TEXT, nullable=True),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("beat_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_attempts_runs")),
        sa.PrimaryKeyConstraint("run_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "crawls",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("shop", _TEXT, nullable=False),
        sa.Column("entry_url", _TEXT, nullable=False),
        sa.Column("started_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("finished_at", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("coverage", sa.Float(), nullable=False),
        sa.Column("spent_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("found", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("products", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_crawls_runs")),
        sa.PrimaryKeyConstraint("crawl_id", name=op.f("pk_crawls")),
    )
    op.create_index("ix_crawls_owner_shop", "crawls", ["owner_id", "shop", "started_at", "crawl_id"], unique=False)
    op.create_index("ux_crawls_run_shop", "crawls", ["run_id", "shop"], unique=True)
    op.create_table(
        "events",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("current_task", _TEXT, nullable=True),
        sa.Column("estimated_remaining", sa.Float(), nullable=True),
        sa.Column("data", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_events_runs")),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_events")),
    )
    op.create_table(
        "plans",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plan", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_plans_runs")),
        sa.PrimaryKeyConstraint("run_id", "revision", name=op.f("pk_plans")),
    )
    op.create_table(
        "step_results",
        sa.Column("run_id", _TEXT, nullable=False),
        sa.Column("step", _TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("inputs", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("result", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name=op.f("fk_step_results_runs")),
        sa.PrimaryKeyConstraint("run_id", "step", "revision", "inputs", name=op.f("pk_step_results")),
    )
    op.create_table(
        "frontier",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("depth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("found_on", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("status", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("tries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("not_before_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("final_url", _TEXT, nullable=False),
        sa.Column("content_type", _TEXT, nullable=False),
        sa.Column("digest", _TEXT, nullable=False),
        sa.Column("etag", _TEXT, nullable=False),
        sa.Column("last_modified", _TEXT, nullable=False),
        sa.Column("fetched_at_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rendered", sa.Boolean(), nullable=False),
        sa.Column("needs_rendering", sa.Boolean(), nullable=False),
        sa.Column("complete_listing", sa.Boolean(), nullable=False),
        sa.Column("reason", _TEXT, nullable=False),
        sa.Column("found", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.crawl_id"], name=op.f("fk_frontier_crawls")),
        sa.PrimaryKeyConstraint("crawl_id", "url", name=op.f("pk_frontier")),
    )
    op.create_index(
        "ix_frontier_pending",
        "frontier",
        ["crawl_id", sa.literal_column("priority DESC"), "found"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_frontier_visited",
        "frontier",
        ["crawl_id", "state", "kind", "needs_rendering", "bytes_read"],
        unique=False,
        sqlite_where=sa.text("state <> 'pending'"),
        postgresql_where=sa.text("state <> 'pending'"),
    )
    op.create_table(
        "offers",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", _TEXT, nullable=False),
        sa.Column("price_minor", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("currency", _TEXT, nullable=True),
        sa.Column("exponent", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_price_minor", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("availability", _TEXT, nullable=False),
        sa.Column("category", _TEXT, nullable=True),
        sa.Column("brand", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.crawl_id"], name=op.f("fk_offers_crawls")),
        sa.PrimaryKeyConstraint("crawl_id", "product_id", name=op.f("pk_offers")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("product_id", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.crawl_id"], name=op.f("fk_products_crawls")),
        sa.PrimaryKeyConstraint("crawl_id", "product_id", name=op.f("pk_products")),
    )
    op.create_index("ix_products_position", "products", ["crawl_id", "position"], unique=False)
    op.create_table(
        "statements",
        sa.Column("crawl_id", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("owner_id", _TEXT, nullable=False),
        sa.Column("observations", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["crawl_id"], ["crawls.crawl_id"], name=op.f("fk_statements_crawls")),
        sa.PrimaryKeyConstraint("crawl_id", "url", name=op.f("pk_statements")),
    )


def downgrade() -> None:
    """Remove every table."""
    op.drop_table("statements")
    op.drop_table("products")
    op.drop_table("offers")
    op.drop_table("frontier")
    op.drop_table("step_results")
    op.drop_table("plans")
    op.drop_table("events")
    op.drop_table("crawls")
    op.drop_table("attempts")
    op.drop_table("runs")
    op.drop_table("product_keys")
    op.drop_table("outcomes")
    op.drop_table("outbox")
    op.drop_table("leases")
    op.drop_table("entities")
