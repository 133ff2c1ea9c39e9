"""What somebody made to take for ever to read ends with its run: at its limit, at Ctrl-C, and with the command."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil
import pytest

from integrations.prefect import server_on_demand
from magicai.runs.run import RunStatus
from tests.house import House, result_of, run_of, until

pytestmark = pytest.mark.faults
# Without an item; it is read for 20 seconds, unless its run ends before.
_ENDLESS = b"<rss>" + b"<a><b/></a>" * 8_000_000
_ENDED_S = 5.0


def readers(house: House) -> list[psutil.Process]:
    """The processes that read files of this house."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            server = process.parent()
            ours = process.environ().get("PYTHONPATH") == str(house.folder)
            if ours and server and _is_server(process) and _is_server(server):
                found.append(process)
    return found


def _is_server(process: psutil.Process) -> bool:
    return "integrations.parsing.fork_server" in process.cmdline()


@pytest.fixture(name="endless")
def a_feed_without_items(tmp_path: Path) -> Path:
    path = tmp_path / "attack.xml"
    path.write_bytes(_ENDLESS)
    return path


@pytest.mark.parametrize("how", ["Ctrl-C", "kill -9"])
def test_reading_a_product_list_ends_with_its_run(
    how: str, house: House, server: server_on_demand.Server, endless: Path
) -> None:
    with house.start("run", "product-list", "--file", str(endless), "--json") as command:
        assert command.stderr is not None
        run_id = run_of(command.stderr.readline())
        until(lambda: readers(house))
        attempt = house.attempt(run_id).pid
        began = time.monotonic()
        if how == "Ctrl-C":
            command.send_signal(signal.SIGINT)
        else:
            os.kill(attempt, signal.SIGKILL)
        until(lambda: not readers(house))
        took = time.monotonic() - began
        print("reader gone", how, took)
        command.communicate(timeout=60)
        print("command gone", time.monotonic() - began)
    assert took < _ENDED_S
    assert house.row(run_id).status is (RunStatus.CANCELLED if how == "Ctrl-C" else RunStatus.FAILED)


def test_reading_the_feeds_of_a_shop_ends_with_its_time(house: House, server: server_on_demand.Server) -> None:
    with shop_of_feeds() as host:
        crawl = ("run", "crawl-analyze-generate", "--competitor-url", f"http://{host}/", "--max-seconds", "3")
        with house.start(*crawl, "--json", MAGICAI_CRAWL_ALLOW_HOSTS=host) as command:
            until(lambda: readers(house))
            began = time.monotonic()
            command.communicate(timeout=60)
            print("command gone", time.monotonic() - began)
    assert time.monotonic() - began < 3 + _ENDED_S
    assert not readers(house)


@contextmanager
def shop_of_feeds() -> Generator[str]:
    """The host of a shop with five feeds that are long to read, and no products."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}.xml">' for n in range(5))
    item = b"<item><title>Cup</title><link>/cup</link><price>1 EUR</price></item>"
    feed = b"<rss>" + item * (9_500_000 // len(item)) + b"</rss>"

    class Handler(BaseHTTPRequestHandler):
        """Answers what is there."""

        def do_GET(self) -> None:
            """The front page, or a feed."""
            is_feed = self.path.endswith(".xml")
            body = feed if is_feed else f"<!doctype html><title>Cups</title>{links}<h1>Cups</h1>".encode()
            self.send_response(200 if is_feed or self.path == "/" else 404)
            self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's names
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
