"""One connection to the shop: who may ask, what fails for now, what has not changed since."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler
from typing import Protocol
from urllib.parse import urlsplit

from magicai.shops.sample.faults import Faults
from magicai.shops.sample.page import SESSION_MARK, SamplePage, plain
from magicai.shops.sample.site import Site

_RECORDED = ("user-agent", "accept-language", "cookie", "if-modified-since", "if-none-match", "origin", "referer")
_IDLE_S = 60
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request that the shop has answered.

    Attributes:
        at: seconds of the monotonic clock, when it came in.
        path: with its query.
        headers: those that tell something about a crawler, names in lower case.
        status: of the answer.
    """

    at: float
    method: str
    path: str
    headers: Headers
    status: int


class _Day(Protocol):
    @property
    def site(self) -> Site: ...

    @property
    def faults(self) -> Faults: ...

    def changed_at(self, target: str, page: SamplePage) -> datetime: ...


class _Server(Protocol):
    """What a connection needs of the server that took it."""

    clock: Callable[[], float]
    stopping: threading.Event
    host: str
    hosts: frozenset[str]

    @property
    def today(self) -> _Day: ...

    def record(self, asked: AnsweredRequest) -> None: ...

    def new_session(self) -> str: ...


class ShopHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD to whoever asks for the shop by its own address."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    # Header and body are two packets: the second would wait for the first one's acknowledgement.
    disable_nagle_algorithm = True
    # Collect an answer, so that it leaves in one piece.
    wbufsize = -1
    server: "_Server"  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        """A page, or why not."""
        at = self.server.clock()
        page, headers = self._refusal() or self._failure() or self._page()
        if self.server.stopping.is_set():
            self.close_connection = True
            return
        asked = {name: self.headers[name] for name in _RECORDED if name in self.headers}
        self.server.record(AnsweredRequest(at, self.command, self.path, asked, page.status))
        self._send(page, headers)

    # The base class finds these by name.
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def version_string(self) -> str:
        """What it calls itself."""
        return "sample-shop"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: `SampleShop.requests` tells it."""

    def _refusal(self) -> tuple[SamplePage, Headers] | None:
        """Any web page can reach a loopback address, by a name of its own or by a script: neither gets an answer."""
        try:
            named = [*self.headers.get_all("Host", []), *filter(None, [urlsplit(self.path).netloc])]
        except ValueError as exc:
            return self._closing(400, f"{self.path!r} is not an address: {exc}.")
        if not named or any(host.lower() not in self.server.hosts for host in named):
            return self._closing(421, f"This shop is {self.server.host}, not {named[0] if named else 'nameless'}.")
        origins = self.headers.get_all("Origin", [])
        if any(origin.lower().removeprefix("http://") not in self.server.hosts for origin in origins):
            return self._closing(403, "Other sites may not read this shop.")
        if self.command not in ("GET", "HEAD"):
            page, headers = self._closing(405, "This shop can only be looked at.")
            return page, {**headers, "Allow": "GET, HEAD"}
        return None

    def _closing(self, status: int, text: str) -> tuple[SamplePage, Headers]:
        # A body may follow that nobody will read.
        self.close_connection = True
        return SamplePage(f"{text}\n".encode(), status, "text/plain; charset=utf-8"), {"Connection": "close"}

    def _failure(self) -> tuple[SamplePage, Headers] | None:
        path = urlsplit(self.path).path
        faults = self.server.today.faults
        self.server.stopping.wait(faults.delay(path))
        failure = faults.failure(path)
        if failure is None:
            return None
        wait = failure.retry_after_s
        page = plain("One moment: the shop is busy.\n" if wait else "Something fell over. Try again.\n")
        return SamplePage(page.body, failure.status, page.content_type), {"Retry-After": str(wait)} if wait else {}

    def _page(self) -> tuple[SamplePage, Headers]:
        parts = urlsplit(self.path)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        page = self.server.today.site.page(target)
        if page.location is not None:
            return page, {"Location": page.location}
        if page.status != 200:  # noqa: PLR2004 - HTTP
            return page, {}
        changed_at = self.server.today.changed_at(target, page)
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:24]}"'
        headers = {
            "ETag": tag,
            "Last-Modified": format_datetime(changed_at, usegmt=True),
            "Cache-Control": "no-cache",
        }
        wanted = self.headers.get("If-None-Match")
        if wanted is not None:
            tags = {part.strip().removeprefix("W/") for part in wanted.split(",")}
            unchanged = tag in tags or "*" in tags
        else:
            unchanged = self._has_seen(changed_at.timestamp())
        if unchanged:
            return SamplePage(status=304, content_type=page.content_type), headers
        mark = SESSION_MARK.encode()
        if mark in page.body:
            page = SamplePage(
                page.body.replace(mark, self.server.new_session().encode()), content_type=page.content_type
            )
        return page, headers

    def _has_seen(self, changed_at: float) -> bool:
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since).timestamp() >= changed_at
        except ValueError:  # HTTP: a date that cannot be read is as if it were not there
            return False

    def _send(self, page: SamplePage, headers: Headers) -> None:
        self.send_response(page.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if page.status != 304:  # noqa: PLR2004 - HTTP: no body, and no length of one
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)
        self.wfile.flush()
