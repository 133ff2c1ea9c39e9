"""Compare the stores with the records every night, and repair differences."""

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from integrations.open import open_ports
from integrations.prefect.blocks import settings_here
from magicai.ports import Projection
from magicai.stores import reconcile as use_case
from magicai.stores.entity import STORES, Store


@flow(name="reconcile", persist_result=False)
async def reconcile(store: Store | None = None, *, repair: bool = True) -> State[Any]:
    """Compare search, vectors, graph and cache with the records, and repair differences, as `magicai reconcile` does.

    It never deletes more than a fifth of a store.

    Args:
        store: Only this one; all where empty.
        repair: Or only count.
    """
    wanted: tuple[Store, ...] = STORES if store is None else (store,)
    async with open_ports(await settings_here()) as ports:
        projections: dict[Store, Projection] = {name: ports.projection(name) for name in wanted}
        found = await use_case.reconcile(
            ports.records, projections, repair=repair, largest_share=use_case.LARGEST_SHARE
        )
    words = str(found)
    lines = "\n".join(f"- {line}" for line in words.splitlines())
    await create_markdown_artifact(lines, key="reconcile", description="How the stores differed from the records.")  # pyright: ignore[reportGeneralTypeIssues]
    if len(found.down) == len(wanted):
        return Failed(message=words)
    whole = not found.down and (not repair or found.repaired == found.differences)
    return Completed(name="Completed" if whole else "Partial", message=words)
