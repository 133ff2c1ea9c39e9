"""Remove every night what is older than it needs to be kept."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from integrations.open import open_ports
from integrations.prefect.blocks import settings_here
from integrations.prune import prune as remove


@flow(name="prune", persist_result=False)
async def prune() -> State[Any]:
    """Remove what is older than MAGICAI_RETENTION_DAYS and its neighbours say, as `magicai prune` does."""
    async with open_ports(await settings_here()) as ports:
        removed = await remove(ports)
    return Completed(message=", ".join(f"{name}: {count}" for name, count in removed.items()))
