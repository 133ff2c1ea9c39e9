"""What `magicai doctor` tries on this installation: each check really does the thing."""

import importlib
from collections.abc import Mapping
from contextlib import suppress

from integrations.checks import machine, parts, serving, stores
from integrations.open import Ports
from integrations.store_roles import Role, placed
from magicai.doctor import Check

_CLIENTS: Mapping[Role, str] = {
    "records": "psycopg",
    "cache": "redis.asyncio",
    "search": "elasticsearch",
    "graph": "neo4j",
    "vectors": "chromadb.api.async_fastapi",
    "files": "obstore",
}


def import_clients(ports: Ports) -> None:
    """Import the servers' clients before a check's time runs: while one does that, all servers seem late."""
    for place in placed(ports.settings):
        if place.address:
            with suppress(ImportError):  # its check says so
                importlib.import_module(_CLIENTS[place.role])


def checks(ports: Ports) -> list[Check]:
    """Every check, the truth first."""
    return [*stores.checks(ports), *parts.checks(ports), *serving.checks(ports), *machine.checks(ports)]
