from integrations.memory import trim_memory
from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import Chunks
from magicai.catalogue.pages.reading import of_product
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import OriginKind
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Crawled
from magicai.errors import Permanent
from magicai.ports import Fetcher, Files
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.crawl import Crawl, UrlKind, UrlState
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.step_crawls import StepCrawls
from magicai.shops.merged import Merged
from magicai.shops.product import Product, Seen
from magicai.values.times import now_us

_MAX_SECONDS = 7_200.0
_WAY_OUT = "Run it again later, or import the product from a file."


@step(provides="crawled", retries=3, retry_delay_s=2.0, resources=Resources(cpu=0.5, memory=300))
async def crawl_shop(
    run: StepRun,
    request: ProductList,
    *,
    catalogue: CatalogueRecords,
    files: Files,
    fetcher: Fetcher,
    settings: Settings,
) -> Crawled:
    """Crawl the shop, or take the products of a crawl that is there; nothing where neither is asked for.

    Raises:
        Permanent: the shop could not be read, or the run has no crawl.
    """
    rows, failed = Chunks(files, run.run_id, "crawled"), Chunks(files, run.run_id, "unread")
    if request.shop is not None:
        crawl = await _crawl(run, request, catalogue, files, fetcher, settings)
        with Merged(crawl.shop) as merged:
            await merged.gather(catalogue.crawls.observations(crawl.crawl_id))
            for part in merged.parts():
                await _add(rows, part)
                trim_memory()
        await _add_unread(failed, catalogue, crawl)
    if request.run_id is not None:
        await catalogue.runs.get(request.run_id, owner_id=run.owner_id)
        crawls = await catalogue.crawls.of_run(request.run_id)
        if not crawls:
            raise Permanent(f"Run {request.run_id} crawled no shop.", way_out="Give the id of one that did.")
        for crawl in crawls:
            async for product in catalogue.products.of_crawl(crawl.crawl_id):
                if product.seen is Seen.SEEN:
                    await _add(rows, [product])
            await _add_unread(failed, catalogue, crawl)
    return Crawled(rows=await rows.close(), failed=await failed.close(), products=rows.count, failed_count=failed.count)


async def _crawl(
    run: StepRun, request: ProductList, records: CatalogueRecords, files: Files, fetcher: Fetcher, settings: Settings
) -> Crawl:
    assert request.shop is not None
    limits = CrawlLimits.shared(request.max_pages, _MAX_SECONDS)
    async with StepCrawls(run, records, files, fetcher, settings, limits).of(request.shop) as (crawl, crawler):
        await crawler.crawl(crawl, limits, concurrency=request.concurrency)
    if crawler.closed is not None:
        raise Permanent(crawler.closed.what, way_out=crawler.closed.way_out)
    return crawl


async def _add(rows: Chunks, products: list[Product]) -> None:
    found = [one.model_copy(update={"url": one.found_at}) for one in products]
    stated = [of_product(one, at_us=now_us(), kind=OriginKind.SHOP) for one in found]
    await rows.add([one.model_dump(mode="json", exclude_defaults=True) for one in stated])


async def _add_unread(failed: Chunks, records: CatalogueRecords, crawl: Crawl) -> None:
    async for row in records.crawls.rows(
        crawl.crawl_id, states=(UrlState.FAILED, UrlState.REFUSED), kinds=(UrlKind.PRODUCT,)
    ):
        what = f"{row.reason[:1].upper()}{row.reason[1:]}."
        await failed.add([{"url": row.url, "what": what, "way_out": _WAY_OUT}])
