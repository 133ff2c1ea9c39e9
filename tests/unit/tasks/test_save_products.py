"""What pages state becomes products; what the reading before knew and this one did not see is kept with its fate."""

from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.product import Observation, Seen, Source
from magicai.shops.step_results import Crawled
from tasks.crawl_analyze_generate.save_products import save_products
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench

NOTHING = Crawled(shops=())


def page(path: str, *names: str, state: UrlState = UrlState.FETCHED, undrawn: bool = False) -> Visit:
    url = f"https://{SHOP}/{path}"
    row = FrontierUrl(url, UrlKind.PRODUCT, 1.0, 1, state=state, status=200, final_url=url, needs_rendering=undrawn)
    return Visit(row, [Observation(url=url, name=name, source=Source.JSON_LD) for name in names])


async def test_what_pages_state_is_kept_as_products_with_an_id_each(bench: Bench) -> None:
    crawl = await bench.crawl(CrawlBatch(visits=[page("pot", "Pot"), page("cup", "Cup")]))
    saved = await save_products(bench.step(), NOTHING, shops=bench.shops)
    assert (saved.shop, saved.pages.fetched) == (SHOP, 2)
    products = [one async for one in bench.shops.products.of_crawl(crawl.crawl_id)]
    assert sorted(product.name for product in products) == ["Cup", "Pot"]
    assert len({product.id for product in products}) == 2
    assert bench.heard.problems == []


async def test_the_step_again_gives_the_same(bench: Bench) -> None:
    crawl = await bench.crawl(CrawlBatch(visits=[page("pot", "Pot")]))
    first = await save_products(bench.step(), NOTHING, shops=bench.shops)
    before = [one async for one in bench.shops.products.of_crawl(crawl.crawl_id)]
    assert await save_products(bench.step(), NOTHING, shops=bench.shops) == first
    assert [one async for one in bench.shops.products.of_crawl(crawl.crawl_id)] == before


async def test_what_was_not_seen_again_is_kept_and_not_called_seen(bench: Bench) -> None:
    await bench.crawl(CrawlBatch(visits=[page("pot", "Pot"), page("cup", "Cup")]))
    await save_products(bench.step(), NOTHING, shops=bench.shops)
    run = await accept(bench.shops, "w", REQUEST, owner_id="ann", origin=Origin.CLI)
    later = Bench(bench.shops, run.run_id)
    crawl = await later.crawl(CrawlBatch(visits=[page("pot", "Pot")]))
    await save_products(later.step(), NOTHING, shops=bench.shops)
    seen = {one.name: one.seen async for one in bench.shops.products.of_crawl(crawl.crawl_id)}
    assert seen == {"Pot": Seen.SEEN, "Cup": Seen.NOT_VISITED}


async def test_pages_without_a_product_are_told_of(bench: Bench) -> None:
    await bench.crawl(CrawlBatch(visits=[page("about"), page("drawn", undrawn=True)]))
    await save_products(bench.step(), NOTHING, shops=bench.shops)
    await save_products(bench.step(), Crawled(shops=(), rendered=True), shops=bench.shops)
    (without, where), (drawn, _) = [(what, where) for where, what in bench.heard.problems]
    assert where == SHOP
    assert "no products were found on 2 pages; scripts draw 1 of them, and no browser was used" in without
    assert "could not be rendered: a browser shows no products on its 2 pages" in drawn
