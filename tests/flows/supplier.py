"""A supplier: a price list of a thousand rows, and the pages that some of them name."""

import csv
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from integrations.open import Ports

ROWS = 1000
BUSY, GONE, FREE = "TEA-0010", "TEA-0020", "TEA-0030"
# Of the prices that come of it, those from here on are to be reviewed.
REVIEW_FROM = 150


def _nothing(_sku: str) -> None:
    pass


def expected() -> dict[str, tuple[str, str]]:
    """Price and state of each row that is right, by SKU: what it costs, and a fifth."""
    found: dict[str, tuple[str, str]] = {}
    for number in range(ROWS):
        cents = 120 * (number % 150 + 1)
        state = "review" if cents >= REVIEW_FROM * 100 else "published"
        found[f"TEA-{number:04}"] = (f"{cents // 100}.{cents % 100:02}", state)
    return {sku: one for sku, one in found.items() if sku not in (GONE, FREE)}


def request_of(price_list: str) -> dict[str, Any]:
    """What is asked for: an object with a list of objects, a map, and a file."""
    return {
        "price_list": price_list,
        "supplier": {"name": "Fira Ltd.", "markups": [{"prefix": "TEA", "percent": 20}]},
        "review_from": REVIEW_FROM,
        "variables": {"buyer": "Ann"},
    }


async def kept_prices(ports: Ports, owner_id: str, run_id: str = "") -> dict[str, tuple[str, str, int]]:
    """Price, state and version of each price of a run that is listed, by SKU; of all runs where none is named."""
    found: dict[str, tuple[str, str, int]] = {}
    for state in ("review", "published"):
        after: str | None = ""
        while after is not None:
            page = await ports.records.entities.listed(owner_id, "price", state=state, after=after, limit=100)
            for item in page.items:
                assert item.entity is not None
                if not item.entity_id.startswith(run_id):
                    continue
                assert item.entity.data["sku"] not in found
                found[item.entity.data["sku"]] = (item.entity.data["price"], state, item.version)
            after = page.next
    return found


@contextmanager
def supplier(
    path: Path, *, pages: tuple[str, ...] = (BUSY, GONE), on_page: Callable[[str], None] = _nothing
) -> Generator[str]:
    """Write the price list; answers the host and port of the pages while they are served.

    Args:
        path: of the price list.
        pages: SKUs whose rows name a page; that of BUSY is there only when it is asked for again.
        on_page: is told whose page is asked for.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        """Answers whether a page is there."""

        def do_GET(self) -> None:
            """A page, or none."""
            sku = self.path.removeprefix("/")
            first = sku not in asked
            asked.append(sku)
            on_page(sku)
            self.send_response(404 if sku == GONE else 503 if sku == BUSY and first else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's names
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        host = f"127.0.0.1:{server.server_address[1]}"
        _write(path, {sku: f"http://{host}/{sku}" for sku in pages})
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()


def _write(path: Path, pages: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name", "price", "page"))
        for number in range(ROWS):
            sku = f"TEA-{number:04}"
            name = f"{'Green' if number % 2 else 'Black'} tea {number}"
            rows.writerow((sku, name, "free" if sku == FREE else number % 150 + 1, pages.get(sku, "")))
