"""Delete data that is older than its retention, every night."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from integrations.open import open_ports
from integrations.prefect.blocks import settings_here
from magicai.stores.prune import prune as remove


@flow(name="prune", persist_result=False)
async def prune() -> State[Any]:
    """Delete data that is older than its retention (MAGICAI_RETENTION_DAYS and others), as `magicai prune` does."""
    async with open_ports(await settings_here()) as ports:
        removed = await remove(ports.records, ports.files, ports.orchestrator, await ports.settings_of())
    return Completed(message=", ".join(f"{name}: {count}" for name, count in removed.items()))
