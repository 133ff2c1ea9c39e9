"""One shop on a loopback port, for as long as a `with` block lasts."""

import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from benchmarks.shop_systems.catalogue import load
from benchmarks.shop_systems.options import Options
from benchmarks.shop_systems.system import Expected, System
from benchmarks.shop_systems.systems import BY_NAME


@dataclass(frozen=True, slots=True)
class RunningShop:
    """A shop that answers at `url`; `requested` counts what was asked for, by path and query."""

    url: str
    host: str
    expected: list[Expected]
    system: System
    requested: Counter[str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    system: System
    requested: Counter[str]
    lock: threading.Lock


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]: the one that `serve` makes
    protocol_version = "HTTP/1.1"
    # A kept connection that nobody uses ends its thread.
    timeout = 30
    # A client that keeps its connection must not wait for a delayed acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.requested[self.path] += 1
        parts = urlsplit(self.path)
        answer = self.server.system.respond(unquote(parts.path), dict(parse_qsl(parts.query)))
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing: the table is what one came for."""


@contextmanager
def serve(catalogue: Path | str, system: str, **options: Any) -> Generator[RunningShop]:
    """Run one shop on 127.0.0.1.

    Args:
        catalogue: JSON of one of the shapes of `catalogue.load`.
        system: one of `SYSTEMS`.
        options: fields of `Options`.

    Raises:
        ValueError: there is no such system, or the system has no such option.
    """
    if system not in BY_NAME:
        raise ValueError(f"no shop system {system}; there is {', '.join(BY_NAME)}")
    chosen = Options(**options)
    with _Server(("127.0.0.1", 0), _Handler) as server:
        host = f"127.0.0.1:{server.server_address[1]}"
        shop = BY_NAME[system](load(Path(catalogue), chosen.limit), chosen, f"http://{host}")
        server.system, server.requested, server.lock = shop, Counter(), threading.Lock()
        # No wall clock in the poll: `shutdown` waits for at most this long.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield RunningShop(f"http://{host}/", host, shop.expected(), shop, server.requested)
        finally:
            server.shutdown()
            thread.join()
