from collections.abc import Mapping
from urllib.parse import urlsplit

from integrations.open import Ports, open_ports
from magicai.app.shop_turn import turn
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.crawling import Crawler, CrawlLimits, Manners, open_crawl
from magicai.domain.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.domain.crawl_steps import Crawled, CrawledShop
from magicai.domain.plan import Resources

_CONCURRENCY = ("8", "4", "16")


def _limits(situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    if situation.request.get("render") == "always":
        return {"fetch": (("browser",), "you asked for a browser on every page")}
    return {"fetch": (("static",), "it is quicker, and a browser is added for pages that turn out to need one")}


@step(
    gives="crawl",
    variants={"fetch": ("static", "browser"), "concurrency": _CONCURRENCY},
    limits=_limits,
    harmless=("concurrency",),
    retries=3,
    retry_delay_s=2.0,
    resources=Resources(cpu=1.0, memory=200),
)
async def crawl_shops(run: StepRun, request: CrawlAnalyzeGenerate) -> Crawled:
    """Read the shops' pages."""
    limits = CrawlLimits.shared(request.max_pages, request.max_seconds, shops=len(request.competitor_url))
    async with open_ports() as ports:
        shops = [await _crawl(ports, run, url, limits) for url in request.competitor_url]
        crawled = Crawled(shops=tuple(shops))
        if crawled.needs_rendering and (request.render == "never" or not ports.machine().browser):
            await run.watch.problem(
                crawled.shop,
                f"{crawled.needs_rendering} pages are drawn by scripts, and were not read in a browser.",
                "Allow one: --render auto" if request.render == "never" else "To fetch one: magicai browser get",
            )
    return crawled


async def _crawl(ports: Ports, run: StepRun, url: str, limits: CrawlLimits) -> CrawledShop:
    fetcher = ports.browser if run.options["fetch"] == "browser" else ports.fetcher
    crawl = await open_crawl(ports.records.crawls, run_id=run.run_id, owner_id=run.owner_id, url=url)
    manners = Manners(delay_s=ports.settings.crawl_delay)
    concurrency = ports.settings.crawl_concurrency or int(run.options["concurrency"])
    crawler = Crawler(ports.records.crawls, ports.files, fetcher, run.watch, manners=manners)
    async with turn(ports.records.leases, urlsplit(url).netloc, run.run_id, run.watch, patience_s=limits.max_seconds):
        counts = await crawler.crawl(crawl, limits, concurrency=concurrency)
    return CrawledShop(
        crawl_id=crawl.crawl_id,
        shop=crawl.shop,
        url=url,
        products=counts.products_seen,
        needs_rendering=counts.needs_rendering,
    )
