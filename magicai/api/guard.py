"""What stands before every route: the right host, no foreign page, a line in the log, headers for the browser.

Any web page in the user's browser can reach loopback, and a name of its own can be made to lead here.
"""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from integrations.logs import FIELDS
from magicai.api.access import headers_of
from magicai.api.cookies import without_foreign_cookies
from magicai.api.metrics import Metrics
from magicai.api.problems import answer
from magicai.messages import Message as Told
from magicai.messages import Surface, say
from magicai.values.ids import new_id

_access = logging.getLogger("magicai.access")
_access.setLevel(logging.INFO)  # one line a request, whatever else is logged
_VERSIONS = frozenset({"1.0", "1.1"})
_FOREIGN_SITES = ("cross-site", "same-site")  # another port of this machine is the same site
_SAFE = ("GET", "HEAD")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?")
_RAW = tuple((name.lower().encode(), value.encode()) for name, value in _HEADERS.items())


class RequestGuard:
    """Refuses foreign hosts and pages, tells each answer to the log and the metrics.

    Args:
        hosts: names of this server that settings list.
        origins: other sites whose pages may call.
        metrics: where requests are counted.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: tuple[str, ...],
        origins: tuple[str, ...],
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._metrics, self._clock = app, metrics, clock
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        scope.setdefault("state", {})
        scope["headers"] = without_foreign_cookies(scope["headers"], scope)
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal is None:
                return await self._app(scope, receive, send)
            await receive()
            return await send({"type": "websocket.close", "code": 1008, "reason": refusal[1].text(Surface.API)[:120]})
        answering = _Answer(scope, send, self._clock(), new_id())
        with bound_contextvars(request_id=answering.request_id):
            try:
                inner = self._app if refusal is None else answer(*refusal)
                await inner(scope, receive, answering.send)
            except ClientDisconnect:
                pass  # they have hung up: nobody waits for an answer, and nothing is broken
            finally:
                answering.ended = self._clock()
                # Once it is on its way: the loop sends what it was given when this turn is over.
                asyncio.get_running_loop().call_soon(self._tell, scope, headers, answering)
        return None

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, Told] | None:
        if scope.get("http_version", "1.1") not in _VERSIONS:
            return 400, say("http_version_unsupported", version=scope["http_version"])
        if scope["path"].startswith("/health/"):
            return None  # asked by address
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not self._is_here(hosts[0]):
            return 421, say("host_not_served", host=", ".join(hosts))
        own = {f"http://{hosts[0].lower()}", f"https://{hosts[0].lower()}"}
        foreign = [origin for origin in origins if origin.lower() not in own | self._origins]
        if foreign or len(origins) > 1:
            return 403, say("origin_not_allowed", origin=", ".join(origins))
        site = headers.get("sec-fetch-site")
        if site in _FOREIGN_SITES and not origins and not _opens_a_page(scope, headers):
            return 403, say("cross_site_request")
        return None

    def _is_here(self, host: str) -> bool:
        host = host.lower()
        if host in self._hosts:
            return True
        # Nothing but a name and a port: what stands before or behind would be another server to some readers.
        read = _HOST.fullmatch(host)
        if read is None:
            return False
        name = read["name"]
        return name in self._hosts or name == "localhost" or _is_loopback(name)

    def _tell(self, scope: Scope, headers: Headers, answering: "_Answer") -> None:
        seconds = answering.ended - answering.began
        route = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", "other")
        status = answering.status or 499
        self._metrics.requests.labels(scope["method"] if status != 405 else "other", route, str(status)).inc()  # noqa: PLR2004
        self._metrics.seconds.labels(route).observe(seconds)
        caller = scope["state"].get("caller")
        fields = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
            "bytes": answering.bytes,
            "user_id": caller.user.user_id if caller else None,
            "run_id": scope["state"].get("run_id") or scope.get("path_params", {}).get("run_id"),
            "address": scope["client"][0] if scope.get("client") else None,
            "agent": headers.get("user-agent", "")[:120],
        }
        _access.info("request", extra={FIELDS: fields})


class _Answer:
    """An answer on its way out."""

    def __init__(self, scope: Scope, send: Send, began: float, request_id: str) -> None:
        self._scope, self._send, self.began, self.request_id = scope, send, began, request_id
        self.ended = began
        self.status, self.bytes = 0, 0

    async def send(self, message: Message) -> None:
        """Add what every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), (b"x-request-id", self.request_id.encode())]
            given = {name.lower() for name, _ in headers}
            headers += [header for header in _RAW if header[0] not in given]
            if b"cache-control" not in given and self._scope["path"].startswith(("/api", "/login", "/mcp")):
                headers.append((b"cache-control", b"no-store"))
            allowance = self._scope["state"].get("allowance")
            if allowance:
                headers += [(name.lower().encode(), value.encode()) for name, value in headers_of(allowance).items()]
            message["headers"] = headers
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
        await self._send(message)


@lru_cache(256)
def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _opens_a_page(scope: Scope, headers: Headers) -> bool:
    """Whether somebody followed a link here, which shows them this server's page and tells the other site nothing."""
    navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return scope["type"] == "http" and scope["method"] in _SAFE and navigates
