"""Listings and product pages of the parts that need no scripts."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from magicai.shops.sample import linked_data
from magicai.shops.sample.catalogue import Item, Section, sections, shop
from magicai.shops.sample.hydration import script
from magicai.shops.sample.page import Query, Routes, SamplePage, html

ORDERS = {"price-asc": "price", "price-desc": "price, falling", "name": "name", "newest": "newest"}
_RELATED = 3
_TEMPLATES = {"cards": "listing.html", "microdata": "listing_microdata.html", "table": "listing_table.html"}


def routes(day: int, base: str) -> Routes:
    """Every listing page and product page, by path."""
    table: Routes = {}
    for section in sections(day):
        if section.markup == "script":
            continue
        for path, number, items in section.pages():
            if "?" not in path:
                table[path] = partial(_listing, section, base, number, items)
        if "?" in section.listing.next:
            table[section.listing.path] = partial(_numbered_listing, section, base)
        for item in (item for item in section.items if item.own_page):
            page = partial(_product, section, base, item)
            table[item.path] = partial(page, item.path)
            for copy in item.copies:
                table[copy.path] = partial(page, item.path if copy.canonical else "")
    return table


def trail(section: Section) -> dict[str, Any]:
    """What breadcrumbs of a section begin with: names before the last, and where they lead."""
    own = section.title == section.workshop
    path = next((workshop["path"] for workshop in shop()["workshop"] if workshop["name"] == section.workshop), "")
    return {
        "home": "/zh/" if section.language == "zh" else "/",
        "trail": [] if own else [section.workshop],
        "trail_path": path,
    }


def _numbered_listing(section: Section, base: str, query: Query) -> SamplePage | None:
    """A listing whose page stands in the query, where robots may write what they like."""
    parameter = urlsplit(section.listing.next).query.partition("=")[0]
    wanted = query.get(parameter, "1")
    for _, number, items in section.pages():
        if str(number) == wanted:
            return _listing(section, base, number, items, query)
    return None


def _listing(section: Section, base: str, number: int, items: tuple[Item, ...], query: Query) -> SamplePage:
    listing = section.listing
    order = query.get("sort", "")
    if listing.sorted and order in ORDERS:
        start = (number - 1) * listing.size
        items = _in_order(section.items, order)[start : start + listing.size]
    else:
        order = ""
    orders = [(name, _with(listing.page_path(number), sort=key)) for key, name in ORDERS.items()]
    pages = [
        {
            "number": other,
            "path": _with(path, sort=order) if order else path,
            "here": other == number,
            "next": other == number + 1,
        }
        for path, other, _ in section.pages()
    ]
    return html(
        _TEMPLATES[listing.look],
        base,
        canonical=listing.page_path(number),
        language=section.language,
        encoding=section.encoding,
        sessions=listing.sessions,
        key=section.key,
        title=section.title,
        lead=section.lead,
        markup=section.markup,
        number=number,
        items=items,
        addresses={},
        orders=orders if listing.sorted else [],
        pages=pages,
        linked_data=[linked_data.item_list(items, base)] if section.markup == "json-ld" else [],
        hydration=script(None, items, section.markup, base),
        **trail(section),
    )


def _product(section: Section, base: str, item: Item, canonical: str, _query: Query) -> SamplePage:
    related = _related(section.items, item)
    return html(
        "product_microdata.html" if section.markup == "microdata" else "product.html",
        base,
        canonical=canonical,
        language=section.language,
        encoding=section.encoding,
        sessions=section.listing.sessions,
        markup=section.markup,
        item=item,
        related=related,
        linked_data=linked_data.product_page(item, base) if section.markup == "json-ld" else [],
        hydration=script(item, related, section.markup, base),
        **trail(section),
    )


def _related(items: Sequence[Item], item: Item) -> tuple[Item, ...]:
    at = items.index(item)
    return (*items[at + 1 :], *items[:at])[:_RELATED]


def _in_order(items: tuple[Item, ...], order: str) -> tuple[Item, ...]:
    if order == "name":
        return tuple(sorted(items, key=lambda item: item.name.casefold()))
    if order == "newest":
        return items[::-1]
    return tuple(sorted(items, key=lambda item: item.price or 0, reverse=order == "price-desc"))


def _with(path: str, **parameters: str) -> str:
    parts = urlsplit(path)
    return f"{parts.path}?{urlencode([*parse_qsl(parts.query), *parameters.items()])}"
