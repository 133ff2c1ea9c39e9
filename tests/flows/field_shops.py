"""Three shops of twenty products each, whose pages state five fields in three ways; and a model that finds them."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PRODUCTS = 20
FIELDS = b"""\
- {name: material, type: text, labels: [Werkstoff], example: oak}
- {name: weight, type: number, description: Weight in kilograms, labels: [Gewicht], example: 1.5}
- {name: warranty, type: integer, description: Months of warranty, example: 24}
- {name: released, type: date, labels: [First sold, Im Handel seit], example: 2024-05-03}
- {name: colours, type: list, labels: [Farben], example: "red, blue"}
"""
_MATERIALS = ("oak", "walnut", "steel", "pure linen", "glass")
_COLOURS = ("red", "blue", "green", "sand")
KINDS = ("table", "terms", "prose")


def truth(number: int) -> dict[str, Any]:
    """What the page of a product states."""
    return {
        "material": _MATERIALS[number % 5],
        "weight": round(0.5 + number / 4, 2),
        "warranty": 12 + 12 * (number % 3),
        "released": f"2024-{1 + number % 12:02}-{1 + number:02}",
        "colours": [_COLOURS[number % 4], _COLOURS[(number + 1) % 4]],
    }


def page(kind: str, number: int) -> str:
    """A product's page."""
    of = truth(number)
    colours = ", ".join(of["colours"])
    stated = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Stool {number}",
        "sku": f"{kind}-{number}",
    }
    stated |= {"offers": {"@type": "Offer", "price": f"{20 + number}.00", "priceCurrency": "EUR"}}
    if kind == "table":
        stated |= {"additionalProperty": [{"@type": "PropertyValue", "name": "Warranty", "value": of["warranty"]}]}
        rows = {"Material": of["material"], "Weight (kg)": of["weight"], "First sold": of["released"]}
        cells = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows.items())
        body = f"<table class=specs>{cells}</table><p>Colours: {colours}</p>"
    elif kind == "terms":
        rows = {"Werkstoff": of["material"], "Gewicht": f"{of['weight']} kg".replace(".", ",")}
        rows |= {"Im Handel seit": of["released"], "Farben": colours, "Warranty": f"{of['warranty']} Monate"}
        body = "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows.items()) + "</dl>"
    else:
        extra = "<p>Our carpenters love this one.</p>" if number % 3 == 0 else ""
        body = (
            f"<div class=story>{extra}<p class=lead>Built by hand of {of['material']}. It weighs {of['weight']} kg, and"
            f" we repair it for {of['warranty']} months.</p><p class=since>Since <time>{of['released']}</time></p>"
            f"<ul class=swatches><li>{colours}</li></ul></div>"
        )
    return (
        f"<!doctype html><title>Stool {number}</title><script type='application/ld+json'>{json.dumps(stated)}</script>"
        f"<nav><a href='/'>All</a></nav><main class=product><h1>Stool {number}</h1><p>{20 + number}.00 EUR</p>{body}"
        "</main><footer>Material: see our guide. Free shipping on 5 days a week.</footer>"
    )


def answers(prompt: str) -> dict[str, Any]:
    """What a model that can read gives on a page in prose."""
    text = prompt.partition("PAGE\n")[2]
    lines = {
        "material": r"Built by hand of (?P<value>[\w ]+)\.",
        "weight": r"It weighs (?P<value>[\d.]+) kg",
        "warranty": r"for (?P<value>\d+) months",
        "released": r"Since (?P<value>[\d-]+)",
        "colours": r"\n(?P<value>\w+, \w+)\n",
    }
    found = {name: re.search(pattern, text) for name, pattern in lines.items() if f'"{name}"' in prompt}
    whole = {name: next(one for one in text.splitlines() if hit["value"] in one) for name, hit in found.items() if hit}
    return {
        "values": [{"name": name, "value": hit["value"], "quote": whole[name]} for name, hit in found.items() if hit]
    }


@contextmanager
def field_shop(kind: str) -> Generator[str]:
    """A shop's host and port."""

    class Handler(BaseHTTPRequestHandler):
        """Answers what is there."""

        def do_GET(self) -> None:
            """A page, or none."""
            place = self.path.rpartition("/")[2]
            links = "".join(f'<li><a href="/product/{n}">Stool {n}</a></li>' for n in range(PRODUCTS))
            body = f"<!doctype html><title>Stools</title><h1>Stools</h1><ul>{links}</ul>" if self.path == "/" else ""
            body = page(kind, int(place)) if place.isdigit() else body
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
