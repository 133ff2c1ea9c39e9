"""Make the vectors of a new embedding model, where that was interrupted."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from integrations.choosing_models import make_vectors, unfinished
from integrations.open import open_own_ports
from integrations.prefect.blocks import settings_here


@flow(name="embed", persist_result=False)
async def embed() -> State[Any]:
    """Continue to make the vectors of an embedding model, as `magicai models embed` does; none are begun.

    The vectors of the model before are searched until then.
    """
    async with open_own_ports(await settings_here()) as ports:
        space = await unfinished(ports)
        if space is None:
            return Completed(name="Skipped", message="No vectors are left to be made.")
        made = await make_vectors(ports, space, on_progress=lambda _done, _all: None)
    return Completed(message=f"{made} vectors of {space.embedder} were made.")
