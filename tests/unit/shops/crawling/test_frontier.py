"""The frontier hands out the best address, keeps what was read, and stays small."""

import asyncio
import hashlib
from collections.abc import Sequence

import pytest

from magicai.shops.crawl import Crawl, CrawlBatch, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling.frontier import Frontier
from magicai.shops.product import Observation, Source
from magicai.values.times import now_us
from tests.unit.shops.crawling.small_web import SHOP, MemoryCrawls, MemoryFiles


class Kept:
    """Records with one crawl, and frontiers over it."""

    def __init__(self) -> None:
        self.files = MemoryFiles()
        self.crawls = MemoryCrawls(self.files)

    async def frontier(self) -> Frontier:
        await self.crawls.open(Crawl("c", "r", "local", "shop.example", SHOP, 0))
        made = Frontier("c", self.crawls, self.files)
        await made.load((await self.crawls.counts("c")).pending)
        return made


def found(number: int, priority: float = 1.0, kind: UrlKind = UrlKind.OTHER) -> Discovered:
    return Discovered(f"{SHOP}/{number}", kind, priority, 1)


async def read(frontier: Frontier, row: FrontierUrl) -> None:
    body = row.url.encode()
    row.state, row.digest = UrlState.FETCHED, hashlib.sha256(body).hexdigest()
    await frontier.mark_handled(row, (), body)


async def drain(frontier: Frontier) -> list[str]:
    taken: list[str] = []
    while (row := await frontier.fetch_next()) is not None:
        taken.append(row.url.rpartition("/")[2])
        await read(frontier, row)
    return taken


async def test_hands_out_the_best_first_then_as_found() -> None:
    frontier = await Kept().frontier()
    for number, priority in ((1, 1.0), (2, 9.0), (3, 1.0), (4, 5.0)):
        frontier.add(found(number, priority))
    assert await drain(frontier) == ["2", "4", "1", "3"]


async def test_waits_for_addresses_that_pages_under_way_may_still_bring() -> None:
    frontier = await Kept().frontier()
    frontier.add(found(1))
    row = await frontier.fetch_next()
    assert row is not None
    waiting = asyncio.create_task(frontier.fetch_next())
    await asyncio.sleep(0)
    frontier.add(found(2))
    await read(frontier, row)
    second = await waiting
    assert second is not None
    assert second.url.endswith("/2")
    last = asyncio.create_task(frontier.fetch_next())
    await asyncio.sleep(0)
    await read(frontier, second)
    assert await last is None


async def test_keeps_few_addresses_at_hand_and_loses_none() -> None:
    frontier = await Kept().frontier()
    for number in range(5000):
        frontier.add(found(number, priority=number % 7))
    assert len(frontier._ready) < 2500  # pyright: ignore[reportPrivateUsage]
    taken = await drain(frontier)
    assert len(taken) == 5000
    assert len(set(taken)) == 5000


async def test_while_one_looks_for_more_the_others_go_on_with_what_is_at_hand() -> None:
    kept = Kept()
    before = await kept.frontier()
    for number in range(400):
        before.add(found(number))
    await before.flush()
    frontier, asked, go = await kept.frontier(), asyncio.Event(), asyncio.Event()
    taken = [await frontier.fetch_next() for _ in range(193)]
    stored = kept.crawls.pending

    async def pending(crawl_id: str, limit: int) -> list[FrontierUrl]:
        asked.set()
        await go.wait()
        return await stored(crawl_id, limit)

    kept.crawls.pending = pending
    looking = asyncio.create_task(frontier.fetch_next())
    await asyncio.wait_for(asked.wait(), 10)
    while len(taken) < 256:
        taken.append(await asyncio.wait_for(frontier.fetch_next(), 10))
    go.set()
    taken.append(await looking)
    taken += [await frontier.fetch_next() for _ in range(400 - len(taken))]
    assert len({row.url for row in taken if row is not None}) == 400


async def test_what_a_slow_shop_gave_is_committed_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    now = 100.0
    monkeypatch.setattr("magicai.shops.crawling.frontier.monotonic", lambda: now)
    frontier = await kept.frontier()
    for number in range(3):
        frontier.add(found(number))
    for later, committed in ((4.0, 0), (2.0, 0), (4.0, 3)):
        now += later
        row = await frontier.fetch_next()
        assert row is not None
        await read(frontier, row)
        assert (await kept.crawls.counts("c")).fetched == committed


async def test_another_attempt_hands_out_what_was_not_committed() -> None:
    kept = Kept()
    frontier = await kept.frontier()
    for number in range(10):
        frontier.add(found(number))
    for _ in range(4):
        row = await frontier.fetch_next()
        assert row is not None
        await read(frontier, row)
    await frontier.flush()
    lost = await frontier.fetch_next()
    assert lost is not None  # read, and never committed
    again = await kept.frontier()
    assert again.pending == 6
    assert again.contains(f"{SHOP}/3")
    assert await drain(again) == ["4", "5", "6", "7", "8", "9"]


async def test_a_row_that_was_put_off_comes_back_when_it_is_due() -> None:
    frontier = await Kept().frontier()
    frontier.add(found(1, priority=9.0))
    frontier.add(found(2))
    row = await frontier.fetch_next()
    assert row is not None
    row.tries, row.not_before_us = 1, now_us() + 30_000
    await frontier.mark_handled(row)
    assert await drain(frontier) == ["2", "1"]


async def test_what_turns_out_better_is_read_sooner_and_once() -> None:
    frontier = await Kept().frontier()
    for number in range(5):
        frontier.add(found(number))
    frontier.promote(found(3, priority=60.0, kind=UrlKind.PRODUCT))
    assert await drain(frontier) == ["3", "0", "1", "2", "4"]


async def test_a_batch_whose_commit_failed_is_written_with_the_next() -> None:
    kept = Kept()
    frontier = await kept.frontier()
    frontier.add(found(1))
    row = await frontier.fetch_next()
    assert row is not None
    await read(frontier, row)

    def full(_batch: CrawlBatch) -> None:
        raise OSError("no space left on device")

    kept.crawls.before_commit = full
    with pytest.raises(OSError, match="no space"):
        await frontier.flush()
    kept.crawls.before_commit = lambda _batch: None
    await frontier.flush()
    stored = await kept.crawls.row("c", f"{SHOP}/1")
    assert stored is not None
    assert stored.state is UrlState.FETCHED


async def test_stopped_it_hands_out_nothing_more() -> None:
    frontier = await Kept().frontier()
    frontier.add(found(1))
    frontier.add(found(2))
    row = await frontier.fetch_next()
    assert row is not None
    waiting = [asyncio.create_task(frontier.fetch_next()) for _ in range(2)]
    frontier.stop()
    assert await frontier.fetch_next() is None
    await asyncio.gather(*waiting)
    await read(frontier, row)
    await frontier.flush()


@pytest.mark.parametrize(("size", "at_once"), [(100, 64), (100_000, 7)])
async def test_large_bodies_are_kept_before_their_batch_is_full(size: int, at_once: int) -> None:
    kept = Kept()
    frontier = await kept.frontier()
    batches: list[int] = []
    puts: list[int] = []
    kept.crawls.before_commit = lambda batch: batches.append(len(batch.visits))
    keep = kept.files.put

    async def put(bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        puts.append(len(bodies))
        return await keep(bodies, digests)

    kept.files.put = put
    for number in range(130):
        frontier.add(found(number))
    while (row := await frontier.fetch_next()) is not None:
        body = row.url.encode().ljust(size)
        row.state, row.digest = UrlState.FETCHED, hashlib.sha256(body).hexdigest()
        await frontier.mark_handled(row, (), body)
    assert max(batches) == 64
    assert max(puts) == at_once


@pytest.mark.parametrize(("stated", "at_once"), [(1, 64), (24, 4)])
async def test_a_batch_of_lists_has_fewer_pages_than_one_of_products(stated: int, at_once: int) -> None:
    kept = Kept()
    frontier = await kept.frontier()
    batches: list[int] = []
    kept.crawls.before_commit = lambda batch: batches.append(len(batch.visits))
    for number in range(130):
        frontier.add(found(number))
    while (row := await frontier.fetch_next()) is not None:
        row.state = UrlState.SKIPPED
        shown = [Observation(f"{row.url}/{place}", "Cup", Source.CARDS) for place in range(stated)]
        await frontier.mark_handled(row, shown)
    assert max(batches) == at_once


async def test_bodies_that_could_not_be_kept_are_kept_with_the_next() -> None:
    kept = Kept()
    frontier = await kept.frontier()
    frontier.add(found(1))
    row = await frontier.fetch_next()
    assert row is not None
    keep = kept.files.put

    async def full(bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        raise OSError(f"no space left for {len(bodies)} bodies, {digests}")

    kept.files.put = full
    body = row.url.encode().ljust(700_000)
    row.state, row.digest = UrlState.FETCHED, hashlib.sha256(body).hexdigest()
    with pytest.raises(OSError, match="no space"):
        await frontier.mark_handled(row, (), body)
    kept.files.put = keep
    await frontier.flush()
    assert await kept.files.get(row.digest) == body


async def test_a_body_that_is_held_is_kept_before_its_row_is_settled() -> None:
    kept = Kept()
    frontier = await kept.frontier()
    frontier.add(found(1, kind=UrlKind.SITEMAP))
    row = await frontier.fetch_next()
    assert row is not None
    body = b"a sitemap of many megabytes"
    row.state, row.digest = UrlState.FETCHED, hashlib.sha256(body).hexdigest()
    frontier.add_body(row.digest, body)
    frontier.add(found(2))
    await frontier.flush()
    assert await kept.files.get(row.digest) == body
    await frontier.mark_handled(row)
    await frontier.flush()
    settled = await kept.crawls.row("c", row.url)
    assert settled is not None
    assert settled.state is UrlState.FETCHED
