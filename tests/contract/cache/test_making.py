"""One computes, the others wait; and waking."""

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import aclosing
from multiprocessing.synchronize import Event
from typing import Any

import pytest

from magicai.errors import Invalid
from magicai.ports import Cache
from tests.contract.projection.implementations import IMPLEMENTATIONS, Place, of

_LIMIT_S = 60.0


@pytest.fixture(params=of("cache"))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def cache(name: str, opened: Callable[[str], Any]) -> Cache:
    return opened(name)


class Maker:
    """Makes a value slowly, and counts how often."""

    def __init__(self, value: bytes = b"made") -> None:
        self.value, self.times = value, 0
        self.go = asyncio.Event()

    async def __call__(self) -> bytes:
        self.times += 1
        await self.go.wait()
        return self.value


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(_LIMIT_S):
        while not what():  # noqa: ASYNC110 - what it waits for may be in another process
            await asyncio.sleep(0.01)


async def test_of_many_who_ask_one_makes_the_value(cache: Cache) -> None:
    make = Maker()
    asking = [asyncio.create_task(cache.get_or_compute("a", make, ttl_s=60)) for _ in range(20)]
    await until(lambda: make.times > 0)
    await asyncio.sleep(0.1)
    make.go.set()
    assert set(await asyncio.gather(*asking)) == {b"made"}
    assert make.times == 1
    assert await cache.get("a") == b"made"


async def test_two_who_have_it_open_make_it_once(name: str, opened: Callable[[str], Any]) -> None:
    make = Maker()
    asking = [asyncio.create_task(opened(name).get_or_compute("a", make, ttl_s=60)) for _ in range(2)]
    await until(lambda: make.times > 0)
    await asyncio.sleep(0.1)
    make.go.set()
    assert await asyncio.gather(*asking) == [b"made"] * 2
    assert make.times == 1


async def test_values_of_several_keys_are_made_side_by_side(cache: Cache) -> None:
    make = Maker()
    asking = [asyncio.create_task(cache.get_or_compute(key, make, ttl_s=60)) for key in "abc"]
    await until(lambda: make.times == 3)
    make.go.set()
    assert await asyncio.gather(*asking) == [b"made"] * 3


async def test_while_a_new_value_is_made_the_old_one_is_handed_out(cache: Cache) -> None:
    old, new = Maker(b"old"), Maker(b"new")
    old.go.set()
    assert await cache.get_or_compute("a", old, ttl_s=0.05, stale_s=60) == b"old"
    await asyncio.sleep(0.1)
    making = asyncio.create_task(cache.get_or_compute("a", new, ttl_s=60, stale_s=60))
    await until(lambda: new.times == 1)
    assert await cache.get("a") is None
    assert await cache.get_or_compute("a", new, ttl_s=60, stale_s=60) == b"old"
    new.go.set()
    assert await making == b"new"
    assert await cache.get_or_compute("a", old, ttl_s=60, stale_s=60) == b"new"
    assert (old.times, new.times) == (1, 1)


async def test_what_was_forgotten_or_put_since_is_not_handed_out_as_old(cache: Cache) -> None:
    old, new = Maker(b"old"), Maker(b"new")
    old.go.set()
    for change in (cache.forget("a"), cache.put("a", b"put", ttl_s=0.01)):
        await cache.get_or_compute("a", old, ttl_s=60, stale_s=60)
        await change
        await asyncio.sleep(0.05)
        new.go.clear()
        asking = [asyncio.create_task(cache.get_or_compute("a", new, ttl_s=60)) for _ in range(2)]
        await asyncio.sleep(0.1)
        new.go.set()
        assert await asyncio.gather(*asking) == [b"new"] * 2
        await cache.forget("a")


async def test_where_making_fails_its_caller_hears_it_and_another_makes_it(cache: Cache) -> None:
    begun = asyncio.Event()

    async def fail() -> bytes:
        begun.set()
        await asyncio.sleep(0.1)
        raise Invalid("no such thing")

    make = Maker()
    make.go.set()
    failing = asyncio.create_task(cache.get_or_compute("a", fail, ttl_s=60))
    await begun.wait()
    waiting = asyncio.create_task(cache.get_or_compute("a", make, ttl_s=60))
    with pytest.raises(Invalid, match="no such thing"):
        await failing
    assert await waiting == b"made"


async def test_who_is_cancelled_lets_another_make_it_at_once(cache: Cache) -> None:
    first, second = Maker(), Maker()
    second.go.set()
    cancelled = asyncio.create_task(cache.get_or_compute("a", first, ttl_s=60))
    await until(lambda: first.times == 1)
    cancelled.cancel()
    begun = time.monotonic()
    assert await cache.get_or_compute("a", second, ttl_s=60) == b"made"
    assert time.monotonic() - begun < 4, "it waited until the claim had run out"


def _make_for_ever(name: str, place: Place, begun: Event) -> None:
    async def make() -> bytes:
        begun.set()
        await asyncio.sleep(3600)
        return b"never"

    asyncio.run(IMPLEMENTATIONS[name].open(place).get_or_compute("a", make, ttl_s=60))


@pytest.mark.faults
async def test_one_who_is_killed_while_making_is_replaced(name: str, cache: Cache, place: Place) -> None:
    context = multiprocessing.get_context("spawn")
    begun = context.Event()
    process = context.Process(target=_make_for_ever, args=(name, place, begun))
    process.start()
    assert process.pid is not None
    try:
        assert await asyncio.to_thread(begun.wait, _LIMIT_S)
        make = Maker()
        make.go.set()
        asking = asyncio.create_task(cache.get_or_compute("a", make, ttl_s=60))
        await asyncio.sleep(0.5)
        assert make.times == 0, "two made it at once"
        os.kill(process.pid, signal.SIGKILL)
        async with asyncio.timeout(_LIMIT_S):
            assert await asking == b"made"
    finally:
        process.kill()
        process.join()


async def test_whoever_waits_is_woken(name: str, opened: Callable[[str], Any]) -> None:
    one, other = opened(name), opened(name)
    async with aclosing(one.subscribe("run", every_s=_LIMIT_S)) as waiting, asyncio.timeout(_LIMIT_S / 2):
        await anext(waiting)
        for _ in range(3):
            await other.notify("run")
            await anext(waiting)


async def test_a_wake_reaches_all_who_wait_at_its_channel_and_no_others(cache: Cache) -> None:
    async with (
        aclosing(cache.subscribe("a", every_s=_LIMIT_S)) as one,
        aclosing(cache.subscribe("a", every_s=_LIMIT_S)) as two,
        aclosing(cache.subscribe("b", every_s=_LIMIT_S)) as else_where,
        asyncio.timeout(_LIMIT_S / 2),
    ):
        await asyncio.gather(anext(one), anext(two), anext(else_where))
        woken = asyncio.gather(anext(one), anext(two))
        never = asyncio.ensure_future(anext(else_where))
        await cache.notify("a")
        await woken
        await asyncio.sleep(0.2)
        assert not never.done()
        never.cancel()
        await asyncio.gather(never, return_exceptions=True)


async def test_who_waits_looks_now_and_then_without_being_woken(cache: Cache) -> None:
    async with aclosing(cache.subscribe("run", every_s=0.1)) as waiting, asyncio.timeout(_LIMIT_S):
        for _ in range(3):
            await anext(waiting)
