"""A connection to Redis: one server or a cluster, with time limits, its errors in words of ours."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from integrations.server_address import ServerAddress, parse, way_out_of
from magicai.errors import Invalid, MagicError, Missing, Permanent, Refused, Temporary

_PORTS = {"redis": 6379, "rediss": 6379}
_ANSWER_S = 5.0
# Connecting, finding the shard and the answer, together.
_LIMIT_S = 10.0
_AT_ONCE = 32
_SCANNED = 500
_OLDEST = 6
# How a server begins to say that it can't take anything for now, where the client has no error of its own for it.
_FOR_NOW = ("MISCONF", "BUSY", "NOREPLICAS")


class RedisServer:
    """Redis at an address: redis://HOST:PORT/DATABASE, rediss:// for TLS, `?cluster=true` for a cluster."""

    def __init__(self, address: str) -> None:
        self.address: ServerAddress = parse("REDIS_URL", address, ports=_PORTS, options=("cluster",))
        self.clustered = self.address.options.get("cluster", "false") == "true"
        self._client: Any = None
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._closed = False
        self.version = ""

    def __str__(self) -> str:
        return f"Redis at {self.address}"

    async def command(self, *words: Any) -> Any:
        """What the server answers to a command."""
        async with self._turns, self._translated():
            client = await self._ready()
            return await client.execute_command(*words)

    async def script(self, text: str, keys: Sequence[bytes], values: Sequence[Any] = ()) -> Any:
        """What a Lua script answers, which the server runs as one step; all keys are of one hash tag."""
        return await self.command("EVAL", text, len(keys), *keys, *values)

    async def names(self, pattern: bytes) -> AsyncGenerator[list[bytes]]:
        """Names of keys that fit a pattern, some at a time, each at least once, on all shards; strange ones, too."""
        async with self._translated():
            found = (await self._ready()).scan_iter(match=pattern, count=_SCANNED)
        ended = False
        while not ended:
            some: list[bytes] = []
            async with self._turns, self._translated():
                while len(some) < _SCANNED and not ended:
                    name = await anext(found, None)
                    if name is None:
                        ended = True
                    else:
                        some.append(name)
            yield some

    @asynccontextmanager
    async def listening(self, channel: bytes) -> AsyncGenerator[Any]:
        """A subscription, once the server has confirmed it."""
        async with self._translated():
            client = await self._ready()
            subscription = client.pubsub()
        try:
            async with self._translated():
                await subscription.subscribe(channel)
                if await subscription.get_message(timeout=_ANSWER_S) is None:
                    raise Temporary("redis_subscription_timed_out", server=self, limit_s=f"{_ANSWER_S:.0f}")
            yield subscription
        finally:
            await subscription.aclose()

    async def heard(self, subscription: Any, *, within_s: float) -> bool:
        """Whether something comes within so many seconds; what came at once with it is one."""
        try:
            if await subscription.get_message(timeout=within_s) is None:
                return False
            while await subscription.get_message(timeout=0.0) is not None:
                pass
        except Exception as exc:
            raise self._said(exc) from exc
        return True

    async def close(self) -> None:
        """Let go of all connections."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ready(self) -> Any:
        if self._closed:
            raise Permanent("store_closed", server=self)
        if self._client is None:
            self._client = self._connect()
        if not self.version:
            self.version = await self._read_version(self._client)
        return self._client

    async def _read_version(self, client: Any) -> str:
        from redis.exceptions import NoPermissionError

        try:
            return _new_enough(self, (await client.info("server"))["redis_version"])
        except NoPermissionError:  # INFO counts as dangerous, which careful users leave out
            return "not told"

    def _connect(self) -> Any:
        try:
            import redis.asyncio as vendor
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff
        except ImportError as exc:
            raise Missing("redis_not_installed") from exc
        address = self.address
        how: dict[str, Any] = {
            "host": address.host,
            "port": address.port,
            "username": address.user or None,
            "password": address.password or None,
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": _ANSWER_S,
            "socket_timeout": _ANSWER_S,
            "max_connections": 2 * _AT_ONCE,
        }
        if address.scheme == "rediss":
            how |= {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True}
            how |= {"ssl_ca_certs": str(address.ca)} if address.ca else {}
        if self.clustered:
            return vendor.RedisCluster(**how)
        return vendor.Redis(**how, db=self._database())

    def _database(self) -> int:
        path = self.address.path or "0"
        if not path.isdecimal():
            raise Invalid("redis_database_invalid", path=path)
        return int(path)

    @asynccontextmanager
    async def _translated(self) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(_LIMIT_S):
                yield
        except MagicError:
            raise
        except TimeoutError as exc:
            raise Temporary("service_timed_out", server=self, limit_s=f"{_LIMIT_S:.0f}") from exc
        except Exception as exc:
            raise self._said(exc) from exc

    def _said(self, error: Exception) -> MagicError:
        """An error of the client's, in words of ours: never the password."""
        import redis.exceptions as vendor

        words = str(error).rstrip(".") or type(error).__name__
        if self.address.password:
            words = words.replace(self.address.password, "***")
        if isinstance(error, (vendor.AuthenticationError, vendor.AuthorizationError, vendor.NoPermissionError)):
            # Whoever keeps the server may let us in again: nothing is wrong with what was to be done.
            lacks_rights = isinstance(error, vendor.NoPermissionError)
            way_out = "see_store_rights" if lacks_rights else "correct_redis_password"
            return Temporary("server_access_refused", way_out=way_out, server=self, reason=words)
        if isinstance(error, (UnicodeError, vendor.DataError)) or "overflow" in words or "out of range" in words:
            return Invalid("value_not_storable", server=self, reason=words)
        if isinstance(error, vendor.TimeoutError):
            return Temporary("service_timed_out", server=self, limit_s=f"{_ANSWER_S:.0f}")
        if isinstance(error, vendor.OutOfMemoryError):
            return Temporary("redis_full", server=self, reason=words)
        for_now = (vendor.ClusterDownError, vendor.TryAgainError, vendor.ReadOnlyError)
        if (
            isinstance(error, vendor.ResponseError)
            and not isinstance(error, for_now)
            and not words.startswith(_FOR_NOW)
        ):
            return Permanent("server_error", server=self, reason=words)
        if isinstance(error, (vendor.RedisError, OSError)):
            return Temporary("server_error", way_out=way_out_of(words), server=self, reason=words)
        raise error


def _new_enough(server: RedisServer, version: str) -> str:
    if int(version.partition(".")[0]) < _OLDEST:
        raise Refused("server_version_unsupported", server=server, version=version, required=_OLDEST)
    return version
