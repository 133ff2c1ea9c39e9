"""The cache on Redis, one server or a cluster: what is ours there begins with the installation's namespace.

Everything here may be lost: a server that restarts empty or evicts keys costs time, and no fact. How long Redis keeps
what: values their lifetime, versions of entities and tombstones 30 days from their last change, since a write that is
older than that is cut off by its time limit long before.
"""

import asyncio
import hashlib
import json
import secrets
import zlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from integrations.cache import redis_scripts as scripts
from integrations.cache import stampede
from integrations.cache.redis_server import RedisServer
from integrations.cache.stampede import Lookup
from magicai.errors import Permanent, Temporary
from magicai.stores.entity import ProjectedEntity, Store, Versioned, cache_key, entity_of

_MEDIUM_S = 3600.0
_VERSIONS_MS = 30 * 86_400_000
# Entities are spread over so many hash tags: each is on one shard of a cluster, with its version and its data.
_BUCKETS = 16
_AT_ONCE = 200
_PAGE = 1000

Key = tuple[str, str]


class RedisCache:
    """The cache on the user's Redis."""

    store: Store = "cache"

    def __init__(self, address: str, *, namespace: str) -> None:
        self._server = RedisServer(address)
        self._prefix = namespace.encode()

    async def get(self, key: str) -> bytes | None:
        """A value, or None where there is none or its time is over."""
        return await self._server.command("GET", self.name(key, b"value"))

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        """Keep a value for so many seconds."""
        names = [self.name(key, b"value"), self.name(key, b"stale")]
        await self._server.script(scripts.PUT, names, [value, _ms(ttl_s)])

    async def forget(self, key: str) -> None:
        """Remove a value."""
        await self._server.command("DEL", self.name(key, b"value"), self.name(key, b"stale"))

    async def count(self, key: str, amount: int = 1, *, ttl_s: float) -> int:
        """Add to a counter, exactly, and answer its new value; its time runs from its first use."""
        return await self._server.script(scripts.COUNT, [self.name(key, b"counter")], [amount, _ms(ttl_s)])

    async def allow(
        self, key: str, slot: int, *, slots: int, most: int, ttl_s: float
    ) -> tuple[bool, Mapping[int, int]]:
        """Count one use, exactly, unless there were `most` in this slot of time and those shortly before it."""
        values = [slot, slot - slots, most, _ms(ttl_s)]
        said = await self._server.script(scripts.ALLOW, [self.name(key, b"uses")], values)
        counted, *flat = map(int, said.split())
        return bool(counted), dict(zip(flat[::2], flat[1::2], strict=True))

    # ── One computes, the others wait ──

    async def get_or_compute(
        self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float, stale_s: float = 0.0
    ) -> bytes:
        """A value; where there is none, one of all who ask makes it."""
        return await stampede.get_or_compute(self, key, make, ttl_s=ttl_s, stale_s=stale_s)

    async def look_up(self, key: str, token: str, *, claim_s: float) -> Lookup:
        """The value, or the claim to make it, or the value whose time is over."""
        value, claimed = await self._server.script(scripts.LOOK, self._names(key), [token, _ms(claim_s)])
        return Lookup(value, bool(claimed))

    async def renew(self, key: str, token: str, *, claim_s: float) -> None:
        """Hold the claim for so long from now."""
        await self._server.script(scripts.RENEW, [self.name(key, b"claim")], [token, _ms(claim_s)])

    async def publish(self, key: str, token: str, value: bytes, *, ttl_s: float, stale_s: float) -> None:
        """Keep what was made, and give the claim back."""
        copy_ms = _ms(ttl_s + stale_s) if stale_s > 0 else 0
        await self._server.script(scripts.SETTLE, self._names(key), [token, value, _ms(ttl_s), copy_ms])

    async def release(self, key: str, token: str) -> None:
        """Give the claim back."""
        await self._server.script(scripts.RELEASE, [self.name(key, b"claim")], [token])

    # ── Waking ──

    async def notify(self, channel: str) -> None:
        """Wake all who wait at a channel."""
        await self._server.command("PUBLISH", self._channel(channel), b"")

    async def subscribe(self, channel: str, *, every_s: float = 2.0) -> AsyncGenerator[None]:
        """Comes round whenever the channel is woken; while Redis is out of reach, every `every_s`."""
        while True:
            try:
                async with self._server.listening(self._channel(channel)) as subscription:
                    yield
                    while True:
                        await self._server.heard(subscription, within_s=every_s)
                        yield
            except Temporary:
                yield
                await asyncio.sleep(every_s)

    # ── As a projection ──

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing."""
        for start in range(0, len(changes), _AT_ONCE):
            buckets = _by_bucket(changes[start : start + _AT_ONCE])
            await asyncio.gather(*(self._apply(bucket, some) for bucket, some in buckets.items()))

    async def _apply(self, bucket: int, changes: Sequence[Versioned]) -> None:
        keys = [self._index(bucket)]
        values: list[Any] = [_ms(_MEDIUM_S), _VERSIONS_MS]
        for change in changes:
            member = _member(change.kind, change.entity_id)
            key = cache_key(change.owner_id, change.kind, change.entity_id)
            data = b"" if change.entity is None else json.dumps(change.entity.data).encode()
            keys += [self._states(bucket) + member, self.name(key, b"value")]
            values += [member, change.version, change.digest, data]
        await self._server.script(scripts.APPLY, keys, values)

    async def held(self, *, after: Key = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key.

        Before the first page, values are looked for that somebody else put where an entity's would be.
        """
        if after == ("", ""):
            await self._adopt()
        found: list[ProjectedEntity] = []
        bound = b"(" + _member(*after)
        each = min(_PAGE, limit // _BUCKETS * 2 + 8)
        while len(found) < limit:
            pages = await asyncio.gather(*(self._page(bucket, bound, each) for bucket in range(_BUCKETS)))
            # A full page may have more behind it: what comes after its end must wait for the next round.
            ends = [page[-1][0] for page in pages if len(page) == each]
            end = min(ends, default=None)
            members = sorted(one for page in pages for one in page if end is None or one[0] <= end)
            found += [_held(*member) for member in members if member[1]]
            if end is None:
                break
            bound = b"(" + end
        return found[:limit]

    async def _adopt(self) -> None:
        within = len(self._prefix) + 1
        async for names in self._server.names(_plainly(self._prefix) + b":{e*}:value:entity:*"):
            for name in names:
                key = name[within:].partition(b":")[2].removeprefix(b"value:").decode(errors="replace")
                entity = entity_of(key)
                if entity is None or self.name(key, b"value") != name:
                    continue
                member = _member(*entity)
                bucket = _bucket(member)
                keys = [self._index(bucket), name, self._states(bucket) + member]
                await self._server.script(scripts.ADOPT, keys, [member, _VERSIONS_MS])

    async def _page(self, bucket: int, bound: bytes, limit: int) -> list[tuple[bytes, bytes, bytes]]:
        index, states = self._index(bucket), self._states(bucket)
        flat = await self._server.script(scripts.HELD, [index], [bound, limit, states])
        return list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))

    async def drop(self, keys: Sequence[Key]) -> None:
        """Remove what the records never had."""
        for start in range(0, len(keys), _AT_ONCE):
            buckets = defaultdict[int, list[bytes]](list)
            for kind, entity_id in keys[start : start + _AT_ONCE]:
                member = _member(kind, entity_id)
                buckets[_bucket(member)].append(member)
            await asyncio.gather(*(self._drop(bucket, members) for bucket, members in buckets.items()))

    async def _drop(self, bucket: int, members: Sequence[bytes]) -> None:
        states = self._states(bucket)
        await self._server.script(scripts.DROP, [self._index(bucket), *(states + one for one in members)], members)

    async def check(self) -> str:
        """Write, read back and remove something; answers where, without any password."""
        key, value = f"check:{secrets.token_hex(8)}", secrets.token_bytes(8)
        await self.put(key, value, ttl_s=60)
        kept = await self.get(key)
        await self.forget(key)
        if kept != value:
            raise Permanent("store_write_lost", way_out="check_maxmemory", server=self._server)
        return f"stores values in {self._server} (version {self._server.version}), named {self._prefix.decode()}:..."

    async def close(self) -> None:
        """Let go of all connections."""
        await self._server.close()

    # ── Names. What stands in braces decides the shard: what one script touches has the same there ──

    def name(self, key: str, what: bytes) -> bytes:
        """Under which name Redis has the `value`, `stale` copy, `claim`, `counter` or `uses` of a key."""
        parts = key.split(":")
        if parts[0] == "entity" and len(parts) == _ENTITY_PARTS:
            tag = b"e%d" % (zlib.crc32(":".join(parts[2:]).encode()) % _BUCKETS)
        else:
            tag = hashlib.blake2b(_bytes(key), digest_size=4).hexdigest().encode()
        return b"%b:{%b}:%b:%b" % (self._prefix, tag, what, _bytes(key))

    def _names(self, key: str) -> list[bytes]:
        return [self.name(key, what) for what in (b"value", b"stale", b"claim")]

    def _index(self, bucket: int) -> bytes:
        return b"%b:{e%d}:index" % (self._prefix, bucket)

    def _states(self, bucket: int) -> bytes:
        return b"%b:{e%d}:state:" % (self._prefix, bucket)

    def _channel(self, channel: str) -> bytes:
        return b"%b:wake:%b" % (self._prefix, _bytes(channel))


_ENTITY_PARTS = cache_key("", "", "").count(":") + 1


def _ms(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _plainly(name: bytes) -> bytes:
    """A name in a pattern, in which nothing is special."""
    return b"".join(b"\\" + bytes([one]) if one in b"*?[]\\^-" else bytes([one]) for one in name)


def _member(kind: str, entity_id: str) -> bytes:
    """One name of both, in whose order as bytes (kind, id) are in order."""
    return _bytes(kind) + b"\0" + _bytes(entity_id)


def _bucket(member: bytes) -> int:
    kind, _, entity_id = member.decode(errors="surrogatepass").partition("\0")
    return zlib.crc32(cache_key("", kind, entity_id).split(":", 2)[2].encode()) % _BUCKETS


def _by_bucket(changes: Iterable[Versioned]) -> dict[int, list[Versioned]]:
    buckets = defaultdict[int, list[Versioned]](list)
    for change in changes:
        buckets[_bucket(_member(change.kind, change.entity_id))].append(change)
    return buckets


def _held(member: bytes, version: bytes, digest: bytes) -> ProjectedEntity:
    kind, _, entity_id = member.decode(errors="surrogatepass").partition("\0")
    return ProjectedEntity(kind, entity_id, int(version), digest.decode())
