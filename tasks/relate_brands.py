from integrations.open import open_ports
from integrations.placing import served
from magicai.app.relay import drain
from magicai.brain.steps import StepRun, step
from magicai.domain.analysis import SharedBrand
from magicai.domain.crawl_steps import Saved
from magicai.domain.plan import Resources
from magicai.domain.units import so_many

# What runs on this machine is waited for; a server that does not answer at once is not.
_WAIT_S = 60.0
_PATIENCE_S = 1.0


@step(gives="shared_brands", retries=1, resources=Resources(cpu=0.5, memory=100))
async def relate_brands(run: StepRun, crawl_data: Saved) -> list[SharedBrand]:
    """Ask the graph which brands several categories share."""
    async with open_ports() as ports:
        patience_s = dict.fromkeys(served(ports.settings), _PATIENCE_S)
        behind = await drain(ports.records, {"graph": ports.graph}, limit_s=_WAIT_S, patience_s=patience_s)
        if behind["graph"]:
            await run.watch.problem(
                "graph",
                f"The graph is {so_many(behind['graph'], 'entries')} behind, so shared brands may be missing.",
                "It catches up by itself; `magicai doctor` shows how far it is.",
                temporary=True,
            )
            return []
        found: list[SharedBrand] = []
        for shop in crawl_data.shops:
            found += await ports.graph.shared_brands(run.owner_id, shop.shop)
    return found
