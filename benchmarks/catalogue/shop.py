"""Shops rendered from data that nobody on this project wrote, with one in a hundred pages of each kind of fault."""

import html
import json
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FAULTS = (
    *("404", "410", "429", "500", "timeout", "soft 404", "category", "two products", "no price", "price 0"),
    *("10 MB of text", "refused", "garbage"),
)
# A fault that passes: the shop answers rightly when it is asked again.
PASSING = frozenset(("429", "500"))
_HANGS_S = 30.0
_SHIPPING = "Free returns within 30 days. We ship within two working days."


@dataclass(frozen=True)
class Item:
    """A product as it is sold, and the fault of its page; "" of a good one."""

    name: str
    price: str
    brand: str
    sku: str
    category: str
    description: str
    fault: str = ""


def read_items(data: Path, count: int, *, share: float = 0.01) -> list[Item]:
    """Products of both shops, again and again with other numbers where there are fewer, with their faults.

    Args:
        share: of each fault.

    Raises:
        SystemExit: the folder has no such shops.
    """
    if not (data / "shops" / "books-1000.json").is_file():
        raise SystemExit(f"{data} has no shops/books-1000.json; give the folder above it.")
    found: list[Item] = []
    books: dict[str, Any] = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))
    names = {one["id"]: one["name"] for one in books["categories"]}
    mixed: list[dict[str, Any]] = json.loads((data / "shops" / "mixed-194.json").read_text(encoding="utf-8"))
    found += [
        Item(
            one["title"], f"{one['price']:.2f}", one.get("brand") or "", one["sku"], one["category"], one["description"]
        )
        for one in mixed
    ]
    for one in books["products"]:
        category = names.get(one.get("category") or one.get("category_id"), "Books")
        price = f"{float(str(one['price']).lstrip('£$€')):.2f}"
        found.append(
            Item(one["name"], price, "", str(one.get("upc") or one["id"]), category, one.get("description") or "")
        )
    many = [
        Item(
            one.name if not again else f"{one.name} ({again})",
            one.price,
            one.brand,
            f"{one.sku}-{again}",
            one.category,
            one.description,
        )
        for again in range(count // len(found) + 1)
        for one in found
    ][:count]
    each = round(count * share)
    faults = [fault for fault in FAULTS for _ in range(each)]
    step = max(count // max(len(faults), 1), 1)
    places = {min(number * step + step // 2, count - 1): fault for number, fault in enumerate(faults)}
    return [
        Item(one.name, one.price, one.brand, one.sku, one.category, one.description, places.get(place, ""))
        for place, one in enumerate(many)
    ]


class Shop:
    """What it sells, and how often each page was asked for.

    Attributes:
        latency_s: before each answer.
        running, most: requests under way, and the most that there ever were.
        first, last: when the first page was asked for, and the last one was answered; seconds.
    """

    def __init__(self, items: list[Item], *, latency_s: float = 0.0, hangs_s: float = _HANGS_S) -> None:
        self.items, self.latency_s, self.hangs_s = items, latency_s, hangs_s
        self.asked: Counter[int] = Counter()
        self.running = self.most = 0
        self.first = self.last = 0.0
        self.lock = threading.Lock()
        self.url = ""


@contextmanager
def serving(shop: Shop) -> Generator[str]:
    """Serve it; answers its host and port."""

    class Handler(BaseHTTPRequestHandler):
        """Answers pages."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """A page."""
            with shop.lock:
                shop.running += 1
                shop.most = max(shop.most, shop.running)
            try:
                time.sleep(shop.latency_s)
                place = self.path.rpartition("/")[2]
                status, body, kind = (404, b"Not found", "text/plain")
                if place.isdigit():
                    with shop.lock:
                        shop.asked[int(place)] += 1
                        shop.first = shop.first or time.monotonic()
                    status, body, kind = _answer(shop, int(place))
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # whoever asked has gone
            finally:
                with shop.lock:
                    shop.running -= 1
                    shop.last = time.monotonic()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's names
            """Nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Nothing: who asked was killed."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            shop.url = f"http://127.0.0.1:{server.server_address[1]}"
            yield shop.url.removeprefix("http://")
        finally:
            server.shutdown()


def _answer(shop: Shop, place: int) -> tuple[int, bytes, str]:
    item, page = shop.items[place], "text/html; charset=utf-8"
    if item.fault in ("404", "410"):
        return int(item.fault), b"Gone", page
    if item.fault in PASSING and shop.asked[place] == 1:
        return int(item.fault), b"Try again", page
    if item.fault == "refused":
        return 403, b"No", page
    if item.fault == "timeout":
        time.sleep(shop.hangs_s)
        return 504, b"", page
    if item.fault == "garbage":
        return 200, bytes(range(256)) * 40, "application/octet-stream"
    return 200, _page(shop, item).encode(), page


def _page(shop: Shop, item: Item) -> str:
    if item.fault == "soft 404":
        return "<!doctype html><title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>"
    if item.fault == "category":
        cards = "".join(
            f"<li class='product'><a href='/item/{n}'>{html.escape(one.name)}</a>"
            f"<span class='price'>€{one.price}</span></li>"
            for n, one in enumerate(shop.items[:8])
        )
        return f"<!doctype html><title>{item.category}</title><h1>{item.category}</h1><ul class='products'>{cards}</ul>"
    stated = [_stated(item)]
    if item.fault == "two products":
        other = Item(f"{item.name} case", "7.50", "Other", f"{item.sku}-c", item.category, "A case.")
        stated.append(_stated(other))
    scripts = "".join(f"<script type='application/ld+json'>{json.dumps(one)}</script>" for one in stated)
    names = "".join(f"<h1>{html.escape(one['name'])}</h1>" for one in stated)
    price = "" if item.fault in ("no price", "price 0") else f"<p class='price'>€{item.price}</p>"
    filling = "<p>" + "lorem ipsum " * 900_000 + "</p>" if item.fault == "10 MB of text" else ""
    return (
        f"<!doctype html><html lang='en'><title>{html.escape(item.name)}</title>{scripts}"
        f"<nav><a href='/'>All</a> <a href='/c'>{html.escape(item.category)}</a></nav>{names}{price}"
        f"<p>{html.escape(item.description)} {_SHIPPING}</p>{filling}<footer>Imprint</footer></html>"
    )


def _stated(item: Item) -> dict[str, Any]:
    stated: dict[str, Any] = {"@context": "https://schema.org", "@type": "Product", "name": item.name, "sku": item.sku}
    stated["description"] = f"{item.description} {_SHIPPING}"
    if item.brand:
        stated["brand"] = {"@type": "Brand", "name": item.brand}
    stated["category"] = item.category
    if item.fault != "no price":
        price = "0.00" if item.fault == "price 0" else item.price
        stated["offers"] = {"@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": "InStock"}
    return stated
