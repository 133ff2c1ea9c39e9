"""A shop of eight products on a list and eight pages, served from memory."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PRODUCTS = tuple(
    (f"{kind} {size}", brand, category, price)
    for kind, brand, category, price in (("Kettle", "Fira", "Kitchen", 20), ("Lamp", "Fira", "Light", 35))
    for size, price in zip(("small", "medium", "large", "huge"), range(price, price + 20, 5), strict=True)
)


def _never() -> bool:
    return False


@contextmanager
def corner_shop(*, on_page: Callable[[], object] = _never, goes_on: Callable[[], bool] = _never) -> Generator[str]:
    """Its host and port.

    Args:
        on_page: called before a product's page is sent.
        goes_on: whether a product's page leads to one more product.
    """

    class Handler(BaseHTTPRequestHandler):
        """Answers what is there."""

        def do_GET(self) -> None:
            """A page, or none."""
            place = self.path.rpartition("/")[2]
            if place.isdigit():
                on_page()
            body = _front() if self.path == "/" else _page(int(place), goes_on=goes_on()) if place.isdigit() else None
            self.send_response(200 if body else 404)
            sent = (body or "Not found").encode()
            self.send_header("Content-Type", "text/html; charset=utf-8" if body else "text/plain")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

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


def _front() -> str:
    links = "".join(f'<li><a href="/product/{n}">{name}</a></li>' for n, (name, *_) in enumerate(PRODUCTS))
    return f"<!doctype html><title>Corner shop</title><h1>Corner shop</h1><ul>{links}</ul>"


def _page(number: int, *, goes_on: bool) -> str:
    more = (f"Part {number}", "Fira", "Parts", 5)
    name, brand, category, price = PRODUCTS[number] if number < len(PRODUCTS) else more
    onward = f"<a href='/product/{max(number + 1, len(PRODUCTS))}'>Next</a>" if goes_on else ""
    offer = {"@type": "Offer", "price": f"{price}.00", "priceCurrency": "EUR", "availability": "InStock"}
    stated = {"@context": "https://schema.org", "@type": "Product", "name": name, "sku": f"S{number}"}
    stated |= {"brand": {"@type": "Brand", "name": brand}, "category": category, "offers": offer}
    return (
        f"<!doctype html><title>{name}</title><script type='application/ld+json'>{json.dumps(stated)}</script>"
        f"<h1>{name}</h1><p>{price}.00 €</p><a href='/'>All</a>{onward}"
    )
