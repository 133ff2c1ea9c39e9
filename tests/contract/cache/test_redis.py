"""What only a server can do to us: refuse, die, wait, forget, be old."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
import trustme
from redis.crc import key_slot

from integrations.cache import redis_server
from integrations.cache.redis import RedisCache
from magicai.errors import Invalid, MagicError, Missing, Refused, Temporary
from magicai.stores.entity import cache_key
from tests.codes import says
from tests.contract.projection.entities import as_held, gone, live

from .redis_process import RedisProcess
from .running import redis_url

_LIMIT_S = 60.0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RedisProcess]]:
    """Starts servers with words of configuration."""
    started: list[RedisProcess] = []

    def one(*words: str, password: str = "", tls: bool = False) -> RedisProcess:
        server = RedisProcess(tmp_path / f"redis{len(started)}", *words, password=password, tls=tls)
        server.start()
        started.append(server)
        return server

    yield one
    for server in started:
        server.kill()


@asynccontextmanager
async def opened(url: str, namespace: str = "t") -> AsyncGenerator[RedisCache]:
    cache = RedisCache(url, namespace=namespace)
    try:
        yield cache
    finally:
        await cache.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_ANSWER_S", 0.5)


async def test_a_password_lets_in_and_is_never_told(start: Callable[..., RedisProcess]) -> None:
    server = start(password="s3cret-pass")
    async with opened(server.url) as cache:
        await cache.put("a", b"1", ttl_s=60)
        assert await cache.get("a") == b"1"
        assert "s3cret-pass" not in await cache.check()
    for wrong in (server.url.replace("s3cret-pass", "0ther-pass"), f"redis://127.0.0.1:{server.port}"):
        async with opened(wrong) as cache:
            with pytest.raises(Temporary, match="REDIS_URL") as caught:
                await cache.get("a")
            assert "pass" not in f"{caught.value}".replace("password", "")


async def test_a_user_needs_no_more_than_the_rights_that_are_told(start: Callable[..., RedisProcess]) -> None:
    rights = "on >pw ~t:* &t:* +@all -@admin -@dangerous"
    server = start("--user", "app", *rights.split(), "--user", "less", *rights.split(), "-eval")
    async with opened(f"redis://app:pw@127.0.0.1:{server.port}") as cache:
        assert "version not told" in await cache.check()
        await cache.apply([live("a")])
        assert await cache.held() == [as_held(live("a"))]
        assert [await cache.count("a", ttl_s=60) for _ in range(2)] == [1, 2]
        async with aclosing(cache.subscribe("w", every_s=_LIMIT_S)) as waiting:
            await anext(waiting)
    async with opened(f"redis://less:pw@127.0.0.1:{server.port}") as cache:
        with pytest.raises(Temporary, match=r"'eval'.*rights.*docs/reference/stores.md"):
            await cache.count("a", ttl_s=60)


async def test_tls_is_spoken_with_who_the_authority_has_signed_and_nobody_else(
    start: Callable[..., RedisProcess], tmp_path: Path
) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    issued = ours.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    ours.cert_pem.write_to_path(tmp_path / "ours.pem")
    foreign.cert_pem.write_to_path(tmp_path / "foreign.pem")
    files = ["--tls-cert-file", str(tmp_path / "cert.pem"), "--tls-key-file", str(tmp_path / "key.pem")]
    server = start(*files, "--tls-ca-cert-file", str(tmp_path / "ours.pem"), "--tls-auth-clients", "no", tls=True)
    url = server.url.replace("redis://", "rediss://")
    async with opened(f"{url}?ca={tmp_path / 'ours.pem'}") as cache:
        await cache.put("a", b"1", ttl_s=60)
        async with aclosing(cache.subscribe("w", every_s=_LIMIT_S)) as waiting, asyncio.timeout(_LIMIT_S):
            await anext(waiting)
            await cache.notify("w")
            await anext(waiting)
        assert await cache.get("a") == b"1"
    for other in (f"{url}?ca={tmp_path / 'foreign.pem'}", url):
        async with opened(other) as cache:
            with pytest.raises(Temporary, match=r"certificate.*\?ca=FILE"):
                await cache.get("a")


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("http://h:1", "does not begin with"),
        ("redis://", "has no host"),
        ("redis://h:port", "not an address"),
        ("redis://u:s3cret@h?ssl=no", "'ssl'"),
        ("rediss://h?ca=/no/such/file", "/no/such/file"),
    ],
)
def test_a_wrong_address_is_named_without_its_password(address: str, what: str) -> None:
    with pytest.raises(Invalid, match=what) as caught:
        RedisCache(address, namespace="t")
    assert "s3cret" not in str(caught.value)


async def test_a_server_that_is_too_old_is_refused() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            if line.strip().upper() in (b"SETINFO", b"SETNAME", b"SELECT"):
                writer.write(b"-ERR unknown command\r\n")
            elif line.strip().upper() == b"INFO":
                writer.write(b"$21\r\nredis_version:5.0.14\n\r\n")
        writer.close()

    old = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{old.sockets[0].getsockname()[1]}"
    async with old, opened(url) as cache:
        with pytest.raises(Refused, check=says("server_version_unsupported", version="5.0.14", required=6)):
            await cache.get("a")


async def test_without_its_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    async with opened("redis://127.0.0.1:1") as cache:
        with pytest.raises(Missing, check=says("redis_not_installed")):
            await cache.get("a")


async def test_a_closed_one_says_so(start: Callable[..., RedisProcess]) -> None:
    async with opened(start().url) as cache:
        await cache.put("a", b"1", ttl_s=60)
    with pytest.raises(MagicError, match="closed"):
        await cache.get("a")


async def _use_until_temporary(cache: RedisCache) -> None:
    """Write and read without a pause; anything but Temporary comes out."""
    for number in range(1_000_000):
        try:
            await asyncio.gather(
                cache.put("a", b"1", ttl_s=60),
                cache.get("a"),
                cache.count("c", ttl_s=60),
                cache.apply([live("a", version=number)]),
                cache.held(),
            )
        except Temporary:
            return


async def _back(cache: RedisCache) -> None:
    async with asyncio.timeout(_LIMIT_S):
        while True:
            try:
                await cache.put("back", b"1", ttl_s=60)
            except Temporary:
                await asyncio.sleep(0.05)
            else:
                return


@pytest.mark.faults
async def test_a_killed_server_is_temporary_and_comes_back_empty_without_harm(
    start: Callable[..., RedisProcess], impatient: None
) -> None:
    server = start()
    async with opened(server.url) as cache:
        await cache.apply([live("kept", version=5)])
        assert await cache.count("c", 7, ttl_s=60) == 7
        using = asyncio.create_task(_use_until_temporary(cache))
        await asyncio.sleep(0.2)
        server.kill()
        async with asyncio.timeout(_LIMIT_S):
            await using
        for call in (cache.get("a"), cache.drop([("product", "a")]), cache.check(), cache.notify("w")):
            with pytest.raises(Temporary, match="redis://127"):
                await call
        assert await cache.get_or_compute("a", _value, ttl_s=60) == b"value"
        server.start()
        await _back(cache)
        assert await cache.get("a") is None
        assert await cache.held() == []
        assert await cache.count("c", ttl_s=60) == 1
        await cache.apply([live("kept", version=5)])
        assert await cache.held() == [as_held(live("kept", version=5))]


async def _value() -> bytes:
    return b"value"


@pytest.mark.faults
async def test_a_paused_server_is_temporary_within_the_time_limit(
    start: Callable[..., RedisProcess], impatient: None
) -> None:
    server = start()
    async with opened(server.url) as cache:
        using = asyncio.create_task(_use_until_temporary(cache))
        await asyncio.sleep(0.2)
        server.signal(signal.SIGSTOP)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await using
                with pytest.raises(Temporary, check=says("service_timed_out")):
                    await cache.get("a")
        finally:
            server.signal(signal.SIGCONT)
        await _back(cache)
        assert await cache.get("back") == b"1"


@pytest.mark.faults
async def test_who_waits_goes_on_when_the_server_comes_back(
    start: Callable[..., RedisProcess], impatient: None
) -> None:
    server = start()
    async with opened(server.url) as cache, aclosing(cache.subscribe("w", every_s=0.2)) as waiting:
        async with asyncio.timeout(_LIMIT_S):
            await anext(waiting)
            server.kill()
            for _ in range(3):
                await anext(waiting)
            server.start()
            await _back(cache)
            for _ in range(3):
                await anext(waiting)


async def test_a_full_server_is_temporary_where_it_evicts_nothing(start: Callable[..., RedisProcess]) -> None:
    async with opened(start("--maxmemory", "4mb").url) as cache:
        filling = [cache.put(f"{place}", b"x" * 100_000, ttl_s=60) for place in range(100)]
        with pytest.raises(Temporary, check=says("redis_full")):
            await asyncio.gather(*filling)
        await cache.forget("0")


async def test_what_is_evicted_is_only_made_again(start: Callable[..., RedisProcess]) -> None:
    server = start("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    async with opened(server.url) as cache:
        await cache.apply([live(f"{place}") for place in range(500)])
        for place in range(100):
            await cache.put(f"{place}", b"x" * 100_000, ttl_s=60)
        assert None in [await cache.get(f"{place}") for place in range(100)]
        held = await cache.held()
        assert len(held) < 500
        again = [live(f"{place}", version=2) for place in range(500)]
        await cache.apply(again)
        # One whose version was evicted again has none: it counts as stale, and is made again.
        assert {one.version for one in await cache.held()} - {0} == {2}
        assert await cache.get_or_compute("0", _value, ttl_s=60) in (b"value", b"x" * 100_000)


async def test_installations_on_one_server_do_not_meet() -> None:
    async with opened(redis_url(), "one") as one, opened(redis_url(), "two") as two:
        await one.put("a", b"1", ttl_s=60)
        await one.count("a", ttl_s=60)
        await one.apply([live("a")])
        assert await two.get("a") is None
        assert await two.count("a", ttl_s=60) == 1
        assert await two.held() == []
        await two.apply([gone("a", version=9)])
        assert await one.held() == [as_held(live("a"))]
        async with aclosing(two.subscribe("w", every_s=_LIMIT_S)) as waiting:
            await anext(waiting)
            never = asyncio.ensure_future(anext(waiting))
            await one.notify("w")
            await asyncio.sleep(0.2)
            assert not never.done()
            never.cancel()
            await asyncio.gather(never, return_exceptions=True)


def test_a_cluster_s_shards_all_get_their_share() -> None:
    cache = RedisCache("redis://h?cluster=true", namespace="t")
    plain = {key_slot(cache.name(f"k{n}", b"value")) * 3 // 16384 for n in range(200)}
    entities = {key_slot(cache.name(cache_key("o", "k", f"{n}"), b"value")) * 3 // 16384 for n in range(200)}
    assert plain == entities == {0, 1, 2}
