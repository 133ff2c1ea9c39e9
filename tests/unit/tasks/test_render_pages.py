"""Pages that scripts draw are read again in a browser, those of the shops that have any."""

from pathlib import Path

from integrations.files.folder import FolderFiles
from magicai.ports import FetchedPage, PageRequest
from magicai.settings import Settings
from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.step_results import Crawled, CrawledShop
from tasks.crawl_analyze_generate.render_pages import render_pages
from tests.in_this_process import InThisProcess
from tests.unit.tasks.conftest import REQUEST, SHOP, Bench

URL = f"https://{SHOP}/pot"
DRAWN = b"""<script type="application/ld+json">{"@type": "Product", "name": "Pot", "offers": {"price": "9.90",
"priceCurrency": "EUR"}}</script>"""


class Browser:
    """Shows a shop's front page, and one page as its scripts draw it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, request: PageRequest) -> FetchedPage:
        self.asked.append(request.url)
        body = {URL: DRAWN, f"https://{SHOP}/": b"<h1>Pots</h1>"}.get(request.url)
        status = 404 if body is None else 200
        return FetchedPage(request.url, request.url, status, "text/html", "utf-8", body or b"", rendered=True)

    async def close(self) -> None: ...


async def test_a_page_that_scripts_draw_gives_its_product(bench: Bench, tmp_path: Path) -> None:
    row = FrontierUrl(URL, UrlKind.PRODUCT, 1.0, 1, state=UrlState.FETCHED, status=200, needs_rendering=True)
    crawl = await bench.crawl(CrawlBatch(visits=[Visit(row)]))
    shop = CrawledShop(crawl_id=crawl.crawl_id, shop=SHOP, url=f"https://{SHOP}/", products=0, needs_rendering=1)
    files, browser = FolderFiles(tmp_path / "files"), Browser()
    rendered = await render_pages(
        bench.step(),
        REQUEST,
        Crawled(shops=(shop,)),
        shops=bench.shops,
        files=files,
        fetcher=browser,
        browser=browser,
        file_reader=InThisProcess(),
        settings=Settings(home=tmp_path, crawl_delay=0),
    )
    await files.close()
    assert URL in browser.asked
    assert rendered.pages == 1
    assert [observation.name async for observation in bench.shops.crawls.observations(crawl.crawl_id)] == ["Pot"]


async def test_a_shop_whose_pages_need_no_browser_is_left_alone(bench: Bench, tmp_path: Path) -> None:
    crawl = await bench.crawl()
    shop = CrawledShop(crawl_id=crawl.crawl_id, shop=SHOP, url=f"https://{SHOP}/", products=3)
    files, browser = FolderFiles(tmp_path / "files"), Browser()
    settings = Settings(home=tmp_path)
    crawled = Crawled(shops=(shop,))
    rendered = await render_pages(
        bench.step(),
        REQUEST,
        crawled,
        shops=bench.shops,
        files=files,
        fetcher=browser,
        browser=browser,
        file_reader=InThisProcess(),
        settings=settings,
    )
    await files.close()
    assert (rendered.pages, rendered.products, browser.asked) == (0, 0, [])
