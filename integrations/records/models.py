"""The tables of the records, one schema for SQLite and PostgreSQL.

Ids are text, times integer UTC microseconds, money integer minor units beside currency and exponent, lists and objects
JSON in a text column (documents.py). No Numeric, which SQLite keeps as REAL, and no DateTime, which loses its offset
there. What an owner has says so in every row; leases and signing keys belong to the installation.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.types import TypeEngine

# PostgreSQL sorts as SQLite does, by code point: other sorting differs between servers, and keys are compared here too.
_BY_CODE_POINT = "C"
TEXT = Text().with_variant(Text(collation=_BY_CODE_POINT), "postgresql")

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(referred_table_name)s"},
)


class Words(TypeDecorator[str]):
    """Text from anywhere: what no database can keep (NUL, half a surrogate pair) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The same column as of any text."""
        return Text(collation=_BY_CODE_POINT if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """What is sent to the database."""
        if value is None:
            return None
        # A StrEnum is a str to SQLite, but not to psycopg.
        return storable(str(value))


def storable(words: str) -> str:
    """The same text, with U+FFFD for what no database can keep."""
    if words.isascii():
        return words.replace("\0", "\ufffd") if "\0" in words else words
    try:
        words.encode()
    except UnicodeEncodeError:
        words = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words.replace("\0", "\ufffd")


def _own(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    """Text of our own making: ids, digests, names of states, JSON."""
    return Column(name, TEXT, primary_key=key, nullable=optional)


def _words(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    return Column(name, Words, primary_key=key, nullable=optional)


def _whole(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=optional, autoincrement=False)


def _small(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=optional, autoincrement=False)


def _real(name: str, *, optional: bool = False) -> Column[float]:
    return Column(name, Float, nullable=optional)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _of(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [f"{table}.{column}"])


# `sequence` counts events, `token` fences attempts off, `progress` is the last one told;
# `pruned_at` says that events, kept results and frontiers are gone.
runs = Table(
    "runs",
    metadata,
    _own("run_id", key=True),
    _own("owner_id"),
    _words("key"),
    _own("workflow"),
    _own("origin"),
    _own("status"),
    _whole("created_at"),
    _whole("started_at", optional=True),
    _whole("finished_at", optional=True),
    _flag("cancel_requested"),
    _small("attempts"),
    _whole("token"),
    _whole("sequence"),
    _real("progress"),
    _own("flow_run_id", optional=True),
    _whole("pruned_at", optional=True),
    _own("request"),
    _own("result", optional=True),
    Index("ux_runs_owner_key", "owner_id", "key", unique=True),
    Index("ix_runs_created", "created_at", "run_id"),
    Index("ix_runs_owner_created", "owner_id", "created_at", "run_id"),
    Index("ix_runs_status", "status"),
)

attempts = Table(
    "attempts",
    metadata,
    _own("run_id", key=True),
    _small("number", key=True),
    _own("owner_id"),
    _words("host"),
    _whole("pid"),
    _whole("process_started_at"),
    _own("flow_run_id", optional=True),
    _whole("started_at"),
    _whole("beat_at"),
    _whole("ended_at", optional=True),
    _whole("token"),
    _of("runs", "run_id"),
)

events = Table(
    "events",
    metadata,
    _own("run_id", key=True),
    _whole("sequence", key=True),
    _own("owner_id"),
    _whole("at"),
    _own("kind"),
    _own("status"),
    _real("progress"),
    _words("current_task", optional=True),
    _real("estimated_remaining", optional=True),
    _own("data"),
    _of("runs", "run_id"),
)

plans = Table(
    "plans",
    metadata,
    _own("run_id", key=True),
    _small("revision", key=True),
    _own("owner_id"),
    _whole("at"),
    _own("plan"),
    _of("runs", "run_id"),
)

step_results = Table(
    "step_results",
    metadata,
    _own("run_id", key=True),
    _own("step", key=True),
    _small("revision", key=True),
    _own("inputs", key=True),
    _own("owner_id"),
    _whole("at"),
    _own("result"),
    _of("runs", "run_id"),
)

# `found` counts the addresses of the frontier; `products` is how many were seen, NULL until all are saved.
crawls = Table(
    "crawls",
    metadata,
    _own("crawl_id", key=True),
    _own("run_id"),
    _own("owner_id"),
    _words("shop"),
    _words("entry_url"),
    _whole("started_at"),
    _whole("finished_at", optional=True),
    _flag("complete"),
    _real("coverage"),
    _whole("spent_us"),
    _whole("found"),
    _whole("products", optional=True),
    _of("runs", "run_id"),
    Index("ux_crawls_run_shop", "run_id", "shop", unique=True),
    Index("ix_crawls_owner_shop", "owner_id", "shop", "started_at", "crawl_id"),
)

# `found` is the order in which addresses were found.
frontier = Table(
    "frontier",
    metadata,
    _own("crawl_id", key=True),
    _words("url", key=True),
    _own("kind"),
    _real("priority"),
    _small("depth"),
    _words("found_on"),
    _own("state"),
    _small("status", optional=True),
    _small("tries"),
    _whole("not_before_us"),
    _words("final_url"),
    _words("content_type"),
    _own("digest"),
    _words("etag"),
    _words("last_modified"),
    _whole("fetched_at_us"),
    _whole("bytes_read"),
    _flag("rendered"),
    _flag("needs_rendering"),
    _flag("complete_listing"),
    _words("reason"),
    _whole("found"),
    _own("owner_id"),
    _of("crawls", "crawl_id"),
)
# Two partial indexes: the next addresses cost the same at any size, and counting does not read the rows.
PENDING = text("state = 'pending'")
VISITED = text("state <> 'pending'")
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
    _own("crawl_id", key=True),
    _words("url", key=True),
    _own("owner_id"),
    _own("observations"),
    _of("crawls", "crawl_id"),
)

product_keys = Table(
    "product_keys",
    metadata,
    _own("owner_id", key=True),
    _words("shop", key=True),
    _words("key", key=True),
    _own("product_id"),
    Index("ix_product_keys_product", "owner_id", "shop", "product_id"),
)

# What analysis reads, a million rows at a time: narrow, one row per crawl and product; the rest is in `products`.
offers = Table(
    "offers",
    metadata,
    _own("crawl_id", key=True),
    _own("product_id", key=True),
    _own("owner_id"),
    _small("position"),
    _own("seen"),
    _whole("price_minor", optional=True),
    _words("currency", optional=True),
    _small("exponent"),
    _whole("list_price_minor", optional=True),
    _own("availability"),
    _words("category", optional=True),
    _words("brand", optional=True),
    _of("crawls", "crawl_id"),
    sqlite_with_rowid=False,
)

# The same by column (offer_columns.py), NULL where it was not made. `saves` counts what was saved of the crawl.
offer_columns = Table(
    "offer_columns",
    metadata,
    _own("crawl_id", key=True),
    _own("owner_id"),
    _whole("saves"),
    Column("counted", LargeBinary, nullable=True),
    Column("compared", LargeBinary, nullable=True),
    _of("crawls", "crawl_id"),
)

products = Table(
    "products",
    metadata,
    _own("crawl_id", key=True),
    _own("product_id", key=True),
    _own("owner_id"),
    _small("position"),
    _own("product"),
    _of("crawls", "crawl_id"),
    Index("ix_products_position", "crawl_id", "position"),
)

# `stores` is a bit for each store of domain/entity.py's STORES; `version` goes on across deletes.
entities = Table(
    "entities",
    metadata,
    _own("kind", key=True),
    _own("entity_id", key=True),
    _own("owner_id"),
    _whole("version"),
    _own("digest"),
    _small("stores"),
    _flag("deleted"),
    _own("entity", optional=True),
)

outbox = Table(
    "outbox",
    metadata,
    _own("store", key=True),
    _own("kind", key=True),
    _own("entity_id", key=True),
    _own("owner_id"),
    _whole("version"),
    _whole("since"),
    _small("faults"),
    _words("fault"),
    Index("ix_outbox_since", "store", "since"),
)

outcomes = Table(
    "outcomes",
    metadata,
    _own("run_id", key=True),
    _own("owner_id"),
    _own("workflow"),
    _whole("at"),
    _own("policy"),
    _own("features"),
    _own("status"),
    _real("quality"),
    _real("reward"),
    _real("cost"),
    _real("seconds"),
    _own("learnt"),
    Index("ix_outcomes_workflow", "workflow", "at"),
)

# Rows stay when they are given back: the token of a name must never be seen twice.
leases = Table(
    "leases",
    metadata,
    _words("name", key=True),
    _words("holder"),
    _whole("token"),
    _whole("until"),
)

# `user_id` is the owner of what is theirs; `password` a hash that says how it was made, NULL where there is none.
users = Table(
    "users",
    metadata,
    _own("user_id", key=True),
    _words("name"),
    _own("role"),
    _whole("created_at"),
    _whole("disabled_at", optional=True),
    _own("password", optional=True),
    Index("ux_users_name", "name", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    _own("session_id", key=True),
    _own("user_id"),
    _own("kind"),
    _whole("created_at"),
    _whole("expires_at"),
    _whole("ended_at", optional=True),
    _of("users", "user_id"),
    Index("ix_sessions_user", "user_id"),
    Index("ix_sessions_expires", "expires_at"),
)

# A token that was used up stays as long as its session: used again, it ends that.
session_tokens = Table(
    "session_tokens",
    metadata,
    _own("digest", key=True),
    _own("session_id"),
    _own("user_id"),
    _whole("used_at", optional=True),
    _of("sessions", "session_id"),
    Index("ix_session_tokens_session", "session_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _own("key_id", key=True),
    _own("user_id"),
    _own("digest"),
    _words("name"),
    _own("scopes"),
    _own("hint"),
    _whole("created_at"),
    _whole("expires_at", optional=True),
    _whole("revoked_at", optional=True),
    _of("users", "user_id"),
    Index("ux_api_keys_digest", "digest", unique=True),
    Index("ix_api_keys_user", "user_id", "created_at"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    _own("key_id", key=True),
    _own("secret"),
    _whole("created_at"),
)

# A schedule by workflow and slug, or by its id where it has no slug.
schedules = Table(
    "schedules",
    metadata,
    _own("schedule", key=True),
    _own("user_id"),
    _whole("bound_at"),
    _of("users", "user_id"),
)
