"""Crawls a shop from its front page: politely, within a budget, and resumable after a kill."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, replace

from magicai.messages import Message, amount, plain, say
from magicai.ports import Fetcher, FileReader, Files, Reporter
from magicai.shops.crawl import Crawl, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import urls
from magicai.shops.crawling.budget import Budget
from magicai.shops.crawling.coverage import READ, Survey
from magicai.shops.crawling.discovery import Discovery
from magicai.shops.crawling.frontier import Frontier
from magicai.shops.crawling.kinds import priority
from magicai.shops.crawling.limits import CrawlLimits, Politeness
from magicai.shops.crawling.opening import Closed, Opening
from magicai.shops.crawling.robots import Robots
from magicai.shops.crawling.scope import Scope, shop_name
from magicai.shops.crawling.throttle import Throttle
from magicai.shops.crawling.visits import Visited, Visitor
from magicai.shops.crawling.waiting import Waiting
from magicai.shops.ports import CrawlRecords
from magicai.values.ids import new_id
from magicai.values.times import now_us

_LISTED_AT_ONCE = 200
_TELL_EVERY_S = 0.25
_REOPEN_BATCH = 500
_PERHAPS_LISTS = (UrlKind.FRONT, UrlKind.API, UrlKind.LISTING, UrlKind.OTHER)


async def open_crawl(records: CrawlRecords, *, run_id: str, owner_id: str, url: str, shop: str = "") -> Crawl:
    """The crawl of a run that reads the shop at an address: a new one, or the one that it already has.

    Args:
        shop: by what the records know it, where that is not the address.
    """
    made = Crawl(new_id(), run_id, owner_id, shop or shop_name(url), url, now_us())
    return await records.open(made)


class Crawler:
    """Reads shops.

    Args:
        fetcher: reads pages; one with a browser for `render`.
        data_fetcher: reads what no browser is needed for, robots.txt and JSON; None where `fetcher` has none.
        reporter: hears of progress and problems, and may stop the crawl between pages.

    Attributes:
        closed: why nothing could be read of the shop that was crawled last, which `reporter` was told, too; or None.
    """

    def __init__(
        self,
        records: CrawlRecords,
        files: Files,
        fetcher: Fetcher,
        file_reader: FileReader,
        reporter: Reporter,
        *,
        politeness: Politeness | None = None,
        data_fetcher: Fetcher | None = None,
    ) -> None:
        self._records = records
        self._files = files
        self._fetcher = fetcher
        self._data_fetcher = data_fetcher or fetcher
        self._file_reader = file_reader
        self._reporter = reporter
        self._politeness = politeness or Politeness()
        self.closed: Closed | None = None

    async def crawl(self, crawl: Crawl, limits: CrawlLimits, *, concurrency: int = 8) -> CrawlCounts:
        """Crawl a shop, or continue where an earlier attempt ended.

        What could not be read is told to `reporter` as problems.

        Raises:
            Cancelled: `reporter` said so; all that was read is kept.
            Missing: the fetcher needs a browser, and none is there.
        """
        attempt = self._run(crawl, limits)
        await attempt.carry_out(concurrency)
        self.closed = attempt.closed
        return await self._records.counts(crawl.crawl_id)

    async def render(self, crawl: Crawl, limits: CrawlLimits, *, concurrency: int = 2) -> CrawlCounts:
        """Read again, with a browser, the pages whose products are drawn by scripts, and follow what they link then.

        Raises:
            Cancelled, Missing: as `crawl` does.
        """
        async for part in _in_batches(self._records.rows(crawl.crawl_id, states=READ)):
            empty = [row for row in part if row.needs_rendering and not row.rendered]
            again = [
                Discovered(row.url, row.kind, priority(row.kind, row.depth), row.depth, row.found_on) for row in empty
            ]
            if again:
                await self._records.reopen(crawl.crawl_id, again)
        await self._run(crawl, limits).carry_out(concurrency, rendering=True)
        return await self._records.counts(crawl.crawl_id)

    def _run(self, crawl: Crawl, limits: CrawlLimits) -> "_Run":
        reads = (self._records, self._files, self._fetcher, self._data_fetcher, self._file_reader)
        return _Run(crawl, limits, *reads, self._reporter, self._politeness)


class _Run:
    """One attempt at one crawl."""

    def __init__(
        self,
        crawl: Crawl,
        limits: CrawlLimits,
        records: CrawlRecords,
        files: Files,
        fetcher: Fetcher,
        data_fetcher: Fetcher,
        file_reader: FileReader,
        reporter: Reporter,
        politeness: Politeness,
    ) -> None:
        self._crawl = crawl
        self._limits = limits
        self._records = records
        self._reporter = reporter
        self._politeness = politeness
        scope = Scope(crawl.entry_url)
        self._frontier = Frontier(crawl.crawl_id, records, files)
        self._discovery = Discovery(self._frontier, scope, limits)
        self._visitor = Visitor(
            crawl_id=crawl.crawl_id,
            fetcher=fetcher,
            data_fetcher=data_fetcher,
            file_reader=file_reader,
            records=records,
            files=files,
            frontier=self._frontier,
            scope=scope,
            throttle=Throttle(politeness.delay_s, politeness.longest_delay_s),
            politeness=politeness,
            limits=limits,
            previous=None,
            robots=Robots(politeness.agent),
        )
        self._compared: Crawl | None = None
        self._waiting = Waiting()
        self._products = set[int]()
        self._troubles = 0
        self._last_trouble = plain("")
        self.closed: Closed | None = None

    async def carry_out(self, concurrency: int, *, rendering: bool = False) -> None:
        crawl = self._crawl
        counts = await self._records.counts(crawl.crawl_id)
        self._budget = Budget(self._limits, counts, crawl.spent_us)
        if not rendering:
            of_site = crawl.owner_id, crawl.shop
            self._compared = await self._records.last_finished(*of_site, before=crawl.crawl_id)
            # A site without products, such as a help centre, has no crawl that is compared with.
            self._visitor.previous = self._compared or await self._records.last_read(*of_site, before=crawl.crawl_id)
        await self._frontier.load(counts.pending)
        work = asyncio.create_task(self._work(concurrency, rendering=rendering))
        telling = asyncio.create_task(self._tell())
        try:
            await asyncio.wait((work, telling), return_when=asyncio.FIRST_COMPLETED)
            (telling if telling.done() else work).result()
        finally:
            for task in (work, telling):
                task.cancel()
            await asyncio.gather(work, telling, return_exceptions=True)
            await asyncio.shield(self._frontier.flush())
        await self._close(opened=work.result())

    async def _work(self, concurrency: int, *, rendering: bool) -> bool:
        """Read everything; answers whether the shop could be read at all."""
        opening = Opening(self._crawl, self._visitor, self._discovery, self._budget, self._waiting)
        closed = self.closed = await opening.open(rendering=rendering)
        if closed is not None:
            await self._reporter.problem(self._crawl.shop, closed.what, closed.way, temporary=closed.temporary)
            return False
        await self._read_all(concurrency)
        if not rendering and await self._look_for_lost_products():
            await self._read_all(concurrency)
        return True

    async def _read_all(self, concurrency: int) -> None:
        readers = [asyncio.create_task(self._read()) for _ in range(concurrency)]
        try:
            # What a shop can make last, an answer or a list, ends with the crawl's time: it is read by the next one.
            async with asyncio.timeout(self._budget.seconds_left + self._politeness.timeout_s):
                await asyncio.gather(*readers)
        except TimeoutError:
            self._frontier.stop()
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)

    async def _read(self) -> None:
        while (row := await self._frontier.fetch_next()) is not None:
            if self._budget.over():
                self._frontier.reclaim()
                self._frontier.stop()
                return
            self._discovery.begins(row)
            why = self._discovery.closed(row)
            if why:
                row.end(UrlState.SKIPPED, why)
                await self._frontier.mark_handled(row)
                continue
            self._budget.begin()
            visited = await self._visitor.visit(row)
            if not visited.asked or row.state is UrlState.PENDING:
                self._budget.withdraw()
            self._budget.add(row.bytes_read)
            await self._take(row, visited)
            await self._frontier.mark_handled(row, visited.stated, visited.body)

    async def _take(self, row: FrontierUrl, visited: Visited) -> None:
        if visited.reading is not None:
            self._discovery.page(row, visited.reading)
        elif visited.sitemap is not None:
            for url in visited.sitemap.maps:
                home = self._visitor.scope.home(urls.normal(url))
                if home:
                    self._discovery.seed(home, UrlKind.SITEMAP, found_on=row.url, depth=row.depth)
            # It may have many megabytes, which nobody needs while its addresses are written.
            self._frontier.add_body(row.digest, visited.body)
            visited.body = visited.html = b""
            pages = visited.sitemap.pages
            for begin in range(0, len(pages), _LISTED_AT_ONCE):
                self._discovery.sitemap(row, pages[begin : begin + _LISTED_AT_ONCE])
                await self._frontier.flush()
        self._products.update(hash(stated.name) for stated in visited.stated)
        if visited.trouble:
            self._troubles += 1
            self._last_trouble = row.why
        elif visited.asked and row.state is not UrlState.PENDING:
            self._troubles = 0
        if self._troubles >= self._politeness.troubles:
            self._frontier.stop()

    async def _look_for_lost_products(self) -> bool:
        """Ask for product pages that the last crawl read and this one has not met; answers whether there are any."""
        previous = self._compared
        if previous is None or self._budget.over() or self._troubles >= self._politeness.troubles:
            return False
        any_lost = False
        async for row in self._records.rows(previous.crawl_id, states=READ, kinds=(UrlKind.PRODUCT,)):
            if urls.without_route(row.url) != row.url:
                continue  # only a browser could ask for it
            home = self._visitor.scope.home(row.url)
            if home and not self._frontier.contains(home) and not self._discovery.not_needed(home, UrlKind.PRODUCT):
                self._discovery.seed(home, UrlKind.PRODUCT, found_on=row.found_on, depth=row.depth)
                any_lost = True
        return any_lost

    async def _tell(self) -> None:
        """Say how far it is, until the work ends; hears that it should stop."""
        while True:
            done, waiting = self._budget.pages, self._waiting.message()
            await self._reporter.progress(
                done,
                max(done, min(self._limits.max_pages, done + self._frontier.pending)),
                "pages",
                products=len(self._products),
                rate=round(self._budget.rate, 1),
                shop=self._crawl.shop,
                waiting=str(waiting or ""),
                waiting_message=waiting and asdict(waiting),
            )
            if self._budget.over():
                self._frontier.stop()
            await self._frontier.commit_if_full()  # a shop may stall with pages of it read
            await asyncio.sleep(_TELL_EVERY_S)

    async def _close(self, *, opened: bool) -> None:
        survey, late = Survey(any_stated=await self._is_any_stated()), set[str]()
        async for row in self._records.rows(self._crawl.crawl_id):
            if row.state in READ and self._discovery.is_list_after_all(row):
                row.kind = UrlKind.LISTING
                late.add(row.url)
            survey.add(row)
        complete = set(survey.complete_lists())
        if complete or late:
            # One at a time, they would be waited for longer than the pages of a small shop.
            async for row in self._records.rows(self._crawl.crawl_id, states=READ, kinds=_PERHAPS_LISTS):
                if row.url in complete or row.url in late:
                    row.kind = UrlKind.LISTING if row.url in late else row.kind
                    row.complete_listing = row.complete_listing or row.url in complete
                    self._frontier.add_visit(row, None)
                    await self._frontier.commit_if_full()
        await self._frontier.flush()
        whole = opened and survey.pending == 0
        coverage = survey.coverage if opened else 0.0
        ended = replace(
            self._crawl,
            finished_at=now_us(),
            complete=whole,
            coverage=coverage,
            spent_us=self._budget.spent_us,
        )
        await self._records.close(ended)
        if opened:
            await self._tell_problems(survey)

    async def _is_any_stated(self) -> bool:
        async for _ in self._records.observations(self._crawl.crawl_id):
            return True
        return False

    async def _tell_problems(self, survey: Survey) -> None:
        shop, left = self._crawl.shop, survey.pending
        if survey.pending and self._troubles >= self._politeness.troubles:
            requests = amount(self._troubles, "requests")
            what = say("addresses_left_after_failures", n=left, shop=shop, requests=requests, why=self._last_trouble)
            await self._reporter.problem(shop, what, temporary=True)
        elif survey.pending:
            limit = self._budget.over()
            reached = limit and say("addresses_left_at_limit", n=left, shop=shop, limit=limit)
            await self._reporter.problem(shop, reached or say("addresses_left", n=left, shop=shop))
        disallowed = say("page_disallowed").stored()
        walls = Counter({reason: n for reason, n in survey.refused.items() if reason != disallowed})
        for reasons, temporary in ((walls, False), (survey.failed, True)):
            for reason, times in reasons.most_common(5):
                why, example = Message.restored(reason), survey.example[reason]
                what = say("pages_not_fetched", n=times, why=why, example=example)
                await self._reporter.problem(shop, what, why.way_out, temporary=temporary)


async def _in_batches(rows: AsyncIterator[FrontierUrl]) -> AsyncIterator[list[FrontierUrl]]:
    part: list[FrontierUrl] = []
    async for row in rows:
        part.append(row)
        if len(part) == _REOPEN_BATCH:
            yield part
            part = []
    yield part
