from pydantic import BaseModel

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.knowledge.add_documents import AddDocuments
from magicai.knowledge.web_pages import LINKED
from magicai.messages import Message, say
from magicai.ports import Fetcher, FileReader, Files
from magicai.runs.items import each, results
from magicai.runs.plan import Resources
from magicai.runs.run import JSON
from magicai.settings import Settings
from magicai.shops.crawling import CrawlLimits
from magicai.shops.crawling.side_by_side import SideBySide
from magicai.shops.crawling.step_crawls import StepCrawls
from magicai.shops.ports import ShopRecords

_MOST_SECONDS = 3600.0
_AT_ONCE, _CONCURRENCY = 4, 4


def _no_site(situation: Situation) -> Message | None:
    if not situation.request.get("urls"):
        return say("no_addresses_given")
    return None if situation.request.get("max_pages", 1) > 1 else say("addresses_only")


class Sites(BaseModel):
    """The crawls of sites, whose pages are read already; `closed` are those of which nothing could be read."""

    crawls: tuple[str, ...]
    closed: int


@step(provides="sites", optional=True, unless=_no_site, retries=3, resources=Resources(cpu=0.3, memory=200))
async def read_sites(
    run: StepRun,
    request: AddDocuments,
    *,
    shops: ShopRecords,
    files: Files,
    fetcher: Fetcher,
    file_reader: FileReader,
    settings: Settings,
) -> Sites:
    """Read the pages of sites, each from its entry page, as politely as those of shops."""
    together = SideBySide(run.reporter, shops=len(request.urls))
    limits = CrawlLimits.shared(request.max_pages, _MOST_SECONDS, shops=len(request.urls), files=LINKED)
    crawls = StepCrawls(run, shops, files, fetcher, file_reader, settings, limits)

    async def read(url: str, _: JSON) -> JSON:
        async with crawls.of(url, together.of(url)) as (crawl, crawler):
            counts = await crawler.crawl(crawl, limits, concurrency=_CONCURRENCY)
        return {"crawl": crawl.crawl_id, "read": counts.fetched + counts.unchanged}

    given = ((url, None) for url in dict.fromkeys(request.urls))
    await each(run, given, read, at_once=_AT_ONCE, attempts=4, wait_s=2.0, unit=None)
    read_there = [one async for _, one in results(run)]
    return Sites(
        crawls=tuple(one["crawl"] for one in read_there if one["read"]),
        closed=len(set(request.urls)) - sum(bool(one["read"]) for one in read_there),
    )
