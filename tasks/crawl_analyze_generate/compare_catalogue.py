import asyncio
from collections.abc import Mapping

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid, Refused
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.own_catalogue import OwnComparison, compare
from magicai.shops.own_catalogue_file import find_catalogue, load_catalogue
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Saved


def _limits(situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    if not situation.request.get("own_catalogue"):
        return {"compare_catalogue": (("no",), "no catalogue of your own was given")}
    return {"compare_catalogue": (("yes",), "you gave a catalogue of your own")}


@step(gives="own_comparison", may_be_left_out=True, limits=_limits, resources=Resources(cpu=0.3, memory=100))
async def compare_catalogue(
    run: StepRun, request: CrawlAnalyzeGenerate, crawl_data: Saved, *, shops: ShopRecords, settings: Settings
) -> list[OwnComparison]:
    """Compare the shops' prices with one's own."""
    compared: list[OwnComparison] = []
    origin = (await shops.runs.get(run.run_id)).origin
    try:
        path = find_catalogue(request.own_catalogue or "", origin=origin, home=settings.home)
        own = await asyncio.to_thread(load_catalogue, path, request.own_catalogue or "")
    except (Invalid, Refused) as exc:
        await run.watch.problem("own_catalogue", exc.what, exc.way_out)
        return compared
    for done, shop in enumerate(crawl_data.shops, start=1):
        products = [product async for product in shops.products.of_crawl(shop.crawl_id)]
        compared.append(compare(own, products, shop=shop.shop))
        await run.watch.progress(done, len(crawl_data.shops), "shops")
    return compared
