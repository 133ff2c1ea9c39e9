from collections.abc import Mapping
from typing import Any

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.messages import Message, say
from magicai.ports import Fetcher, FileReader, Files
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawling.step_crawls import StepCrawls
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Crawled, Rendered


def _empty_pages(situation: Situation, have: Mapping[str, Any]) -> Message | None:
    crawled = Crawled.model_validate(have["crawl"])
    # Where a browser has read all pages, it could not draw these.
    if not crawled.needs_rendering or not situation.machine.browser or situation.request.get("render") != "auto":
        return None
    return say("pages_need_browser", n=crawled.needs_rendering)


@step(
    provides="rendering", trigger=_empty_pages, retries=1, retry_delay_s=2.0, resources=Resources(cpu=1.5, memory=600)
)
async def render_pages(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    crawl: Crawled,
    *,
    shops: ShopRecords,
    files: Files,
    fetcher: Fetcher,
    browser: Fetcher,
    file_reader: FileReader,
    settings: Settings,
) -> Rendered:
    """Read again, in a browser, the pages that scripts draw."""
    limits = request.limits
    products = pages = 0
    crawls = StepCrawls(run, shops, files, browser, file_reader, settings, limits, fetcher)
    for shop in crawl.shops:
        if not shop.needs_rendering:
            continue
        async with crawls.of(shop.url) as (its, crawler):
            counts = await crawler.render(its, limits)
        products += max(0, counts.products_seen - shop.products)
        pages += max(0, shop.needs_rendering - counts.needs_rendering)
        if counts.needs_rendering and counts.products_seen:  # of a shop without products, `save_products` says so
            await run.reporter.problem(shop.shop, say("pages_not_rendered", n=counts.needs_rendering))
    return Rendered(pages=pages, products=products)
