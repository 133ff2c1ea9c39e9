from integrations.open import open_ports
from magicai.app.relay import drain
from magicai.brain.steps import StepRun, step
from magicai.domain.analysis import SharedBrand
from magicai.domain.crawl_steps import Saved
from magicai.domain.plan import Resources
from magicai.domain.units import so_many

_WAIT_S = 60.0


@step(gives="shared_brands", retries=1, resources=Resources(cpu=0.5, memory=100))
async def relate_brands(run: StepRun, crawl_data: Saved) -> list[SharedBrand]:
    """Ask the graph which brands several categories share."""
    async with open_ports() as ports:
        behind = await drain(ports.records, {"graph": ports.graph}, limit_s=_WAIT_S)
        if behind["graph"]:
            await run.watch.problem(
                "graph",
                f"The graph is {so_many(behind['graph'], 'entries')} behind, so shared brands may be missing.",
                "It catches up by itself; `magicai reconcile --store graph` shows how far it is.",
                temporary=True,
            )
        found: list[SharedBrand] = []
        for shop in crawl_data.shops:
            found += await ports.graph.shared_brands(run.owner_id, shop.shop)
    return found
