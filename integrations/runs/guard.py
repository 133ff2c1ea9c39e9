"""What stands before Prefect's API, because any web page in the user's browser can reach loopback.

Prefect checks neither Host nor Origin (facts measured on 3.9.1): a foreign page's simple GET, a WebSocket and DNS
rebinding would all pass. So would its open API documentation.
"""

import base64
import json
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_CLOSED = frozenset({"/docs", "/redoc", "/openapi.json", "/api/docs", "/api/redoc", "/api/openapi.json"})
_LINK_LIFETIME_S = 300


class Guard:
    """Refuses foreign origins and hosts, counts what is under way, and logs in by a link that works once."""

    def __init__(self, app: ASGIApp, *, port: int, credential: str) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._basic = base64.b64encode(credential.encode()).decode()
        self._links: dict[str, float] = {}
        self.open = 0
        self.last = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            if scope["type"] == "websocket":
                await receive()
                return await send({"type": "websocket.close", "code": 1008, "reason": refused})
            return await PlainTextResponse(refused, 403)(scope, receive, send)
        own = self._own_route(scope, headers)
        if own is not None:
            return await own(scope, receive, send)
        return await self._counted(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._hosts:
            return f"Host {host!r} is not this server."
        if origin is not None and origin not in self._origins:
            return f"Requests from {origin!r} are refused."
        if scope["type"] == "http" and scope["path"] in _CLOSED:
            return "The API's documentation is closed."
        return None

    def _own_route(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["type"] != "http":
            return None
        path: str = scope["path"]
        if path == "/login-links" and scope["method"] == "POST":
            return self._new_link(headers)
        if path.startswith("/login/"):
            return self._log_in(path.removeprefix("/login/"), scope)
        return None

    def _new_link(self, headers: Headers) -> Response:
        if not secrets.compare_digest(headers.get("authorization", ""), f"Basic {self._basic}"):
            return PlainTextResponse("Unauthorized", 401)
        token = secrets.token_urlsafe(24)
        self._links[token] = time.monotonic() + _LINK_LIFETIME_S
        return JSONResponse({"path": f"/login/{token}"})

    def _log_in(self, token: str, scope: Scope) -> Response:
        until = self._links.pop(token, 0.0)
        if time.monotonic() > until:
            return PlainTextResponse("This link has been used, or is too old; `magicai ui` makes a new one.", 403)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        target = query.get("next", ["/"])[0]
        if not target.startswith("/") or target.startswith("//"):
            target = "/"
        script = (
            f"localStorage.setItem('prefect-password', {json.dumps(self._basic)});"
            f"location.replace({json.dumps(target).replace('<', chr(92) + 'u003c')});"
        )
        return HTMLResponse(
            f"<!doctype html><title>MagicAI</title><script>{script}</script>",
            headers={"cache-control": "no-store", "referrer-policy": "no-referrer"},
        )

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/api/health":
            return await self._app(scope, receive, send)
        self.open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.open -= 1
            self.last = time.monotonic()

    def idle_s(self, clock: Callable[[], float] = time.monotonic) -> float:
        """Seconds for which nothing has been under way."""
        return 0.0 if self.open else clock() - self.last
