"""Counting on Redis: exact, and never for ever."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio as vendor

from integrations.cache import redis_server
from integrations.cache.redis import RedisCache
from magicai.errors import Temporary
from tests.faulty import Faulty

from .redis_process import RedisProcess

_LIMIT_S = 60.0
_USES = """
import asyncio, sys
import redis.asyncio  # else the first time limit includes its import
from integrations.cache.redis import RedisCache

async def main():
    cache = RedisCache(sys.argv[1], namespace="counts")
    allowed = await asyncio.gather(*(cache.allow("shared", 1, slots=3, most=150, ttl_s=60) for _ in range(100)))
    counted = await asyncio.gather(*(cache.count("hits", ttl_s=60) for _ in range(100)))
    await cache.close()
    print(sum(one for one, _ in allowed), *counted)

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisProcess]:
    one = RedisProcess(tmp_path / "redis", password="s3cret-pass")
    one.start()
    yield one
    one.kill()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_ANSWER_S", 0.5)


@asynccontextmanager
async def counting(url: str) -> AsyncGenerator[RedisCache]:
    """A cache that has counted."""
    cache = RedisCache(url, namespace="counts")
    try:
        assert [await cache.count("warm", ttl_s=60) for _ in range(3)] == [1, 2, 3]
        yield cache
    finally:
        await cache.close()


@asynccontextmanager
async def told(server: RedisProcess, *, database: int = 0) -> AsyncGenerator[Any]:
    """The server, asked and told by another."""
    client: Any = vendor.Redis(port=server.port, password=server.password, db=database)
    yield client
    await client.aclose()


def test_counts_of_several_processes_are_exact(server: RedisProcess) -> None:
    command = [sys.executable, "-c", _USES, server.url]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=_LIMIT_S)[0].split() for process in processes]
    assert sum(int(words[0]) for words in said) == 150
    assert sorted(int(word) for words in said for word in words[1:]) == list(range(1, 301))


async def test_it_counts_in_the_database_of_the_address(server: RedisProcess) -> None:
    async with counting(f"{server.url.removesuffix('/0')}/3"), told(server, database=3) as client:
        assert [name async for name in client.scan_iter("counts:*")] != []


async def test_a_server_that_is_full_says_so_and_counts_nothing(server: RedisProcess) -> None:
    async with counting(server.url) as cache, told(server) as client:
        await client.config_set("maxmemory", "1")
        with pytest.raises(Temporary, match="full"):
            await cache.count("warm", ttl_s=60)
        await client.config_set("maxmemory", "0")
        assert await cache.count("warm", ttl_s=60) == 4


@pytest.mark.parametrize("fault", ["drop", "silent", "garbage", "endless", "cut"])
async def test_a_broken_connection_is_temporary_for_all_who_wait_and_is_made_anew(
    server: RedisProcess, impatient: None, fault: str
) -> None:
    with Faulty(server.url) as proxy:
        async with counting(proxy.url) as cache, asyncio.timeout(_LIMIT_S):
            breaks = {
                "drop": proxy.drop,
                "silent": proxy.silent,
                "garbage": lambda: proxy.garbage(b"HTTP/1.1 200 OK\r\n\r\n"),
                "endless": lambda: proxy.garbage(b"$99999999\r\n" + b"x" * 200_000),
                "cut": lambda: proxy.cut(after=3),
            }
            await asyncio.to_thread(breaks[fault])
            answers = await asyncio.gather(
                *(cache.allow("a", 1, slots=3, most=9, ttl_s=60) for _ in range(5)), return_exceptions=True
            )
            assert all(isinstance(answer, Temporary) for answer in answers) or fault == "drop", answers
            assert "s3cret" not in str(answers)
            await asyncio.to_thread(proxy.heal)
            # What it answers from now on is what was asked from now on.
            assert [await cache.count("warm", ttl_s=60) for _ in range(3)] == [4, 5, 6]


async def test_who_goes_away_takes_nobody_s_answer(server: RedisProcess) -> None:
    async with counting(server.url) as cache:
        asked = [asyncio.create_task(cache.count("many", ttl_s=60)) for _ in range(20)]
        await asyncio.sleep(0)
        for task in asked[::2]:
            task.cancel()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        counts = [answer for answer in answers[1::2] if isinstance(answer, int)]
        assert len(set(counts)) == len(counts) == 10
        assert await cache.count("many", ttl_s=60) > max(counts)
