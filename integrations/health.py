"""What `magicai doctor` tries on this installation: each check really does the thing, and stands beside it."""

import importlib
from collections.abc import Mapping
from contextlib import suppress

from integrations import gateway_health, logs, machine, signing_keys, store_roles
from integrations.archive import health as archive
from integrations.archive.open import open_archive
from integrations.cache import health as cache
from integrations.embedder import health as embedder
from integrations.fetcher import health as fetcher
from integrations.graph import health as graph
from integrations.mail import health as mail
from integrations.open import Ports
from integrations.openid import health as openid
from integrations.prefect import health as prefect
from integrations.records import health as records
from integrations.reranker import health as reranker
from integrations.search import health as search
from integrations.sqlite import damage
from integrations.store_roles import Role, role_addresses
from integrations.text import health as text
from integrations.vectors import health as vectors
from magicai.doctor import Check
from magicai.runs import planning_health
from magicai.runs.queue import health as queue

_CLIENT_MODULES: Mapping[Role, str] = {
    "records": "psycopg",
    "cache": "redis.asyncio",
    "search": "elasticsearch",
    "graph": "neo4j",
    "vectors": "chromadb.api.async_fastapi",
    "files": "obstore",
}


def import_clients(ports: Ports) -> None:
    """Import the servers' clients before a check's time runs: while one does that, all servers seem late."""
    for place in role_addresses(ports.settings):
        if place.address:
            with suppress(ImportError):  # its check says so
                importlib.import_module(_CLIENT_MODULES[place.role])


def checks(ports: Ports) -> list[Check]:
    """Every check, the truth first; a port is opened within its own."""
    settings, home = ports.settings, ports.settings.home
    return [
        Check("records", lambda: records.check(ports.records)),
        Check("files", lambda: ports.files.check()),  # noqa: PLW0108 - opened when it is called
        # Of the real ones; what the others try is written for it.
        Check("files on disk", lambda: damage.check(home), limit_s=120.0),
        Check("cache", lambda: cache.check(ports.cache)),
        Check("search index", lambda: search.check(ports.search)),
        Check("graph", lambda: graph.check(ports.graph)),
        # Reading the embedder, and starting the vector server, take seconds on a small machine.
        Check("vectors", lambda: vectors.check(ports.vectors), limit_s=120.0),
        Check("stores up to date", lambda: records.check_outbox(ports.records, ports.stores)),
        Check("queue", lambda: queue.check(ports.records)),
        Check("store addresses", lambda: store_roles.check(settings)),
        Check("crawler", lambda: fetcher.check(settings)),
        Check("contact", lambda: fetcher.check_contact(settings)),
        Check("browser", lambda: fetcher.check_browser(settings)),
        Check("embedder", lambda: embedder.check(ports.embedder), limit_s=60.0),
        Check("reranker", lambda: reranker.check(ports.reranker), limit_s=60.0),
        # A model of a gigabyte is read from the disk first.
        Check("language model", lambda: text.check(ports.text_model), limit_s=180.0),
        Check("prefect", lambda: prefect.check_server(settings), limit_s=120.0),
        Check("workers", lambda: prefect.check_workers(settings)),
        Check("mail", lambda: mail.check(ports.mailer_now), limit_s=40.0),
        Check("sign-in", lambda: openid.check(ports.openid_now), limit_s=40.0),
        Check("gateway", lambda: gateway_health.check(home)),
        Check("access tokens", lambda: signing_keys.check(settings, ports.signing_keys)),
        Check("websocket", lambda: gateway_health.check_websocket(home)),
        Check("monitoring", lambda: gateway_health.check_metrics(home)),
        Check("home", lambda: machine.check_home(settings)),
        Check("logging", lambda: logs.check(settings)),
        Check("backup", lambda: archive.check(settings, lambda: open_archive(settings))),
        Check("space", lambda: machine.check_space(settings)),
        Check("memory", machine.check_memory),
        Check("brain", lambda: planning_health.check(ports)),
    ]
