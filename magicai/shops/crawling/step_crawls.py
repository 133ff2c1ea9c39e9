"""The crawls of one step of a run: each host is asked by one of them at a time, and by no other run meanwhile."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

from magicai.brain.steps import StepRun
from magicai.ports import Fetcher, FileReader, Files, Reporter
from magicai.settings import Settings
from magicai.shops.crawl import Crawl
from magicai.shops.crawling.crawler import Crawler, open_crawl
from magicai.shops.crawling.limits import CrawlLimits, Politeness
from magicai.shops.crawling.scope import located
from magicai.shops.crawling.shop_lease import lease_shop
from magicai.shops.ports import ShopRecords
from magicai.shops.sample.serving import follow, give_name


class StepCrawls:
    """Crawls the sites of a step, politely.

    Args:
        fetcher, data_fetcher: as `Crawler` takes them.
        limits: of each crawl; a site that another run reads is waited for as long as a crawl may take.
    """

    def __init__(
        self,
        run: StepRun,
        records: ShopRecords,
        files: Files,
        fetcher: Fetcher,
        file_reader: FileReader,
        settings: Settings,
        limits: CrawlLimits,
        data_fetcher: Fetcher | None = None,
    ) -> None:
        self._run, self._records, self._files, self._fetcher, self._limits = run, records, files, fetcher, limits
        self._file_reader, self._data_fetcher = file_reader, data_fetcher
        self._settings = settings
        self._politeness = Politeness(delay_s=settings.crawl_delay)
        # Several sites may lie on one host, which the lease of this run would not keep apart.
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @contextlib.asynccontextmanager
    async def of(self, url: str, reporter: Reporter | None = None) -> AsyncGenerator[tuple[Crawl, Crawler]]:
        """The run's crawl of the site at an address, and what carries it out, while its host is this crawl's alone.

        Args:
            reporter: hears of it instead of the run's.

        Raises:
            Temporary, Cancelled: as `lease_shop` does.
        """
        run, reporter = self._run, reporter or self._run.reporter
        identities = self._records.shop_identities
        await follow(identities, self._settings, url, owner_id=run.owner_id, run_id=run.run_id)
        shop, url = located(await identities.of(run.owner_id), url)
        host = urlsplit(url).netloc
        async with self._hosts[host]:
            crawl = await open_crawl(self._records.crawls, run_id=run.run_id, owner_id=run.owner_id, url=url, shop=shop)
            await give_name(identities, self._settings, shop, owner_id=run.owner_id)
            reads = (self._records.crawls, self._files, self._fetcher, self._file_reader)
            crawler = Crawler(*reads, reporter, politeness=self._politeness, data_fetcher=self._data_fetcher)
            leases, timeout_s = self._records.leases, self._limits.max_seconds
            async with lease_shop(leases, host, run.run_id, reporter, timeout_s=timeout_s):
                yield crawl, crawler
