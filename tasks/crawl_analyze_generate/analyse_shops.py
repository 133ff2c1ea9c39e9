from magicai.brain.steps import StepRun, step
from magicai.runs.plan import Resources
from magicai.shops.analysis import Analysis, ShopAnalysis
from magicai.shops.crawling.coverage import last_whole
from magicai.shops.entities import analysis_entity
from magicai.shops.ports import Analytics, ShopRecords
from magicai.shops.step_results import Saved


@step(provides="analysis", retries=2, resources=Resources(cpu=1.0, memory=300))
async def analyse_shops(run: StepRun, crawl_data: Saved, *, shops: ShopRecords, analytics: Analytics) -> Analysis:
    """Count and compare, shop by shop."""
    found: list[ShopAnalysis] = []
    crawls = {crawl.crawl_id: crawl for crawl in await shops.crawls.of_run(run.run_id)}
    for done, shop in enumerate(crawl_data.shops):
        await run.reporter.progress(done, len(crawl_data.shops), "shops")
        crawl = crawls[shop.crawl_id]
        previous = await shops.crawls.last_finished(run.owner_id, shop.shop, before=shop.crawl_id)
        whole = None if previous is None else await last_whole(shops.crawls, previous)
        found.append(await analytics.shop(crawl, previous, whole))
    await run.reporter.show("prices", [row for shop in found for row in _rows(shop)])
    await shops.entities.save([analysis_entity(shop, owner_id=run.owner_id) for shop in found])
    return Analysis(shops=tuple(found))


def _rows(shop: ShopAnalysis) -> list[dict[str, object]]:
    """A shop's categories for an operator, one row a currency."""
    return [
        {
            "shop": shop.shop,
            "category": group.name,
            "currency": stats.currency or "",
            "products": stats.count,
            "median": str(stats.median or ""),
            "lowest": str(stats.low or ""),
            "highest": str(stats.high or ""),
            "discounted": stats.discounted,
            "in stock": f"{stats.in_stock} of {stats.known_stock}",
        }
        for group in shop.categories
        for stats in group.stats
    ]
