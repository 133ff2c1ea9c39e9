"""What stands before Prefect's API, because any web page in the user's browser can reach loopback.

Prefect checks neither Host nor Origin (facts measured on 3.9.1): a foreign page's simple GET, a WebSocket and DNS
rebinding would all pass. So would its open API documentation.
"""

import base64
import json
import os
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from integrations.prefect.times import answer_times

_CLOSED = frozenset({"/docs", "/redoc", "/openapi.json", "/api/docs", "/api/redoc", "/api/openapi.json"})
_LINK_LIFETIME_S = 300
# A run's process imports Prefect between finding its server and asking it for the first time.
_FIRST_USE_S = 60.0
# Pages of the user interface, such as /runs/flow-run/ID: nothing in which a browser could find another host.
_PAGE = re.compile(r"/|(/[A-Za-z0-9_-]+)+")
_FOREIGN_SITES = ("cross-site", "same-site")  # another port of this machine is the same site


@dataclass(slots=True)
class _Use:
    last: float
    open: int = 0

    def idle_s(self, now: float) -> float:
        return 0.0 if self.open else now - self.last


class Guard:
    """Refuses foreign origins and hosts, counts what is under way, and logs in by a link that works once.

    Attributes:
        leaving: whether somebody asked it to end as soon as nobody uses it.
    """

    def __init__(
        self, app: ASGIApp, *, port: int, credential: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._basic = base64.b64encode(credential.encode()).decode()
        self._links: dict[str, float] = {}
        self._clock = clock
        self._all, self._programs = _Use(clock()), _Use(clock())
        self.leaving = False
        self._used = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        # Nothing here is told by cookies, and FastAPI reads those of every request: before Python 3.11.10 and 3.12.6
        # one head of backslashes keeps its reader busy for seconds (CVE-2024-7592).
        scope["headers"] = [header for header in scope["headers"] if header[0] != b"cookie"]
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            if scope["type"] == "websocket":
                await receive()
                return await send({"type": "websocket.close", "code": 1008, "reason": refused})
            return await PlainTextResponse(refused, 403)(scope, receive, send)
        uses = [self._all] if "sec-fetch-site" in headers else [self._all, self._programs]
        for use in uses:
            use.open += 1
        try:
            answer = self._own_route(scope, headers)
            if answer is None:
                answer, self._used = self._app, True
            await answer(scope, receive, send)
        finally:
            for use in uses:
                use.open -= 1
                use.last = self._clock()

    def begin(self) -> None:
        """It answers from now on: however long it took to start, nobody could ask it."""
        self._all.last = self._programs.last = self._clock()

    def is_idle(self, limit_s: float) -> bool:
        """Whether nothing has been under way for so long; whoever it was started for has a while to begin with it."""
        return self._all.idle_s(self._clock()) > (limit_s if self._used else max(limit_s, _FIRST_USE_S))

    def unneeded_s(self) -> float:
        """Seconds for which no program has used it: a page that was left open asks for ever."""
        return self._programs.idle_s(self._clock())

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return f"Host {', '.join(hosts)!r} is not this server."
        if any(origin not in self._origins for origin in origins):
            return f"Requests from {', '.join(origins)!r} are refused."
        if headers.get("sec-fetch-site") in _FOREIGN_SITES and not _opens_a_page(scope, headers):
            return "Requests from other sites are refused."
        if scope["type"] == "http" and scope["path"] in _CLOSED:
            return "The API's documentation is closed."
        return None

    def _own_route(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        match scope.get("method"), scope["path"].split("/"):  # a WebSocket has none
            case "GET", ["", "login", token]:
                return self._log_in(token, scope)
            case "POST", ["", "login-links"]:
                return self._for_owner(headers, self._new_link)
            case "GET", ["", "server"]:
                return self._for_owner(headers, lambda: {"pid": os.getpid()})
            case "POST", ["", "leave"]:
                return self._for_owner(headers, self._leave)
            case "POST", ["", "times"]:
                return self._refuse_others(headers) or answer_times
            case _:
                return None

    def _for_owner(self, headers: Headers, act: Callable[[], dict[str, object]]) -> Response:
        return self._refuse_others(headers) or JSONResponse(act())

    def _refuse_others(self, headers: Headers) -> Response | None:
        if secrets.compare_digest(headers.get("authorization", "").encode(), f"Basic {self._basic}".encode()):
            return None
        return PlainTextResponse("Unauthorized", 401)

    def _leave(self) -> dict[str, object]:
        self.leaving = True
        return {}

    def _new_link(self) -> dict[str, object]:
        self._links = {token: until for token, until in self._links.items() if until > self._clock()}
        token = secrets.token_urlsafe(24)
        self._links[token] = self._clock() + _LINK_LIFETIME_S
        return {"path": f"/login/{token}"}

    def _log_in(self, token: str, scope: Scope) -> Response:
        until = self._links.pop(token, None)
        if until is None or self._clock() > until:
            return PlainTextResponse("This link was already used, or has expired. To get a new one: magicai ui", 403)
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("next", ["/"])[0]
        target = wanted if _PAGE.fullmatch(wanted) else "/"
        script = (
            f"localStorage.setItem('prefect-password', {json.dumps(self._basic)});"
            f"location.replace({json.dumps(target)});"
        )
        return HTMLResponse(
            f"<!doctype html><title>MagicAI</title><script>{script}</script>",
            headers={"cache-control": "no-store", "referrer-policy": "no-referrer"},
        )


def _opens_a_page(scope: Scope, headers: Headers) -> bool:
    """Whether somebody followed a link here, which shows them this server's page and tells the other site nothing."""
    navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return scope["type"] == "http" and scope["method"] == "GET" and navigates
