"""Bodies and results in a bucket of an S3-compatible store: one object each, which is there whole or not at all."""

import asyncio
import hashlib
import mimetypes
import os
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import zstandard

from integrations.files.bodies import damaged, unpacked
from integrations.files.disk import discard, write_whole
from integrations.files.names import checked, digest_of, is_digest
from magicai.errors import Invalid, MagicError, Missing, NotFound, Permanent, Temporary
from magicai.messages import Message, say
from magicai.values.masked import masked

T = TypeVar("T")

_LIMIT_S = 60.0
_CONNECT_S = 5.0
_LEVEL = 1
_AT_ONCE = 16
_LISTED_AT_ONCE = 1000
_MOST_WORDS = 300
_OPTIONS = {"endpoint", "region"}
# obstore tells a status by its words only. 408 and 429 are worth another try.
_REFUSED = re.compile(r"status code: 4(?!08|29)")
# Where machines in a cloud ask for keys; whoever is sent there has none.
_METADATA = "http://169.254.169.254/"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the bucket is: `s3://BUCKET/PREFIX?endpoint=http://HOST:PORT&region=NAME`."""

    bucket: str
    prefix: str
    options: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, url: str) -> "Address":
        """What an address says.

        Raises:
            Invalid: it is none of a bucket.
        """
        try:
            parts = urlsplit(url)
            options = {
                name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()
            }
        except ValueError as exc:
            raise Invalid("bucket_address_invalid", url=masked(url), reason=exc) from exc
        if parts.username is not None:
            raise Invalid("files_url_contains_keys", url=masked(url))
        endpoint = options.get("endpoint", "http://-")
        if parts.scheme != "s3" or not parts.netloc or options.keys() - _OPTIONS or "://" not in endpoint:
            raise Invalid("address_not_bucket", url=masked(url))
        return cls(parts.netloc, unquote(parts.path).strip("/"), options)


class S3Files:
    """Files in a bucket; keys and anything else that S3 clients know come from the environment.

    Args:
        url: of the bucket, and a prefix in it.
        namespace: of this installation, behind the prefix.
        copies: a folder for results that somebody opens here.
        limit_s: for each request.

    Raises:
        Invalid: the address is none of a bucket.
        Missing: obstore is not installed.
    """

    def __init__(self, url: str, namespace: str, copies: Path, *, limit_s: float = _LIMIT_S) -> None:
        if find_spec("obstore") is None:
            raise Missing("obstore_not_installed")
        address = Address.of(url)
        prefix = f"{address.prefix}/{namespace}".lstrip("/")
        self._where = f"s3://{address.bucket}/{prefix}"
        self.results_at = f"{self._where}/results"
        self._copies, self._limit_s = copies, limit_s
        self._store = _opened(address, prefix, limit_s)
        self._free = asyncio.Semaphore(_AT_ONCE)

    async def put(self, bodies: Sequence[bytes], digests: Sequence[str] = ()) -> list[str]:
        """Keep bodies; answers their SHA-256 as hex, in order."""
        digests = list(digests) or [hashlib.sha256(body).hexdigest() for body in bodies]
        # One that is there is written again: it is as good as new, and not to be pruned before the records name it.
        await asyncio.gather(*(self._put(*one) for one in dict(zip(digests, bodies, strict=True)).items()))
        return digests

    async def _put(self, digest: str, body: bytes) -> None:
        async with self._free:
            packed = await asyncio.to_thread(zstandard.ZstdCompressor(level=_LEVEL).compress, body)
            await self._ask(lambda obs, store: obs.put_async(store, _body(digest), packed))

    async def get(self, digest: str) -> bytes:
        """A body.

        Raises:
            NotFound: it was never there, or its time is over.
        """
        packed = await self._read(_body(digest_of(digest)), say("body_deleted", digest=digest))
        body = await asyncio.to_thread(unpacked, packed, bytes.fromhex(digest))
        if body is None:
            await self._ask(lambda obs, store: obs.delete_async(store, [_body(digest)]))
            raise damaged(bytes.fromhex(digest))
        return body

    async def save(self, name: str, body: bytes | Path) -> str:
        """Keep a result under `run-id/file.ext`, replacing it whole or not at all; answers its location."""
        key = _result(name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind += "; charset=utf-8" if kind.startswith("text/") else ""
        await self._ask(lambda obs, store: obs.put_async(store, key, body, attributes={"Content-Type": kind}))
        return f"{self.results_at}/{name}"

    async def results(self) -> AsyncIterator[str]:
        """Names of all results, in order."""
        async for page in self._listed("results"):
            for one in page:
                yield one["path"].removeprefix("results/")

    async def result(self, name: str) -> bytes:
        """A result.

        Raises:
            NotFound: none of that name.
        """
        return await self._read(_result(name), say("result_not_found", name=name))

    async def here(self, name: str) -> Path:
        """A copy of a result on this machine.

        Raises:
            NotFound: none of that name.
        """
        path = self._copies / checked(name)
        await asyncio.to_thread(write_whole, path, await self.result(name))
        return path

    async def discard(self, names: Sequence[str]) -> None:
        """Remove results, and this machine's copies of them; those that are not there are passed over."""
        keys = [_result(name) for name in names]
        if keys:
            await self._ask(lambda obs, store: obs.delete_async(store, keys))
        await asyncio.to_thread(discard, [self._copies / name for name in names])

    async def prune(self, keep: AsyncIterator[str], *, before: int, among: AbstractSet[str] | None = None) -> int:
        """Remove bodies older than `before` (UTC microseconds) that are not in `keep`; answers how many."""
        kept = {bytes.fromhex(digest) async for digest in keep if is_digest(digest)}
        these = None if among is None else {bytes.fromhex(digest) for digest in among if is_digest(digest)}
        removed = 0
        async for page in self._listed("bodies"):
            old = [
                one["path"]
                for one in page
                if one["last_modified"].timestamp() * 1_000_000 < before
                and not _names_one_of(one["path"], kept)
                and (these is None or _names_one_of(one["path"], these))
            ]
            if old:
                await self._ask(lambda obs, store, old=old: obs.delete_async(store, old))
                removed += len(old)
        return removed

    async def check(self) -> str:
        """Write, read back and remove a file; answers where."""
        key, body = f"check/{secrets.token_hex(8)}", secrets.token_bytes(16)
        await self._ask(lambda obs, store: obs.put_async(store, key, body))
        same = await self._read(key, say("store_write_lost", server=self._where)) == body
        await self._ask(lambda obs, store: obs.delete_async(store, [key]))
        if not same:
            raise Permanent("stored_bytes_differ", folder=self._where)
        return f"stores files in {self._where}"

    async def close(self) -> None:
        """There is nothing to let go of: connections that nobody uses close themselves."""

    async def _read(self, key: str, otherwise: Message) -> bytes:
        async def do(obs: Any, store: Any) -> bytes:
            return bytes(await (await obs.get_async(store, key)).bytes_async())

        try:
            return await self._ask(do)
        except NotFound as exc:
            raise NotFound(otherwise) from exc

    async def _listed(self, prefix: str) -> AsyncIterator[Sequence[Any]]:
        async def first(obs: Any, store: Any) -> Any:
            return obs.list(store, prefix=prefix, chunk_size=_LISTED_AT_ONCE).__aiter__()

        async def following(obs: Any, store: Any) -> Any:  # noqa: ARG001
            return await anext(stream, None)

        stream = await self._ask(first)
        while page := await self._ask(following):
            yield page

    async def _ask(self, do: Callable[[Any, Any], Awaitable[T]]) -> T:
        """What `do` makes of the store.

        Raises:
            NotFound: there is no such object.
            Temporary: the store is not there, or busy.
            Permanent: it refuses.
        """
        import obstore

        try:
            async with asyncio.timeout(self._limit_s):
                return await do(obstore, self._store)
        except TimeoutError as exc:
            raise Temporary(
                "service_timed_out", server=self._where, limit_s=f"{self._limit_s:g}", way_out="check_file_server"
            ) from exc
        except FileNotFoundError as exc:
            if "NoSuchBucket" in str(exc):
                raise Permanent("bucket_not_found", where=self._where) from exc
            raise NotFound("file_store_error", where=self._where, said=_said(exc)) from exc
        except MagicError:
            raise
        except Exception as exc:
            raise self._translated(exc) from exc

    def _translated(self, exc: Exception) -> MagicError:
        from obstore.exceptions import GenericError, PermissionDeniedError, UnauthenticatedError

        said = _said(exc)
        if isinstance(exc, (PermissionDeniedError, UnauthenticatedError)) or _METADATA in said:
            return Permanent("file_store_error", way_out="check_aws_access", where=self._where, said=said)
        refused = _REFUSED.search(said)
        if isinstance(exc, GenericError) and not refused:
            return Temporary("file_store_error", way_out="check_file_server", where=self._where, said=said)
        return Permanent("file_store_error", where=self._where, said=said)


def _opened(address: Address, prefix: str, limit_s: float) -> Any:
    from obstore.store import S3Store

    options: dict[str, Any] = dict(address.options)
    limits: dict[str, Any] = {"timeout": timedelta(seconds=limit_s), "connect_timeout": timedelta(seconds=_CONNECT_S)}
    endpoint = options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
    if endpoint.startswith("http://"):
        limits["allow_http"] = True
    # Whoever runs a task tries again.
    retries: Any = {"max_retries": 0, "retry_timeout": timedelta(seconds=limit_s)}
    return S3Store(address.bucket, prefix=prefix, config=options, client_options=limits, retry_config=retries)  # pyright: ignore[reportArgumentType]


def _said(exc: Exception) -> str:
    return " ".join(str(exc).partition("Debug source")[0].split())[:_MOST_WORDS]


def _body(digest: str) -> str:
    return f"bodies/{digest[:2]}/{digest}"


def _result(name: str) -> str:
    return f"results/{checked(name)}"


def _names_one_of(path: str, digests: set[bytes]) -> bool:
    digest = path.rpartition("/")[2]
    return is_digest(digest) and bytes.fromhex(digest) in digests
