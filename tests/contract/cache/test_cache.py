import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster

from integrations.cache.sqlite import SqliteCache
from magicai.ports import Cache
from magicai.stores.entity import cache_key
from tests.contract.projection.entities import gone, live
from tests.contract.projection.implementations import Place

from .running import cluster_url, redis_url


class Clock:
    """Time that a test moves; seconds. Redis has its own: there, what is kept comes nearer to its end."""

    def __init__(self, url: str = "", namespace: str = "") -> None:
        self.now = 1_000_000.0
        self._url, self._namespace = url, namespace

    def __call__(self) -> float:
        return self.now

    async def later(self, seconds: float) -> None:
        self.now += seconds
        if self._url:
            kind: Any = RedisCluster if "cluster" in self._url else Redis
            client = kind.from_url(self._url.partition("?")[0])
            async for key in client.scan_iter(match=f"{self._namespace}:*"):
                if (left := await client.pttl(key)) > 0:
                    await client.pexpire(key, left - round(seconds * 1000))
            await client.aclose()


URLS = {"sqlite cache": lambda: "", "redis": redis_url, "redis cluster": cluster_url}


@pytest.fixture(params=URLS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def clock(kind: str, place: Place) -> Clock:
    return Clock(URLS[kind](), place.name)


@pytest.fixture
async def cache(kind: str, clock: Clock, place: Place, opened: Callable[[str], Any]) -> AsyncIterator[Cache]:
    made = opened(kind) if "redis" in kind else SqliteCache(place.home / "cache.sqlite3", clock=clock)
    yield made
    await made.close()


@pytest.mark.parametrize("key", ["a", "", "\0", "a:b", "%", "_", "龙井", "k" * 10_000, "'--"])
@pytest.mark.parametrize("value", [b"", b"\0\xff", b"v" * 1_000_000])
async def test_a_value_comes_back_as_it_was(cache: Cache, key: str, value: bytes) -> None:
    await cache.put(key, value, ttl_s=60)
    assert await cache.get(key) == value
    assert await cache.get(f"{key}x") is None


async def test_a_value_is_there_until_its_time_is_over(cache: Cache, clock: Clock) -> None:
    await cache.put("short", b"1", ttl_s=300)
    await cache.put("long", b"2", ttl_s=86_400)
    await clock.later(240)
    assert await cache.get("short") == b"1"
    await clock.later(60)
    assert (await cache.get("short"), await cache.get("long")) == (None, b"2")


async def test_putting_again_replaces_the_value_and_its_time(cache: Cache, clock: Clock) -> None:
    await cache.put("a", b"1", ttl_s=100)
    await clock.later(60)
    await cache.put("a", b"2", ttl_s=100)
    await clock.later(60)
    assert await cache.get("a") == b"2"


async def test_what_is_forgotten_is_gone(cache: Cache) -> None:
    await cache.put("a", b"1", ttl_s=60)
    await cache.put("b", b"2", ttl_s=60)
    await cache.forget("a")
    await cache.forget("never there")
    assert (await cache.get("a"), await cache.get("b")) == (None, b"2")


async def test_a_counter_is_exact_under_many_at_once(cache: Cache) -> None:
    answers = await asyncio.gather(*(cache.count("hits", ttl_s=60) for _ in range(100)))
    assert sorted(answers) == list(range(1, 101))


async def test_a_counter_takes_any_amount(cache: Cache) -> None:
    assert [await cache.count("a", amount, ttl_s=60) for amount in (5, -2, 0, 1)] == [5, 3, 3, 4]
    assert await cache.count("b", ttl_s=60) == 1


async def test_a_counter_s_time_runs_from_its_first_use(cache: Cache, clock: Clock) -> None:
    await cache.count("hits", ttl_s=60)
    await clock.later(40)
    assert await cache.count("hits", ttl_s=60) == 2
    await clock.later(20)
    assert await cache.count("hits", ttl_s=60) == 1


async def test_uses_are_allowed_up_to_the_most_of_the_slots_that_count(cache: Cache) -> None:
    async def allowed(slot: int, most: int = 5, key: str = "a") -> tuple[bool, dict[int, int]]:
        counted, uses = await cache.allow(key, slot, slots=3, most=most, ttl_s=60)
        return counted, dict(uses)

    assert await allowed(7) == (True, {7: 1})
    assert [(await allowed(8))[0] for _ in range(2)] == [True, True]
    assert await allowed(9, 4) == (True, {7: 1, 8: 2, 9: 1})
    assert await allowed(9, 4) == (False, {7: 1, 8: 2, 9: 1})
    assert await allowed(10, 4) == (True, {8: 2, 9: 1, 10: 1})
    assert await allowed(10, 4) == (False, {8: 2, 9: 1, 10: 1})
    assert await allowed(11, 4) == (True, {9: 1, 10: 1, 11: 1})
    assert await allowed(11, 4, "b") == (True, {11: 1})
    assert await allowed(99, 0) == (False, {})


async def test_uses_are_exact_under_many_at_once(cache: Cache) -> None:
    answers = await asyncio.gather(*(cache.allow("a", 5 + n % 2, slots=3, most=37, ttl_s=60) for n in range(100)))
    assert sum(counted for counted, _ in answers) == 37
    assert sum((await cache.allow("a", 6, slots=3, most=37, ttl_s=60))[1].values()) == 37


async def test_uses_are_forgotten_with_time(cache: Cache, clock: Clock) -> None:
    await cache.allow("a", 5, slots=3, most=9, ttl_s=60)
    await clock.later(61)
    assert await cache.allow("a", 5, slots=3, most=9, ttl_s=60) == (True, {5: 1})


async def test_a_counter_and_a_value_of_one_name_are_two(cache: Cache) -> None:
    await cache.put("a", b"1", ttl_s=60)
    await cache.count("a", ttl_s=60)
    assert await cache.get("a") == b"1"


async def test_an_entity_s_data_are_kept_for_an_hour(cache: Cache, clock: Clock) -> None:
    await cache.apply([live("a", price="5.00")])
    key = cache_key("o", "product", "a")
    assert json.loads(await cache.get(key) or b"") == {"price": "5.00"}
    await clock.later(3600)
    assert await cache.get(key) is None
    assert len(await cache.held()) == 1


async def test_an_entity_s_data_go_with_it(cache: Cache) -> None:
    await cache.apply([live("a"), live("b"), live("B"), live("b", kind="x:product")])
    await cache.apply([gone("a", version=2)])
    await cache.drop([("product", "b")])
    kept = [
        await cache.get(cache_key("o", *key))
        for key in (("product", "a"), ("product", "b"), ("product", "B"), ("x:product", "b"))
    ]
    assert [value is None for value in kept] == [True, True, False, False]


async def test_an_entity_s_data_go_with_a_tombstone_that_names_nobody(cache: Cache) -> None:
    await cache.apply([live("a", price="5.00")])
    await cache.apply([gone("a", version=2, owner_id="")])
    assert await cache.get(cache_key("o", "product", "a")) is None


def test_no_two_entities_share_a_key() -> None:
    parts = ["a", "a:b", "b", ":", "", "a%3Ab", "a/b", "龙"]
    keys = {cache_key(owner, kind, part) for owner in parts for kind in parts for part in parts}
    assert len(keys) == len(parts) ** 3


async def test_what_is_over_does_not_stay_in_the_file(tmp_path: Path) -> None:
    clock = Clock()
    cache = SqliteCache(tmp_path / "cache.sqlite3", clock=clock)
    for place in range(40):
        await cache.put(f"v{place}", b"1", ttl_s=1)
        await cache.count(f"c{place}", ttl_s=1)
        await cache.allow(f"u{place}", 1, slots=3, most=9, ttl_s=1)
    await clock.later(2)
    await cache.put("v", b"1", ttl_s=1)
    await cache.count("c", ttl_s=1)
    await cache.allow("u", 1, slots=3, most=9, ttl_s=1)
    with closing(sqlite3.connect(tmp_path / "cache.sqlite3")) as connection:
        tables = ("entries", "counters", "uses")
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        assert counts == [1, 1, 1]
    await cache.close()
