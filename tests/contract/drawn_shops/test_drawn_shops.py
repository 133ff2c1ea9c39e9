"""Shops that only a browser sees are read like others: each product with its name, price and address."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from integrations.fetcher import chromium
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.browser import BrowserFetcher
from integrations.fetcher.static import StaticFetcher
from magicai.settings import load
from magicai.shops.crawl import Crawl, UrlState
from magicai.shops.crawling import Crawler, CrawlLimits, Politeness, open_crawl
from magicai.shops.merged import Merged
from tests.contract.drawn_shops.shops import CLOSED, DETAILS, SHOPS, DrawnShop
from tests.in_this_process import InThisProcess
from tests.unit.shops.crawling.small_web import Listener, MemoryCrawls, MemoryFiles

pytest.importorskip("playwright", reason="requires the extra `browser`")
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


class Reader:
    """Reads shops of this module, all with one browser."""

    def __init__(self, rules: AddressRules) -> None:
        self.browser = BrowserFetcher(rules, contact="tests@shop.example", browser=load().browser, tabs=4)
        self.static = StaticFetcher(rules, contact="tests@shop.example")
        self.files = MemoryFiles()
        self.crawls = MemoryCrawls(self.files)
        self.listener = Listener()

    async def read(self, shop: DrawnShop) -> Crawl:
        """Crawl a shop once, first as it is sent, then as it is drawn."""
        if read := await self.crawls.of_run(shop.url):
            return read[0]
        crawl = await open_crawl(self.crawls, run_id=shop.url, owner_id="local", url=shop.url)
        polite = Politeness(delay_s=0)
        for fetcher in (self.static, self.browser):
            crawler = Crawler(
                self.crawls,
                self.files,
                fetcher,
                InThisProcess(),
                self.listener,
                politeness=polite,
                data_fetcher=self.static,
            )
            carry_out = crawler.crawl if fetcher is self.static else crawler.render
            await carry_out(crawl, CrawlLimits(max_pages=200, max_seconds=60), concurrency=4)
        return (await self.crawls.of_run(shop.url))[0]

    async def products(self, crawl: Crawl) -> set[tuple[str, str, str]]:
        """Name, price and address of each."""
        with Merged(crawl.shop) as merged:
            await merged.gather(self.crawls.observations(crawl.crawl_id))
            return {
                (product.name, f"{product.price or 0:.2f}", product.found_at)
                for part in merged.parts()
                for product in part
            }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shops() -> AsyncIterator[dict[str, DrawnShop]]:
    """All shops, each on a port of its own."""
    made = {kind: make() for kind, make in SHOPS.items()}
    runners: list[web.ServerRunner] = []
    for shop in made.values():
        runner = web.ServerRunner(web.Server(shop.serve))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        shop.port = runner.addresses[0][1]
        runners.append(runner)
    yield made
    for runner in runners:
        await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reader(shops: dict[str, DrawnShop]) -> AsyncIterator[Reader]:
    """Reads them, all with one browser."""
    settings = load()
    if chromium.find(settings.browser) is None:
        if "browser" in settings.test_require:
            pytest.fail("MAGICAI_TEST_REQUIRE names `browser`, and there is none.")
        pytest.skip("There is no Chromium here.")
    made = Reader(AddressRules([f"127.0.0.1:{shop.port}" for shop in shops.values()]))
    yield made
    await made.browser.close()
    await made.static.close()


@pytest.mark.parametrize("kind", [kind for kind in SHOPS if kind != CLOSED])
async def test_finds_each_product(kind: str, shops: dict[str, DrawnShop], reader: Reader) -> None:
    shop = shops[kind]
    crawl = await reader.read(shop)
    found = await reader.products(crawl)
    right = len(found & shop.expected)
    precision, recall = right / max(1, len(found)), right / len(shop.expected)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    assert f1 >= 0.97, (precision, recall, found - shop.expected, shop.expected - found)
    assert crawl.coverage == 1
    assert all(method == "GET" for method, _ in shop.asked)


async def test_a_shop_that_no_browser_draws_is_not_taken_for_read(shops: dict[str, DrawnShop], reader: Reader) -> None:
    crawl = await reader.read(shops[CLOSED])
    assert await reader.products(crawl) == set()
    assert crawl.coverage == 0
    assert (await reader.crawls.counts(crawl.crawl_id)).needs_rendering == 1


async def test_a_products_details_are_asked_of_the_api_once_it_is_known(
    shops: dict[str, DrawnShop], reader: Reader
) -> None:
    await reader.read(shops[DETAILS])
    drawn = {path for _, path in shops[DETAILS].asked if path.startswith("/product/")}
    assert len(drawn) < len(shops[DETAILS].sells)


async def test_what_robots_forbids_is_not_asked_for_by_pressing_a_button(
    shops: dict[str, DrawnShop], reader: Reader
) -> None:
    shop = shops["an API that robots.txt forbids"]
    crawl = await reader.read(shop)
    listed = {path for _, path in shop.asked if path.startswith("/api/products?")}
    assert listed == {"/api/products?page=1&size=5"}, "the page's own first part is all"
    states = {row.url: row.state async for row in reader.crawls.rows(crawl.crawl_id)}
    assert states[f"{shop.url}api/products?page=2&size=5"] is UrlState.REFUSED
