from collections.abc import AsyncIterator, Sequence

from integrations.memory import trim_memory
from magicai.brain.steps import StepRun, step
from magicai.messages import Message, say
from magicai.runs.plan import Resources
from magicai.shops.crawl import Crawl, CrawlCounts
from magicai.shops.crawl_result import PageCounts
from magicai.shops.crawling.coverage import Fates, last_whole
from magicai.shops.entities import product_entity
from magicai.shops.merged import AT_ONCE, Merged
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Product, Seen
from magicai.shops.product_keys import identity_keys, names_collection
from magicai.shops.references import products_of
from magicai.shops.step_results import Crawled, Rendered, Saved, SavedShop


@step(provides="crawl_data", retries=2, resources=Resources(cpu=1.0, memory=300))
async def save_products(
    run: StepRun, crawl: Crawled, rendering: Rendered | None = None, *, shops: ShopRecords
) -> Saved:
    """Join what the pages state into products, and keep them."""
    # What they found is in the records.
    rendered = crawl.rendered or rendering is not None
    saved = [
        await _save(shops, run, crawl_row, rendered=rendered) for crawl_row in await shops.crawls.of_run(run.run_id)
    ]
    return Saved(
        shop=", ".join(shop.shop for shop in saved),
        pages=_sum([shop.pages for shop in saved]),
        coverage=min(shop.coverage for shop in saved),
        products=products_of(*(shop.crawl_id for shop in saved)),
        shops=tuple(saved),
    )


async def _save(records: ShopRecords, run: StepRun, crawl: Crawl, *, rendered: bool) -> SavedShop:
    done = 0
    with Merged(crawl.shop) as merged:
        await merged.gather(records.crawls.observations(crawl.crawl_id))
        await run.reporter.progress(0, len(merged), "products", shop=crawl.shop)
        present: set[str] = set()
        for part in merged.parts():
            ids = await _save_part(records, run, crawl, part, at=done)
            present.update(ids)
            done += len(ids)
            part.clear()
            trim_memory()
            await run.reporter.progress(done, len(merged), "products", shop=crawl.shop)
    at = done
    async for part in _absent(records, run, crawl, present):
        await _keep(records, run, crawl, part, at=at, more=True)
        at += len(part)
    await _keep(records, run, crawl, (), at=at, more=False)
    counts = await records.crawls.counts(crawl.crawl_id)
    if not done and (counts.fetched or counts.unchanged):
        await run.reporter.problem(crawl.shop, _why_none(crawl.shop, counts, rendered=rendered))
    return SavedShop(
        crawl_id=crawl.crawl_id,
        shop=crawl.shop,
        pages=PageCounts(
            fetched=counts.fetched, unchanged=counts.unchanged, refused=counts.refused, failed=counts.failed
        ),
        coverage=crawl.coverage,
        products=products_of(crawl.crawl_id),
    )


async def _save_part(
    records: ShopRecords, run: StepRun, crawl: Crawl, part: Sequence[Product], *, at: int
) -> list[str]:
    """Name some products, and keep them; answers their ids."""
    ids = await records.products.identify(run.owner_id, crawl.shop, [identity_keys(product) for product in part])
    found = [one.model_copy(update={"id": id_, "url": one.found_at}) for one, id_ in zip(part, ids, strict=True)]
    await _keep(records, run, crawl, found, at=at, more=True)
    return ids


async def _keep(
    records: ShopRecords, run: StepRun, crawl: Crawl, products: Sequence[Product], *, at: int, more: bool
) -> None:
    entities = [product_entity(product, shop=crawl.shop, owner_id=run.owner_id) for product in products]
    await records.products.save(crawl, products, entities, at=at, more=more)


def _why_none(shop: str, counts: CrawlCounts, *, rendered: bool) -> Message:
    """Why pages that were read have no product."""
    read = counts.fetched + counts.unchanged
    if rendered:
        return say("shop_not_rendered", n=read, shop=shop)
    if counts.needs_rendering:
        return say("shop_pages_drawn_by_scripts", n=read, shop=shop, scripted=counts.needs_rendering)
    return say("shop_pages_without_products", n=read, shop=shop)


async def _absent(records: ShopRecords, run: StepRun, crawl: Crawl, present: set[str]) -> AsyncIterator[list[Product]]:
    """Products that the last crawl knew and this one did not see, gone or not visited; some at a time."""
    previous = await records.crawls.last_finished(run.owner_id, crawl.shop, before=crawl.crawl_id)
    if previous is None:
        return
    fates = Fates(records.crawls, crawl, previous, await last_whole(records.crawls, previous))
    missing: list[Product] = []
    async for product in records.products.of_crawl(previous.crawl_id):
        if product.id not in present and product.seen is not Seen.GONE:
            # Of two that were told apart by an address alone, one was dropped when that came to be the other's.
            if names_collection(product.url) and await _same(records, run, crawl, product) in present:
                continue
            missing.append(product)
        if len(missing) == AT_ONCE:
            yield await _with_seen_states(fates, missing)
            missing.clear()
    if missing:
        yield await _with_seen_states(fates, missing)


async def _same(records: ShopRecords, run: StepRun, crawl: Crawl, product: Product) -> str:
    """The id under which a product is known today."""
    (found,) = await records.products.identify(run.owner_id, crawl.shop, [identity_keys(product)])
    return found


async def _with_seen_states(fates: Fates, missing: Sequence[Product]) -> list[Product]:
    became = await fates.seen_states(missing)
    return [product.model_copy(update={"seen": became[product.id]}) for product in missing]


def _sum(counts: Sequence[PageCounts]) -> PageCounts:
    return PageCounts(
        fetched=sum(c.fetched for c in counts),
        unchanged=sum(c.unchanged for c in counts),
        refused=sum(c.refused for c in counts),
        failed=sum(c.failed for c in counts),
    )
