"""The sample shop's report, as sample data."""

import asyncio

from pydantic import BaseModel

from magicai.operations.first_steps import has_run
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData
from magicai.runs import registry
from magicai.runs.run import Run

TAG = "shops"
_CRAWL = "crawl-analyze-generate"


async def of_shop(context: Context, workflow: str) -> BaseModel:
    """The parameters of a workflow's run on the sample shop."""
    declared = registry.workflow(workflow)
    assert declared.sample is not None
    machine = await context.ports.machine_now()
    return declared.request.model_validate(await asyncio.to_thread(declared.sample.request, context.settings, machine))


async def _remove(context: Context, run: Run) -> bool:
    """Products and numbers that another crawl of the shop has found stay."""
    entities, owner_id = context.records.entities, context.owner_id
    left = await context.ports.shops.crawls.remove(owner_id, [run.run_id])
    await entities.delete("product", left.product_ids)
    await entities.delete("analysis", [f"{owner_id}/{shop}" for shop in left.shops])
    await entities.delete("report", [run.run_id])
    return False


SAMPLE_DATA = (SampleData(_CRAWL, lambda context: of_shop(context, _CRAWL), _remove),)
FIRST_STEPS = {"shop": has_run(_CRAWL)}
