"""A connection to Elasticsearch, with time limits, its errors in words of ours."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from integrations.server_address import ServerAddress, parse, way_out_of
from magicai.errors import MagicError, Missing, Permanent, Refused, Temporary

_PORTS = {"http": 9200, "https": 9200}
ANSWER_S = 30.0
_AT_ONCE = 10
_MAJORS = ("8", "9")
# What a server says while it can't take anything, though it will again.
FOR_NOW = (408, 429, 502, 503, 504)
NOT_LET_IN = (401, 403)
_HEAD = re.compile(r"<RawResponseMessage\(.*", re.DOTALL)


class ElasticsearchServer:
    """Elasticsearch at an address: http://HOST:PORT, or https:// with `?ca=FILE` for an authority of one's own."""

    def __init__(self, address: str, *, api_key: str = "") -> None:
        self.address: ServerAddress = parse("ELASTICSEARCH_URL", address, ports=_PORTS)
        self._secrets = [word for word in (self.address.password, api_key) if word]
        self._api_key = api_key
        self._client: Any = None
        self._closed = False
        self.version = ""

    def __str__(self) -> str:
        return f"Elasticsearch at {self.address}"

    @asynccontextmanager
    async def client(self) -> AsyncGenerator[Any]:
        """The official client; what goes wrong with it within comes out in words of ours."""
        try:
            yield await self._ready()
        except MagicError:
            raise
        except Exception as exc:
            raise self._said(exc) from exc

    async def close(self) -> None:
        """Let go of all connections."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _ready(self) -> Any:
        if self._closed:
            raise Permanent("store_closed", server=self)
        if self._client is None:
            self._client = self._connect()
        if not self.version:
            version = str((await self._client.info())["version"]["number"])
            if version.partition(".")[0] not in _MAJORS:
                raise Refused(
                    "server_version_unsupported",
                    way_out="upgrade_elasticsearch",
                    server=self,
                    version=version,
                    names=" or ".join(_MAJORS),
                )
            self.version = version
        return self._client

    def _connect(self) -> Any:
        try:
            from elastic_transport import AsyncTransport
            from elasticsearch import AsyncElasticsearch
        except ImportError as exc:
            raise Missing("elasticsearch_not_installed") from exc

        class Speaking8(AsyncTransport):
            """Speaks as version 8 does, which a server of version 9 understands, too, and not the other way round."""

            async def perform_request(self, *words: Any, headers: Any = None, **more: Any) -> Any:
                spoken = {
                    name: value.replace("compatible-with=9", "compatible-with=8")
                    for name, value in dict(headers or {}).items()
                }
                return await super().perform_request(*words, headers=spoken, **more)

        address = self.address
        host = f"[{address.host}]" if ":" in address.host else address.host
        path = f"/{address.path}" if address.path else ""
        how: dict[str, Any] = {
            "transport_class": Speaking8,
            "request_timeout": ANSWER_S,
            "max_retries": 0,
            "retry_on_timeout": False,
            "connections_per_node": _AT_ONCE,
        }
        if self._api_key:
            how |= {"api_key": self._api_key}
        elif address.user:
            how |= {"basic_auth": (address.user, address.password)}
        if address.ca is not None:
            how |= {"ca_certs": str(address.ca)}
        return AsyncElasticsearch(f"{address.scheme}://{host}:{address.port}{path}", **how)

    def _said(self, error: Exception) -> MagicError:
        """An error of the client's, in words of ours: never a secret."""
        import elasticsearch as vendor

        words = self._without_secrets(error)
        if isinstance(error, vendor.UnsupportedProductError):
            return Refused("server_not_elasticsearch", address=self.address)
        if isinstance(error, vendor.ApiError):
            return self._answered(int(error.status_code), words)
        if isinstance(error, vendor.ConnectionTimeout):
            return Temporary("service_timed_out", server=self, limit_s=f"{ANSWER_S:.0f}")
        if isinstance(error, vendor.SerializationError):
            return Temporary("elasticsearch_answer_invalid", server=self, reason=words)
        if isinstance(error, (vendor.TransportError, OSError)):
            return Temporary("server_error", way_out=way_out_of(words), server=self, reason=words)
        raise error

    def _answered(self, status: int, words: str) -> MagicError:
        if status in NOT_LET_IN and "cluster_block" not in words:
            # Whoever keeps the server may let us in again: nothing is wrong with what was to be done.
            return Temporary("server_access_refused", server=self, reason=words)
        if status in (*FOR_NOW, *NOT_LET_IN):
            return Temporary("elasticsearch_busy", server=self, reason=words)
        return Permanent("server_error", server=self, reason=words)

    def _without_secrets(self, error: Exception) -> str:
        words = str(error).rstrip(".") or type(error).__name__
        message = str(getattr(error, "message", ""))  # of a certificate, say, which the words leave out
        words = words if message in words else f"{words}: {message}"
        words = _HEAD.sub("its answer was cut off", words)  # what there was of its head is no sentence
        for secret in self._secrets:
            words = words.replace(secret, "***")
        return words[:1000]
