"""ChromaDB's own asynchronous client, with what it leaves out: time limits, checked certificates, errors of ours.

As it comes, it waits for ever, checks no certificate, shares one connection pool, and so one token, among all servers
of a process, hides the status of what a proxy refuses, and takes settings from a `.env` where it happens to run.
"""

import asyncio
import base64
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import httpx
from chromadb.api.async_fastapi import AsyncFastAPI
from chromadb.api.models.AsyncCollection import AsyncCollection
from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings, System
from chromadb.errors import ChromaError, NotFoundError
from typing_extensions import override

from integrations.vectors.shown import INDEX
from magicai.errors import Invalid, MagicError, Permanent, Temporary
from magicai.messages import say
from magicai.values.masked import masked

T = TypeVar("T")

_PORTS = {"http": 8000, "https": 443}
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and who asks: `http://USER:PASSWORD@HOST:PORT/TENANT/DATABASE`.

    Attributes:
        shown: without user name and password.
    """

    shown: str
    scheme: str
    host: str
    port: int
    tenant: str
    database: str
    headers: dict[str, str]

    @classmethod
    def of(cls, url: str, token: str | None) -> "Address":
        """What an address says.

        Raises:
            Invalid: it is none of a ChromaDB server.
        """
        shown = masked(url)
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as exc:
            raise Invalid(
                "setting_invalid",
                way_out="use_chromadb_address",
                setting="CHROMADB_URL",
                value=shown,
                reason=exc,
            ) from exc
        path = [unquote(part) for part in parts.path.split("/") if part]
        if parts.scheme not in _PORTS or not parts.hostname or len(path) not in (0, 2) or parts.query:
            raise Invalid(
                "store_server_invalid",
                way_out="use_chromadb_address",
                variable="CHROMADB_URL",
                address=shown,
                role="ChromaDB",
            )
        tenant, database = path or (DEFAULT_TENANT, DEFAULT_DATABASE)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        headers: dict[str, str] = {}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        if token:
            # Chroma's own servers read one or the other, proxies the first.
            headers["X-Chroma-Token"] = token
            headers.setdefault("Authorization", f"Bearer {token}")
        return cls(shown, parts.scheme, host, port or _PORTS[parts.scheme], tenant, database, headers)


class Api(AsyncFastAPI):
    """Requests to one server.

    Args:
        limit_s: for each request, whatever the server does.
    """

    def __init__(self, address: Address, limit_s: float) -> None:
        settings = Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue]
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.async_fastapi.AsyncFastAPI",
            chroma_server_host=address.host,
            chroma_server_http_port=address.port,
            chroma_server_ssl_enabled=address.scheme == "https",
        )
        super().__init__(System(settings))
        self._address, self._limit_s = address, limit_s
        self._session = httpx.AsyncClient(
            # Of each step; of the whole exchange it is kept below.
            timeout=limit_s,
            headers={**address.headers, "Content-Type": "application/json"},
            verify=ssl.create_default_context() if address.scheme == "https" else False,
            limits=self.http_limits,
            trust_env=False,
            event_hooks={"response": [self._judge]},
        )

    @override
    def _get_client(self) -> httpx.AsyncClient:
        return self._session

    @override
    async def _make_request(self, method: str, path: str, **kwargs: Any) -> Any:
        try:
            async with asyncio.timeout(self._limit_s):
                return await super()._make_request(method, path, **kwargs)
        except TimeoutError as exc:
            raise Temporary(
                "service_timed_out", server=f"ChromaDB at {self._address.shown}", limit_s=f"{self._limit_s:g}"
            ) from exc
        except httpx.TransportError as exc:
            if "CERTIFICATE_VERIFY_FAILED" in str(exc):
                raise Permanent("chromadb_certificate_untrusted", shown=self._address.shown, reason=exc) from exc
            raise Temporary("chromadb_unreachable", shown=self._address.shown, reason=_said(exc)) from exc

    async def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return
        said = (await answer.aread()).decode(errors="replace")[:_MOST_WORDS]
        reason = said or answer.reason_phrase
        what = say("chromadb_error_status", shown=self._address.shown, status=status, reason=reason)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise Permanent(what, way_out="correct_chromadb_credentials")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Temporary(what, retry_after_s=_seconds(answer.headers.get("Retry-After")))
        if "error" not in said:
            raise Permanent(what, way_out="use_chromadb_api_2")


class Connection:
    """One collection of a server, made where it is not there, and made again after the server has lost it."""

    def __init__(self, address: Address, name: str, limit_s: float, made_by: Mapping[str, Any] | None = None) -> None:
        self._address, self._name, self._made_by = address, name, made_by
        self._api = Api(address, limit_s)
        self._collection: AsyncCollection | None = None

    async def use(self, do: Callable[[Any], Awaitable[T]]) -> T:
        """What `do` makes of the collection; it may run twice.

        Raises:
            Temporary: the server is not there, or busy.
            Permanent: it refuses.
        """
        try:
            try:
                return await do(await self._opened())
            except NotFoundError:  # it was started again, empty
                self._collection = None
                return await do(await self._opened())
        except MagicError:
            raise
        except (ChromaError, ValueError, TypeError, KeyError) as exc:
            opened = self._collection is not None
            way_out = None if opened else "set_chromadb_tenant"
            raise Permanent("chromadb_rejected", way_out=way_out, shown=self._address.shown, reason=_said(exc)) from exc
        except Exception as exc:  # its client raises bare exceptions for what it does not know
            raise Permanent("chromadb_failed", shown=self._address.shown, reason=_said(exc)) from exc

    async def largest_batch(self) -> int:
        """How many rows the server takes at once."""
        most = await self.use(lambda _: self._api.get_max_batch_size())
        return most if most > 0 else 1000

    async def remove(self) -> None:
        """Remove the collection; one that is not there is removed already."""

        async def delete(_: Any) -> None:
            await self._api.delete_collection(self._name, tenant=self._address.tenant, database=self._address.database)

        await self.use(delete)
        self._collection = None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api._session.aclose()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    async def _opened(self) -> AsyncCollection:
        if self._collection is None:
            model = await self._api.create_collection(
                self._name,
                configuration=cast("Any", {"hnsw": INDEX}),
                metadata=dict(self._made_by) if self._made_by else None,
                get_or_create=True,
                tenant=self._address.tenant,
                database=self._address.database,
            )
            # Never Chroma's own embedding function, which downloads a model.
            self._collection = AsyncCollection(client=self._api, model=model, embedding_function=None)
        return self._collection


def _said(exc: Exception) -> str:
    return (str(exc) or type(exc).__name__)[:_MOST_WORDS]


def _seconds(value: str | None) -> float | None:
    return float(value) if value is not None and value.isdecimal() else None
