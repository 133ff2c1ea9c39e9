from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from integrations.memory import give_back
from magicai.brain.situation import Machine, Situation
from magicai.brain.steps import StepRun, step
from magicai.errors import Permanent
from magicai.ports import Fetcher, Files
from magicai.runs.plan import Resources
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawling import Closed, Crawler, CrawlLimits, Manners, open_crawl
from magicai.shops.crawling.shop_lease import turn
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Crawled, CrawledShop
from magicai.values.units import so_many

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
async def crawl_shops(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    *,
    shops: ShopRecords,
    files: Files,
    fetcher: Fetcher,
    browser: Fetcher,
    machine: Callable[[], Machine],
    settings: Settings,
) -> Crawled:
    """Read the shops' pages.

    Raises:
        Permanent: nothing could be read of any shop; each has been asked as often as can help.
    """
    limits = CrawlLimits.shared(request.max_pages, request.max_seconds, shops=len(request.competitor_url))
    chosen = browser if run.options["fetch"] == "browser" else fetcher
    manners = Manners(delay_s=settings.crawl_delay)
    crawler = partial(Crawler, shops.crawls, files, chosen, run.watch, manners=manners)
    concurrency = settings.crawl_concurrency or int(run.options["concurrency"])
    read = [await _crawl(shops, run, url, limits, crawler, concurrency) for url in request.competitor_url]
    _check([closed for _, closed in read])
    crawled = Crawled(shops=tuple(shop for shop, _ in read))
    if crawled.needs_rendering and (request.render == "never" or not machine().browser):
        await run.watch.problem(
            crawled.shop,
            f"{so_many(crawled.needs_rendering, 'pages')} drawn by scripts could not be read without a browser.",
            "Allow one: --render auto" if request.render == "never" else "To fetch one: magicai browser get",
        )
    return crawled


async def _crawl(
    records: ShopRecords,
    run: StepRun,
    url: str,
    limits: CrawlLimits,
    new_crawler: Callable[[], Crawler],
    concurrency: int,
) -> tuple[CrawledShop, Closed | None]:
    """Read one shop; answers why, too, where nothing at all could be read."""
    crawl = await open_crawl(records.crawls, run_id=run.run_id, owner_id=run.owner_id, url=url)
    crawler = new_crawler()
    async with turn(records.leases, urlsplit(url).netloc, run.run_id, run.watch, patience_s=limits.max_seconds):
        counts = await crawler.crawl(crawl, limits, concurrency=concurrency)
    closed = crawler.closed
    del crawler
    give_back()  # what it remembered of a large shop, later steps have use for
    shop = CrawledShop(
        crawl_id=crawl.crawl_id,
        shop=crawl.shop,
        url=url,
        products=counts.products_seen,
        needs_rendering=counts.needs_rendering,
    )
    # An earlier attempt may have read pages of a shop that is closed to this one.
    return shop, None if counts.fetched or counts.unchanged else closed


def _check(closed: Sequence[Closed | None]) -> None:
    """See that something could be read; the problems that were told say why each shop could not be."""
    first, *others = closed
    if first is None or not all(others):
        return
    if others:
        raise Permanent(f"None of the {len(closed)} shops could be read.", way_out="Check their addresses.")
    raise Permanent(first.what, way_out=first.way_out)
