"""The part whose products are in no page: scripts fetch and draw them."""

from functools import partial
from typing import Any

from magicai.shops.sample.catalogue import Item, Section, sections
from magicai.shops.sample.hydration import to_json
from magicai.shops.sample.page import Query, Routes, SamplePage, html, plain


def routes(day: int, base: str) -> Routes:
    """The shells, which are the same whatever there is, and the data that they fetch."""
    table: Routes = {}
    for section in sections(day):
        if section.markup != "script":
            continue
        data = f"/api{section.listing.path.rstrip('/')}"
        table[section.listing.path] = partial(_shell, section, base, f"{data}.json", section.listing.path)
        products = [_card(item) for item in section.items]
        listing = {"title": section.title, "lead": section.lead, "products": products}
        table[f"{data}.json"] = partial(_data, listing)
        for item in section.items:
            source = f"{data}/{item.slug}.json"
            table[item.path] = partial(_shell, section, base, source, item.path)
            table[source] = partial(_data, _detail(item))
    return table


def _shell(section: Section, base: str, source: str, path: str, _query: Query) -> SamplePage:
    return html("script.html", base, canonical=path, title=section.title, source=source)


def _data(value: dict[str, Any], _query: Query) -> SamplePage:
    return plain(to_json(value), "application/json")


def _card(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "path": item.path,
        "image": item.image,
        "now": None if item.price is None else float(item.price),
        "was": None if item.list_price is None else float(item.list_price),
        "stock": item.stock,
    }


def _detail(item: Item) -> dict[str, Any]:
    return _card(item) | {
        "brand": item.brand,
        "sku": item.sku,
        "text": item.text,
        "category": list(item.category),
    }
