"""The tables of the records, one schema for SQLite and PostgreSQL.

Ids are text, times integer UTC microseconds, money integer minor units beside currency and exponent, lists and objects
JSON in a text column (documents.py). No Numeric, which SQLite keeps as REAL, and no DateTime, which loses its offset
there. What an owner has says so in every row; leases belong to the installation.
"""

from integrations.records.models.accounts import (
    api_keys,
    external_identities,
    invitations,
    leases,
    members,
    schedules,
    session_tokens,
    sessions,
    users,
    workspaces,
)
from integrations.records.models.audit_log import audit_events
from integrations.records.models.budgets import budget_alerts, budgets, paid_answers, reservations
from integrations.records.models.catalogue import catalogue_keys, catalogue_lines, catalogue_run_products
from integrations.records.models.channels import channels, notifications
from integrations.records.models.collections import collection_members
from integrations.records.models.crawls import (
    VISITED,
    crawls,
    frontier,
    offer_columns,
    offers,
    product_keys,
    products,
    shops,
    statements,
)
from integrations.records.models.decisions import choice_statistics, decisions, learnt_snapshots, rewards
from integrations.records.models.deletions import deletions
from integrations.records.models.entities import STATEFUL, entities, outbox, uploads
from integrations.records.models.inventory import (
    bundles,
    image_files,
    interaction_counters,
    interactions,
    stock,
    stock_conflicts,
    stock_events,
    stock_movements,
    stock_reservations,
    stock_sources,
)
from integrations.records.models.known_texts import fingerprints, known_texts
from integrations.records.models.mails import mails
from integrations.records.models.metadata import PENDING, metadata
from integrations.records.models.model_calls import model_calls
from integrations.records.models.model_choices import model_choices, model_consents, vector_spaces
from integrations.records.models.notices import notices
from integrations.records.models.publishing import audit_entries, submissions
from integrations.records.models.runs import attempts, events, outcomes, plans, run_items, runs, step_results
from integrations.records.models.settings_set import settings_set
from integrations.records.models.shares import shares
from integrations.records.models.store_locations import store_locations
from integrations.records.models.webhooks import deliveries, webhooks

__all__ = [
    "PENDING",
    "STATEFUL",
    "VISITED",
    "api_keys",
    "attempts",
    "audit_entries",
    "audit_events",
    "budget_alerts",
    "budgets",
    "bundles",
    "catalogue_keys",
    "catalogue_lines",
    "catalogue_run_products",
    "channels",
    "choice_statistics",
    "collection_members",
    "crawls",
    "decisions",
    "deletions",
    "deliveries",
    "entities",
    "events",
    "external_identities",
    "fingerprints",
    "frontier",
    "image_files",
    "interaction_counters",
    "interactions",
    "invitations",
    "known_texts",
    "learnt_snapshots",
    "leases",
    "mails",
    "members",
    "metadata",
    "model_calls",
    "model_choices",
    "model_consents",
    "notices",
    "notifications",
    "offer_columns",
    "offers",
    "outbox",
    "outcomes",
    "paid_answers",
    "plans",
    "product_keys",
    "products",
    "reservations",
    "rewards",
    "run_items",
    "runs",
    "schedules",
    "session_tokens",
    "sessions",
    "settings_set",
    "shares",
    "shops",
    "statements",
    "step_results",
    "stock",
    "stock_conflicts",
    "stock_events",
    "stock_movements",
    "stock_reservations",
    "stock_sources",
    "store_locations",
    "submissions",
    "uploads",
    "users",
    "vector_spaces",
    "webhooks",
    "workspaces",
]
