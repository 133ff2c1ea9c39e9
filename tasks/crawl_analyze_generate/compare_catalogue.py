import asyncio

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Invalid, NotFound
from magicai.messages import Message, say
from magicai.ports import Files
from magicai.runs.plan import Resources
from magicai.runs.requests.files_in import body_of
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.own_catalogue import OwnComparison, catalogue_of, compare
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Saved


def _no_catalogue(situation: Situation) -> Message | None:
    return None if situation.request.get("own_catalogue") else say("no_catalogue_given")


@step(provides="own_comparison", optional=True, unless=_no_catalogue, resources=Resources(cpu=0.3, memory=100))
async def compare_catalogue(
    run: StepRun, request: CrawlAnalyzeGenerate, crawl_data: Saved, *, shops: ShopRecords, files: Files
) -> list[OwnComparison]:
    """Compare the shops' prices with one's own."""
    compared: list[OwnComparison] = []
    try:
        body = await body_of(shops, files, request.own_catalogue or "", owner_id=run.owner_id)
        own = await asyncio.to_thread(catalogue_of, body, "own_catalogue")
    except (Invalid, NotFound) as exc:
        await run.reporter.problem("own_catalogue", exc.message, exc.way)
        return compared
    for done, shop in enumerate(crawl_data.shops, start=1):
        products = [product async for product in shops.products.of_crawl(shop.crawl_id)]
        compared.append(compare(own, products, shop=shop.shop))
        await run.reporter.progress(done, len(crawl_data.shops), "shops")
    return compared
