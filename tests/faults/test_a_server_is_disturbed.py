"""Writes go on while a store's server is disturbed; after it the store catches up by itself, and nothing is lost."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from integrations.cache.redis import RedisCache
from magicai.ports import Records
from magicai.values.ids import new_id
from tests.contract.cache.redis_process import RedisProcess
from tests.faulty import Faulty

from .conftest import UnderWay

Disturb = Callable[[Faulty], None]
# Each is one fault of the connection, or of what the server says.
DISTURBED: dict[str, Disturb] = {
    "it is gone": lambda proxy: (proxy.refuse(), proxy.drop())[0],
    "it answers nothing": lambda proxy: proxy.silent(),
    "it answers late": lambda proxy: proxy.delay(0.5),
    "the connection is cut in mid-answer": lambda proxy: proxy.cut(after=20),
    "it refuses the password": lambda proxy: (proxy.garbage(b"-WRONGPASS invalid username-password pair\r\n"), None)[1],
    "it answers rubbish": lambda proxy: proxy.garbage(b"HTTP/1.1 200 OK\r\n\r\n"),
    "its disk is full": lambda proxy: proxy.garbage(b"-MISCONF Errors writing to the disk\r\n"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    made = RedisProcess(tmp_path_factory.mktemp("redis"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def proxy(server: RedisProcess) -> Iterator[Faulty]:
    with Faulty(server.url) as made:
        yield made


@pytest.fixture
async def under_way(records: Records, proxy: Faulty) -> AsyncIterator[UnderWay]:
    cache = RedisCache(proxy.url, namespace=f"t{new_id()}")
    made = UnderWay(records, cache)
    made.begin()
    yield made
    await made.end()
    await cache.close()


@pytest.mark.faults
@pytest.mark.parametrize("what", DISTURBED)
async def test_while(what: str, under_way: UnderWay, proxy: Faulty) -> None:
    await under_way.some_more()
    DISTURBED[what](proxy)
    proxy.drop()
    await under_way.some_more(20)
    proxy.heal()
    proxy.drop()
    await under_way.some_more()
    await under_way.settled()
    await under_way.judge()


@pytest.mark.faults
async def test_it_is_killed_and_starts_again_empty(under_way: UnderWay, server: RedisProcess) -> None:
    await under_way.some_more()
    server.kill()
    await under_way.some_more(20)
    server.start()
    await under_way.some_more()
    await under_way.settled()
    await under_way.judge(wiped=True)
