"""The shop as a server on loopback."""

import hashlib
import itertools
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

from magicai.errors import Conflict
from magicai.shops.sample.faults import Faults
from magicai.shops.sample.handler import AnsweredRequest, ShopHandler
from magicai.shops.sample.page import SamplePage
from magicai.shops.sample.site import Site

LOOPBACK = "127.0.0.1"
_FIRST_DAY_AT = datetime(2026, 3, 2, 6, tzinfo=UTC)
_BETWEEN_DAYS = timedelta(weeks=1)
_STOP_S = 0.05
_JOIN_S = 2


class Today:
    """What the shop shows on a day, and what fails on it for a while."""

    def __init__(self, day: int, base: str, faults: Faults) -> None:
        self.day = day
        self.site = Site(day, base)
        self.faults = faults
        self._before = {earlier: Site(earlier, base) for earlier in sorted({1, day - 1} - {0, day})}

    def changed_at(self, target: str, page: SamplePage) -> datetime:
        """When what is behind an address got its present form, or had it already."""
        same = (day for day, site in self._before.items() if site.page(target) == page)
        return _FIRST_DAY_AT + (next(same, self.day) - 1) * _BETWEEN_DAYS


class ShopServer(ThreadingHTTPServer):
    """One thread a connection; ending it ends them."""

    daemon_threads = True
    # With the base class's five, the sixth of a crawler's connections waits a second.
    request_queue_size = 128
    # On Windows this would let two shops have one port.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.stopping = threading.Event()
        self.today: Today  # set before the first request
        self._lock = threading.Lock()
        self._asked: list[AnsweredRequest] = []
        self._open: set[socket.socket] = set()
        self._sessions = itertools.count()
        self._salt = secrets.token_bytes(8)
        super().__init__((LOOPBACK, port), ShopHandler)
        port = self.server_address[1]
        self.host = f"{LOOPBACK}:{port}"
        self.hosts = frozenset({self.host, f"localhost:{port}"})

    def server_bind(self) -> None:
        """As the base class, without asking a name server for the name of 127.0.0.1."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def record(self, asked: AnsweredRequest) -> None:
        """Remember a request."""
        with self._lock:
            self._asked.append(asked)

    def asked(self, *, forget: bool = False) -> tuple[AnsweredRequest, ...]:
        """The requests so far, oldest first."""
        with self._lock:
            asked = tuple(self._asked)
            if forget:
                self._asked.clear()
        return asked

    def new_session(self) -> str:
        """A session id that nobody had before."""
        number = next(self._sessions).to_bytes(8, "big")
        return hashlib.blake2b(number, key=self._salt, digest_size=12).hexdigest()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the shop's; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        """End every connection, the idle ones too, and wait until their threads have seen it."""
        self.stopping.set()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):  # it has just ended by itself
                connection.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + _JOIN_S
        while self._open and time.monotonic() < until:
            time.sleep(0.005)


class SampleShop:
    """A shop of our own making on loopback, to crawl, to look at, and to test with.

    `with SampleShop() as shop: ...shop.url...`

    Args:
        day: from 1; on each of them prices have changed, and products come and gone.
        port: 0 for any that is free.
        slow_s: seconds that its slow pages take.
        clock: seconds from anywhere, rising; what busy pages measure waiting by.

    Raises:
        ValueError: there is no such day.
        Conflict: on entering, the port is taken.
    """

    def __init__(
        self,
        day: int = 1,
        port: int = 0,
        slow_s: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if day < 1:
            raise ValueError(f"the sample shop has no day {day!r}, only 1 and those after it")
        self._day = day
        self._port = port
        self._slow_s = slow_s
        self._clock = clock
        self._server: ShopServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        try:
            self._server = ShopServer(self._port, self._clock)
        except OSError as exc:
            raise Conflict(
                "port_unavailable", port=self._port, reason=exc.strerror, way_out="choose_free_port"
            ) from exc
        self.day = self._day
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_STOP_S,), name="sample-shop", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        server = self._running
        server.stopping.set()
        server.shutdown()
        server.hang_up()
        server.server_close()
        if self._thread is not None:
            self._thread.join()
        self._server = self._thread = None

    @property
    def host(self) -> str:
        """Its address and port, as a setting lists them: 127.0.0.1:PORT."""
        return self._running.host

    @property
    def url(self) -> str:
        """Its front page."""
        return f"http://{self.host}/"

    @property
    def day(self) -> int:
        """The day that it shows; setting it takes effect with the next request, and its failing pages fail anew."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        server = self._running
        server.today = Today(day, f"http://{server.host}", Faults(self._slow_s, self._clock))
        self._day = day

    @property
    def requests(self) -> tuple[AnsweredRequest, ...]:
        """What it was asked so far, oldest first: a copy."""
        return self._running.asked()

    def forget_requests(self) -> tuple[AnsweredRequest, ...]:
        """What it was asked so far, which `requests` then no longer has."""
        return self._running.asked(forget=True)

    @property
    def _running(self) -> ShopServer:
        if self._server is None:
            raise RuntimeError("the sample shop serves only inside its with block")
        return self._server
