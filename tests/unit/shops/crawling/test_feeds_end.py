"""A feed that is long to read ends with its crawl, and takes its process along."""

import asyncio
from collections.abc import AsyncGenerator

import psutil
import pytest

from integrations.parsing.forked import CAN_FORK
from integrations.parsing.streamed import ProcessReader
from magicai.errors import Cancelled
from magicai.ports import FileReader
from magicai.shops.crawl import UrlState
from magicai.shops.crawling import Crawler, CrawlLimits, open_crawl
from tests.unit.shops.crawling.small_web import AT_ONCE, World, page

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="processes can't be forked here")
_ITEM = "<item><title>Cup</title><link>/cup</link><price>1 EUR</price></item>"
_FEEDS = 2


@pytest.fixture(name="world")
def a_shop_of_long_feeds() -> World:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}.xml">' for n in range(_FEEDS))
    feed = page(f"<rss>{_ITEM * (9_500_000 // len(_ITEM))}</rss>", content_type="application/rss+xml")
    return World({"/": page(f"<title>Cups</title>{links}<h1>Cups</h1>"), **{f"/{n}.xml": feed for n in range(_FEEDS)}})


@pytest.fixture(name="reader")
async def a_reader() -> AsyncGenerator[ProcessReader]:
    reader = ProcessReader()
    yield reader
    await reader.close()


async def crawl(world: World, reader: FileReader, limits: CrawlLimits) -> None:
    crawler = Crawler(world.crawls, world.files, world.web, reader, world.listener, politeness=AT_ONCE)
    opened = await open_crawl(world.crawls, run_id="run", owner_id="ann", url="https://shop.example")
    world.crawl_id = opened.crawl_id
    await crawler.crawl(opened, limits)


def children() -> list[psutil.Process]:
    """The processes that read, started by a process of this one's."""
    return [child for server in psutil.Process().children() for child in server.children()]


async def until_none_reads() -> None:
    async with asyncio.timeout(30):
        while children():  # noqa: ASYNC110 - a process that ends rings no bell
            await asyncio.sleep(0.02)


async def test_feeds_are_read_as_long_as_the_crawl_may_take(world: World, reader: ProcessReader) -> None:
    await crawl(world, reader, CrawlLimits(max_seconds=0.5))
    assert not world.finished().complete, "it read on to the end of the feeds"
    await until_none_reads()


async def test_a_crawl_that_is_cancelled_ends_the_reading_of_its_feeds(world: World, reader: ProcessReader) -> None:
    crawling = asyncio.create_task(crawl(world, reader, CrawlLimits()))
    while not children():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    world.listener.stop_after = 0
    with pytest.raises(Cancelled):
        await crawling
    await until_none_reads()


async def test_a_feed_that_takes_its_reader_along_costs_the_shop_this_feed(world: World, reader: ProcessReader) -> None:
    crawling = asyncio.create_task(crawl(world, reader, CrawlLimits(max_seconds=60.0)))
    while not crawling.done():
        for process in children():
            process.kill()
        await asyncio.sleep(0.02)
    await crawling
    rows = await world.rows()
    assert [rows[f"/{n}.xml"].state for n in range(_FEEDS)] == [UrlState.FAILED] * _FEEDS
    assert "process that read" in str(rows["/0.xml"].why)
