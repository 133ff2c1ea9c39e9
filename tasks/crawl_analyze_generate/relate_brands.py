from integrations.store_roles import server_stores
from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError
from magicai.ports import Graph, Records
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.analysis import SharedBrand
from magicai.shops.brands import shared_brands
from magicai.shops.step_results import Saved
from magicai.stores.relay import drain
from magicai.values.units import so_many

# What runs on this machine is waited for; a server that does not answer at once is not.
_WAIT_S = 60.0
_TIMEOUT_S = 1.0


@step(provides="shared_brands", retries=1, resources=Resources(cpu=0.5, memory=100))
async def relate_brands(
    run: StepRun, crawl_data: Saved, *, records: Records, graph: Graph, settings: Settings
) -> list[SharedBrand]:
    """Ask the graph which brands several categories share."""
    timeout_s = dict.fromkeys(server_stores(settings), _TIMEOUT_S)
    why: list[MagicError] = []
    behind = await drain(
        records,
        {"graph": graph},
        limit_s=_WAIT_S,
        timeout_s=timeout_s,
        on_down=lambda _, error: why.append(error),
    )
    if behind["graph"]:
        await _tell(run, f"The graph is {so_many(behind['graph'], 'entries')} behind", why[-1] if why else None)
        return []
    found: list[SharedBrand] = []
    try:
        for shop in crawl_data.shops:
            found += await shared_brands(graph, run.owner_id, shop.shop)
    except MagicError as exc:
        await _tell(run, "The graph did not answer", exc)
    return found


async def _tell(run: StepRun, what: str, why: MagicError | None) -> None:
    words = f"{what}, so shared brands may be missing{f': {why.what}' if why else '.'}"
    way_out = "It catches up by itself. For its progress: magicai doctor"
    if why is not None and why.way_out:
        way_out = f"{why.way_out} {way_out}"
    await run.reporter.problem("graph", words, way_out, temporary=True)
