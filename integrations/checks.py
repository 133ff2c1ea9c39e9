"""What `magicai doctor` tries on this installation."""

import asyncio
import os
import shutil
from functools import partial

import psutil

from integrations.open import Ports
from integrations.runs import ondemand
from magicai.app.doctor import Check
from magicai.errors import Missing, Permanent

_SERVERS = ("database_url", "elasticsearch_url", "neo4j_url", "chromadb_url")
_STORES = ("records", "cache", "search", "graph", "vectors", "files")
_LEAST_FREE_GB = 2.0
_LEAST_MEMORY_MB = 1000


def checks(ports: Ports) -> list[Check]:
    """Every check, the truth first."""
    return [
        *(Check(name, partial(_store, ports, name)) for name in _STORES),
        Check("embedder", partial(_embedder, ports)),
        Check("prefect", partial(_prefect, ports)),
        Check("language model", partial(_model, ports)),
        Check("browser", partial(_browser, ports)),
        Check("contact", partial(_contact, ports)),
        Check("space", partial(_space, ports)),
        Check("memory", _memory),
        Check("store addresses", partial(_addresses, ports)),
    ]


async def _store(ports: Ports, name: str) -> str:
    return await getattr(ports, name).check()


async def _embedder(ports: Ports) -> str:
    vectors = await ports.embedder.embed(["a chair", "一把椅子"])
    return f"{ports.embedder.name}, {vectors.shape[1]} dimensions"


async def _prefect(ports: Ports) -> str:
    settings = ports.settings
    server = await asyncio.to_thread(
        ondemand.ensure, settings.home, port=settings.prefect_port, idle_s=settings.idle_seconds
    )
    return f"answers at {server.base}" + (" (started for this check)" if server.started else "")


async def _model(ports: Ports) -> str:
    name = ports.machine().model
    if name is None:
        raise Missing("none is here; reports are written by the composer.", way_out="To fetch one: magicai model get")
    return name


async def _browser(ports: Ports) -> str:
    from integrations.fetcher.open import find_browser

    found = find_browser(ports.settings)
    if found is None:
        raise Missing("none is here; pages that scripts draw stay unread.", way_out="To fetch one: magicai browser get")
    return str(found)


async def _contact(ports: Ports) -> str:
    from integrations.fetcher.static import user_agent

    contact = ports.settings.crawl_contact
    if not contact:
        raise Missing(
            f"shops see {user_agent(contact)}, and nobody to write to.",
            way_out="Set MAGICAI_CRAWL_CONTACT to an address of yours.",
        )
    return f"shops see {user_agent(contact)}"


async def _space(ports: Ports) -> str:
    free = shutil.disk_usage(ports.settings.home).free / 1e9
    if free < _LEAST_FREE_GB:
        raise Permanent(f"{free:.1f} GB are free at {ports.settings.home}.", way_out="Make room: magicai prune")
    return f"{free:.0f} GB free at {ports.settings.home}"


async def _memory() -> str:
    free = psutil.virtual_memory().available // 1_000_000
    if free < _LEAST_MEMORY_MB:
        raise Permanent(f"{free} MB of memory are free, and a run needs about {_LEAST_MEMORY_MB}.")
    return f"{free} MB free, {os.cpu_count()} cores"


async def _addresses(ports: Ports) -> str:
    named = [name.upper() for name in _SERVERS if getattr(ports.settings, name) is not None]
    if named:
        raise Missing(
            f"{', '.join(named)} is set, but not used.", way_out="This version keeps everything in its own stores."
        )
    return "everything is in this installation's own stores"
