"""Make the vectors of a new embedding model, where that was interrupted."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from integrations.choosing_models import make_vectors, missing
from integrations.open import open_ports
from integrations.prefect.blocks import settings_here


@flow(name="embed", persist_result=False)
async def embed() -> State[Any]:
    """Make the vectors of the embedding model that is chosen, as `magicai models embed` does.

    The vectors of the model before are searched until then.
    """
    async with open_ports(await settings_here()) as ports:
        space = await missing(ports)
        if space is None:
            return Completed(name="Skipped", message="All vectors are of the embedding model that is chosen.")
        made = await make_vectors(ports, space, on_progress=lambda _done, _all: None)
    return Completed(message=f"{made} vectors of {space.embedder} were made.")
