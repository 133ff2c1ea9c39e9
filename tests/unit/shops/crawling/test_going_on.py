"""A crawl goes on where it was killed, cancelled or out of budget, with what it has kept."""

import pytest

from magicai.errors import Cancelled
from magicai.shops.crawl import CrawlBatch, UrlState
from magicai.shops.crawling import CrawlLimits, Politeness
from tests.unit.shops.crawling.small_web import SHOP, World, listing, product, small_shop


async def test_goes_on_after_a_crash_without_asking_again_for_what_is_kept() -> None:
    world = World(small_shop())
    kill_at = 1

    def die(_batch: CrawlBatch) -> None:
        if world.crawls.commits >= kill_at:
            raise MemoryError("killed")

    world.crawls.before_commit = die
    with pytest.raises(MemoryError):
        await world.crawl()
    kept = {path for path, row in (await world.rows()).items() if row.state is UrlState.FETCHED}
    world.crawls.before_commit = lambda _batch: None
    world.web.asked.clear()
    await world.crawl()
    assert kept
    assert not {url.removeprefix(SHOP) for url in world.web.asked} & kept
    assert await world.products() == [f"Lamp {n}" for n in range(1, 7)]


async def test_cancelled_between_pages_keeps_everything_that_was_read() -> None:
    world = World({"/": listing(range(1, 200)), **{f"/product/{n}": product(n) for n in range(1, 200)}})
    world.listener.stop_after = 1
    with pytest.raises(Cancelled):
        await world.crawl(politeness=Politeness(delay_s=0.02))
    read = {path for path, row in (await world.rows()).items() if row.state is UrlState.FETCHED}
    assert 0 < len(read) < 199
    assert world.finished().finished_at is None
    world.listener.stop_after = 1_000_000
    world.web.asked.clear()
    counts = await world.crawl()
    assert counts.products_seen == 199
    assert not {url.removeprefix(SHOP) for url in world.web.asked} & read


async def test_the_budget_counts_what_earlier_attempts_used() -> None:
    world = World({"/": listing(range(1, 50)), **{f"/product/{n}": product(n) for n in range(1, 50)}})
    await world.crawl(limits=CrawlLimits(max_pages=10))
    asked = len(world.web.asked)
    counts = await world.crawl(limits=CrawlLimits(max_pages=12))
    assert counts.fetched == 12
    assert len(world.web.asked) == asked + 3  # robots.txt again, and two pages
