from functools import partial

from integrations.memory import trim_memory
from magicai.brain.steps import StepRun, step
from magicai.catalogue.chunks import Chunks
from magicai.catalogue.pages.reading import of_product
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import OriginKind
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.step_results import Crawled, Failed
from magicai.catalogue.stored_products import change, products_of_run
from magicai.catalogue.texts import asked_again, asked_of, is_only_facts, stated_by_text
from magicai.content.content import KIND as CONTENT
from magicai.content.content import content_in
from magicai.content.generate_content import WORKFLOW as TEXTS
from magicai.errors import Permanent
from magicai.messages import say
from magicai.ports import Fetcher, FileReader, Files
from magicai.runs.plan import Resources
from magicai.runs.run import Run
from magicai.settings import Settings
from magicai.shops.crawl import Crawl, UrlKind, UrlState
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.step_crawls import StepCrawls
from magicai.shops.merged import Merged
from magicai.shops.product import Product, Seen
from magicai.values.times import now_us

_MAX_SECONDS = 7_200.0


@step(provides="crawled", retries=3, retry_delay_s=2.0, resources=Resources(cpu=0.5, memory=300))
async def crawl_shop(
    run: StepRun,
    request: ProductList,
    *,
    catalogue: CatalogueRecords,
    files: Files,
    fetcher: Fetcher,
    file_reader: FileReader,
    settings: Settings,
) -> Crawled:
    """Crawl the shop, or take what an earlier run found or wrote; nothing where neither is asked for.

    Raises:
        Permanent: the shop could not be read, or the run has no crawl.
    """
    rows, failed = Chunks(files, run.run_id, "crawled"), Chunks(files, run.run_id, "unread")
    if request.shop is not None:
        limits = CrawlLimits.shared(request.max_pages, _MAX_SECONDS)
        crawls = StepCrawls(run, catalogue, files, fetcher, file_reader, settings, limits)
        crawl = await _crawl(crawls, request.shop, limits, concurrency=request.concurrency)
        with Merged(crawl.shop) as merged:
            await merged.gather(catalogue.crawls.observations(crawl.crawl_id))
            for part in merged.parts():
                await _add(rows, part)
                trim_memory()
        await _add_unread(failed, catalogue, crawl)
    if request.run_id is not None:
        before = await catalogue.runs.get(request.run_id, owner_id=run.owner_id)
        if before.follows is not None and before.workflow == TEXTS.name:
            await _add_texts(rows, run, catalogue, before)
        else:
            await _add_crawled(rows, failed, catalogue, request.run_id)
    return Crawled(rows=await rows.close(), failed=await failed.close(), products=rows.count, failed_count=failed.count)


async def _add_crawled(rows: Chunks, failed: Chunks, catalogue: CatalogueRecords, run_id: str) -> None:
    crawls = await catalogue.crawls.of_run(run_id)
    if not crawls:
        raise Permanent("run_crawled_no_shop", run_id=run_id)
    for crawl in crawls:
        async for product in catalogue.products.of_crawl(crawl.crawl_id):
            if product.seen is Seen.SEEN:
                await _add(rows, [product])
        await _add_unread(failed, catalogue, crawl)


async def _add_texts(rows: Chunks, run: StepRun, catalogue: CatalogueRecords, before: Run) -> None:
    """What the texts of a run state of the products for which an earlier run asked for them."""
    assert before.follows is not None
    left = unwritten = only_facts = 0
    async for kept in products_of_run(catalogue, before.follows, owner_id=run.owner_id):
        ids = [one.content_id for one in asked_of(kept.product).values() if one.content_id.startswith(before.run_id)]
        written = await catalogue.entities.present([(CONTENT, one) for one in ids])
        unwritten += len(ids) - len(written)
        for found in written:
            if found.entity is not None and found.owner_id == run.owner_id:
                content = content_in(found.entity)
                if is_only_facts(content):
                    only_facts += 1
                    again = partial(asked_again, content=content)
                    await change(catalogue, kept.product.product_id, again, owner_id=run.owner_id)
                    continue
                stated = stated_by_text(kept.product, content, at_us=now_us())
                left += stated is None
                await rows.add([] if stated is None else [stated.model_dump(mode="json", exclude_defaults=True)])
    if only_facts:
        await run.reporter.problem("texts", say("texts_without_model", n=only_facts), missing=False)
    if left:
        await run.reporter.problem("texts", say("texts_not_accepted", n=left), missing=False)
    if unwritten:
        what = say("texts_not_written", n=unwritten, run_id=before.run_id, status=before.status)
        await run.reporter.problem("texts", what)


async def _crawl(crawls: StepCrawls, shop: str, limits: CrawlLimits, *, concurrency: int) -> Crawl:
    async with crawls.of(shop) as (crawl, crawler):
        await crawler.crawl(crawl, limits, concurrency=concurrency)
    if crawler.closed is not None:
        raise Permanent(crawler.closed.what, way_out=crawler.closed.way or "")
    return crawl


async def _add(rows: Chunks, products: list[Product]) -> None:
    stated = [of_product(product, at_us=now_us(), kind=OriginKind.SHOP) for product in products]
    await rows.add([one.model_dump(mode="json", exclude_defaults=True) for one in stated])


async def _add_unread(failed: Chunks, records: CatalogueRecords, crawl: Crawl) -> None:
    async for row in records.crawls.rows(
        crawl.crawl_id, states=(UrlState.FAILED, UrlState.REFUSED), kinds=(UrlKind.PRODUCT,)
    ):
        one = Failed.of(row.url, row.why, say("import_later_or_from_file"))
        await failed.add([one.model_dump(mode="json")])
