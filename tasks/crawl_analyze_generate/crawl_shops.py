import time
from collections.abc import Callable, Sequence
from math import log10

from pydantic import BaseModel

from integrations.memory import trim_memory
from magicai.brain.choice_points import ChoicePoint
from magicai.brain.situation import Machine
from magicai.brain.steps import StepRun, step
from magicai.errors import Permanent
from magicai.messages import say
from magicai.ports import Fetcher, FileReader, Files
from magicai.runs.items import each, failed, results
from magicai.runs.plan import Resources
from magicai.runs.run import Problem
from magicai.settings import Settings
from magicai.shops.crawl import Crawl, CrawlCounts
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.crawling import Crawler, CrawlLimits
from magicai.shops.crawling.side_by_side import SideBySide
from magicai.shops.crawling.step_crawls import StepCrawls
from magicai.shops.ports import ShopRecords
from magicai.shops.step_results import Crawled, CrawledShop

_CONCURRENCY = ("8", "4", "16")
# Shops that are read side by side: each waits for most of its time, for the pauses that manners ask for.
_SHOPS = 4


@step(
    provides="crawl",
    choices=(
        ChoicePoint(
            name="concurrency",
            options=_CONCURRENCY,
            features=("log_pages",),
            rewards=("quality", "time"),
            inside=True,
        ),
    ),
    retries=3,
    retry_delay_s=2.0,
    resources=Resources(cpu=0.3, memory=200),
)
async def crawl_shops(
    run: StepRun,
    request: CrawlAnalyzeGenerate,
    *,
    shops: ShopRecords,
    files: Files,
    fetcher: Fetcher,
    browser: Fetcher,
    file_reader: FileReader,
    machine: Callable[[], Machine],
    settings: Settings,
) -> Crawled:
    """Read the shops' pages, some shops side by side.

    Raises:
        Permanent: nothing could be read of any shop; each has been asked as often as can help.
    """
    urls = dict.fromkeys(request.competitor_url)
    chosen = browser if request.render == "always" else fetcher
    limits = request.limits
    crawls = StepCrawls(run, shops, files, chosen, file_reader, settings, limits, fetcher)
    together = SideBySide(run.reporter, shops=len(request.competitor_url))
    crawling = _Crawling(run, shops, crawls, limits, together, settings.crawl_concurrency)
    await each(run, urls.items(), crawling.read, at_once=_SHOPS, attempts=4, wait_s=2.0, unit=None)
    read = {url: _Read.model_validate(one) async for url, one in results(run)}
    for one in read.values():
        for problem in one.problems:  # by an earlier attempt, perhaps
            await run.reporter.problem(problem.where, problem.said, problem.way_said, temporary=problem.temporary)
    if not read or all(one.closed for one in read.values()):
        raise await _nothing_read(run, list(read.values()), shops=len(urls))
    crawled = Crawled(shops=tuple(one.shop for one in read.values()), rendered=request.render == "always")
    if crawled.needs_rendering and (request.render != "auto" or not machine().browser):
        await run.reporter.problem(
            crawled.shop,
            say("pages_not_rendered" if crawled.rendered else "scripted_pages_not_fetched", n=crawled.needs_rendering),
            say("allow_rendering") if request.render == "never" and machine().browser else None,
            missing=request.render != "never",  # else it is what was asked for
        )
    return crawled


class _Read(BaseModel):
    """What came of one shop; `closed` is why nothing at all could be read of it."""

    shop: CrawledShop
    closed: Problem | None
    problems: tuple[Problem, ...]


class _Crawling:
    """Reads the shops of a run."""

    def __init__(
        self,
        run: StepRun,
        records: ShopRecords,
        crawls: StepCrawls,
        limits: CrawlLimits,
        together: SideBySide,
        concurrency: int,  # 0: the brain chooses
    ) -> None:
        self._run, self._records, self._crawls, self._limits = run, records, crawls, limits
        self._together, self._concurrency = together, concurrency

    async def read(self, url: str, _: None) -> _Read:
        """Read one shop."""
        reporter = self._together.of(url)
        async with self._crawls.of(url, reporter) as (crawl, crawler):
            counts = await self._crawl(crawler, crawl)
        closed = crawler.closed
        del crawler
        trim_memory()  # what it remembered of a large shop, later steps have use for
        shop = CrawledShop(
            crawl_id=crawl.crawl_id,
            shop=crawl.shop,
            url=url,
            products=counts.products_seen,
            needs_rendering=counts.needs_rendering,
        )
        # An earlier attempt may have read pages of a shop that is closed to this one.
        if closed is None or counts.fetched or counts.unchanged:
            return _Read(shop=shop, closed=None, problems=tuple(reporter.problems))
        return _Read(shop=shop, closed=closed.problem(crawl.shop), problems=tuple(reporter.problems))

    async def _crawl(self, crawler: Crawler, crawl: Crawl) -> CrawlCounts:
        if self._concurrency:
            return await crawler.crawl(crawl, self._limits, concurrency=self._concurrency)
        before, began = await self._records.crawls.counts(crawl.crawl_id), time.monotonic()
        features = {"log_pages": log10(1 + self._limits.max_pages) / 6}
        chosen = await self._run.decide("concurrency", item=crawl.entry_url, features=features)
        counts = await crawler.crawl(crawl, self._limits, concurrency=int(chosen))
        pages = counts.fetched + counts.unchanged - before.fetched - before.unchanged
        failed = counts.failed - before.failed
        if pages + failed and crawler.closed is None:
            # Of each 100 pages: shops differ in size, and what is chosen changes their pace.
            seconds = 100 * (time.monotonic() - began) / (pages + failed)
            await self._run.reward(
                "concurrency", item=crawl.entry_url, quality=pages / (pages + failed), seconds=seconds
            )
        return counts


async def _nothing_read(run: StepRun, read: Sequence[_Read], *, shops: int) -> Permanent:
    """Why the run can't continue; the reported problems say why each shop could not be crawled."""
    if shops > 1:
        return Permanent("all_shop_crawls_failed", shops=shops)
    why = [one.closed for one in read] or [problem async for _, problem in failed(run)]
    assert why[0] is not None
    return Permanent(why[0].said, way_out=why[0].way_said or "")
