from collections.abc import Mapping
from urllib.parse import urlsplit

from integrations.open import Ports, open_ports
from magicai.app.shop_turn import turn
from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.crawling import Crawler, CrawlLimits, open_crawl
from magicai.domain.crawl_analyze_generate import CrawlAnalyzeGenerate, PageCounts
from magicai.domain.crawl_steps import Crawled, CrawledShop
from magicai.domain.plan import Resources


def _limits(situation: Situation) -> Mapping[str, tuple[tuple[str, ...], str]]:
    if situation.request.get("render") == "always":
        return {"fetch": (("browser",), "you asked for a browser on every page")}
    return {"fetch": (("static",), "a browser is used where a page turns out to need one")}


@step(
    gives="crawl",
    variants={"fetch": ("static", "browser"), "concurrency": ("8", "4", "16")},
    limits=_limits,
    harmless=("concurrency",),
    retries=3,
    retry_delay_s=2.0,
    resources=Resources(cpu=1.0, memory=200),
)
async def crawl_shops(run: StepRun, request: CrawlAnalyzeGenerate) -> Crawled:
    """Read the shops' pages."""
    async with open_ports() as ports:
        limits = CrawlLimits.shared(request.max_pages, request.max_seconds, shops=len(request.competitor_url))
        shops = [await _crawl(ports, run, url, limits) for url in request.competitor_url]
    return Crawled(shops=tuple(shops))


async def _crawl(ports: Ports, run: StepRun, url: str, limits: CrawlLimits) -> CrawledShop:
    fetcher = ports.browser if run.options["fetch"] == "browser" else ports.fetcher
    crawl = await open_crawl(ports.records.crawls, run_id=run.run_id, owner_id=run.owner_id, url=url)
    patience = limits.max_seconds
    async with turn(ports.records.leases, urlsplit(url).netloc, run.run_id, run.watch, patience_s=patience):
        counts = await Crawler(ports.records.crawls, ports.files, fetcher, run.watch).crawl(
            crawl, limits, concurrency=int(run.options["concurrency"])
        )
    return CrawledShop(
        crawl_id=crawl.crawl_id,
        shop=crawl.shop,
        pages=PageCounts(
            fetched=counts.fetched, unchanged=counts.unchanged, refused=counts.refused, failed=counts.failed
        ),
        products=counts.products_seen,
        needs_rendering=counts.needs_rendering,
    )
