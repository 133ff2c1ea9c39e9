"""Turns at several shops: fair, fewer where one is in trouble, and no slow one holds up the others."""

import asyncio
from collections.abc import Mapping

import pytest

from magicai.catalogue.pages.hosts import Hosts
from magicai.errors import Temporary
from magicai.ports import FetchedPage, PageRequest
from magicai.runs.items import PutOff
from magicai.shops.crawling import Politeness

SLOW, FAST = "https://slow.example/1", "https://fast.example/1"
POLITENESS = Politeness(delay_s=0.0, backoff_s=0.0)


class Web:
    """Answers robots.txt, and counts how often it was asked for."""

    def __init__(self, robots: str = "") -> None:
        self.robots, self.asked = robots, list[str]()

    async def fetch(self, request: PageRequest) -> FetchedPage:
        self.asked.append(request.url)
        return FetchedPage(request.url, request.url, 200, "text/plain", "", self.robots.encode())

    async def close(self) -> None: ...


def hosts(left: Mapping[str, int], most: int = 8, web: Web | None = None) -> Hosts:
    return Hosts(web or Web(), POLITENESS, most=most, left=left)


async def test_a_slow_shop_has_its_share_and_what_is_beyond_it_is_put_off() -> None:
    turns, release = hosts({"slow.example": 99, "fast.example": 99}), asyncio.Event()

    async def hold() -> None:
        async with turns.turn(SLOW):
            await release.wait()

    holding = [asyncio.create_task(hold()) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(PutOff) as first:
        async with turns.turn(SLOW):
            pass
    with pytest.raises(PutOff) as second:
        async with turns.turn(SLOW):
            pass
    assert (second.value.retry_after_s or 0) > (first.value.retry_after_s or 0)
    async with turns.turn(FAST):
        pass
    release.set()
    await asyncio.gather(*holding)


async def test_the_last_shop_has_all_places() -> None:
    turns, running = hosts({"slow.example": 99, "fast.example": 1}), 0
    turns.done(FAST)

    async def hold() -> None:
        nonlocal running
        async with turns.turn(SLOW):
            running += 1
            await asyncio.sleep(0.01)

    await asyncio.gather(*(hold() for _ in range(8)))
    assert running == 8


async def test_a_shop_that_is_overloaded_gets_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.catalogue.test_hosts.POLITENESS", Politeness(delay_s=0.0, longest_delay_s=0.0))
    turns, running, release = hosts({"slow.example": 99}), 0, asyncio.Event()
    with pytest.raises(Temporary, match="503"):
        async with turns.turn(SLOW):
            raise Temporary("503")

    async def hold() -> None:
        nonlocal running
        async with turns.turn(SLOW):
            running += 1
            await release.wait()

    holding = [asyncio.create_task(hold()) for _ in range(8)]
    await asyncio.sleep(0.01)
    release.set()
    ended = await asyncio.gather(*holding, return_exceptions=True)
    assert (running, sum(isinstance(one, PutOff) for one in ended)) == (4, 4)


async def test_robots_txt_is_asked_for_once_by_all_pages_of_a_host() -> None:
    web = Web("User-agent: *\nDisallow: /private")
    turns = hosts({"slow.example": 9}, web=web)
    rules = await asyncio.gather(*(turns.rules(SLOW) for _ in range(5)))
    assert web.asked == ["https://slow.example/robots.txt"]
    assert [rule.allows("https://slow.example/private/1") for rule in rules] == [False] * 5
