from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError
from magicai.messages import say
from magicai.ports import Graph, Records
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.analysis import SharedBrand
from magicai.shops.brands import shared_brands
from magicai.shops.step_results import Saved
from tasks.shared.drain_and_tell import drain_and_tell, tell

_LOST = say("shared_brands")


@step(provides="shared_brands", retries=1, resources=Resources(cpu=0.5, memory=100))
async def relate_brands(
    run: StepRun, crawl_data: Saved, *, records: Records, graph: Graph, settings: Settings
) -> list[SharedBrand]:
    """Ask the graph which brands several categories share."""
    drained = await drain_and_tell(run, records, {"graph": graph}, settings=settings, lost=_LOST)
    if drained.behind["graph"]:
        return []
    found: list[SharedBrand] = []
    try:
        for shop in crawl_data.shops:
            found += await shared_brands(graph, run.owner_id, shop.shop)
    except MagicError as exc:
        await tell(run, "graph", say("graph_unreachable", lost=_LOST), exc, missing=True)
    return found
