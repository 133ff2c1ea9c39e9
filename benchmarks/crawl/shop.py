"""The shop that is read: a catalogue as pages of the usual size, with JSON-LD, lists over several pages, and a sitemap.

Every answer is rendered once, as the bytes that go over the wire, so that serving costs next to nothing.
"""

import json
import random
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

PAGE_SIZE = 24
CONCURRENCY = 8
_RELATED = 8
_BRANDS = ("Northlight", "Quarto", "Harbour Press", "Fable & Co", "Meridian", "Old Mill", "Tern", "Juniper House")
# As heavy as a usual theme's own, and as useless to a reader.
_STYLE = "\n".join(
    f".grid-{n}{{display:grid;grid-template-columns:repeat({n % 6 + 1},1fr);gap:{n}px;padding:{n}px {2 * n}px}}"
    for n in range(24)
)
_SCRIPT = "\n".join(
    f"window.shop.on('view-{n}',function(event){{var el=document.querySelector('[data-slot=\"{n}\"]');"
    f"if(el&&event.detail){{el.classList.toggle('is-open',event.detail.open);el.dataset.seen=String({n});}}}});"
    for n in range(20)
)


@dataclass(frozen=True, slots=True)
class Item:
    """A product as the shop knows it."""

    path: str
    name: str
    price: str
    sku: str
    gtin: str
    brand: str
    category: int
    in_stock: bool
    rating: float
    raters: int
    description: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category as the shop knows it."""

    path: str
    name: str


def load(data: Path, products: int) -> tuple[dict[int, Category], list[Item]]:
    """Categories and so many products; where the catalogue has fewer, its books come in several editions."""
    catalogue: Any = json.loads((data / "shops" / "books-1000.json").read_text(encoding="utf-8"))
    used = {book["category_id"] for book in catalogue["products"]}
    categories = {
        found["id"]: Category(f"/category/{_slug(found['name'])}-{found['id']}/", found["name"])
        for found in catalogue["categories"]
        if found["id"] in used
    }
    books = catalogue["products"]
    items = [_item(books[number % len(books)], number, number // len(books) + 1) for number in range(products)]
    return categories, items


def render(origin: str, categories: Mapping[int, Category], items: Sequence[Item]) -> Iterator[tuple[str, bytes]]:
    """Every path of the shop with the answer's bytes."""
    navigation = _navigation(categories)
    frame = (
        "<!doctype html><html lang='en-GB'><head><meta charset='utf-8'><title>{title}</title>"
        "<meta name='viewport' content='width=device-width'><link rel='stylesheet' href='/assets/theme.css'>"
        f"{{head}}<style>{_STYLE}</style></head><body><header><a class='logo' href='/'>Books &amp; Books</a>"
        "<form action='/search' role='search'><input name='q' placeholder='Search'></form>"
        f"<a href='/cart/'>Basket</a><a href='/account/login'>Log in</a></header>{navigation}<main>"
    )
    head, _, rest = frame.partition("{title}")
    middle, _, top = rest.partition("{head}")
    bottom = (
        "</main><footer><p>Prices include VAT. Delivery in the United Kingdom in two to four days.</p>"
        "<ul><li><a href='https://social.example/booksandbooks'>Follow us</a></li></ul>"
        f"<small>© Books &amp; Books Ltd</small></footer><script>{_SCRIPT}</script></body></html>"
    )

    def page(title: str, extra: str, body: str) -> bytes:
        return _answer("text/html; charset=utf-8", "".join((head, escape(title), middle, extra, top, body, bottom)))

    yield "/robots.txt", _answer("text/plain", _robots(origin))
    yield "/sitemap.xml", _answer("application/xml", _sitemap(origin, categories, items))
    yield "/", page("Books & Books", "", "<h1>Books &amp; Books</h1><p>A thousand good books, sent to your door.</p>")
    cards = [_card(item) for item in items]
    in_category: dict[int, list[int]] = {}
    for place, item in enumerate(items):
        in_category.setdefault(item.category, []).append(place)
    for number, places in in_category.items():
        category = categories[number]
        pages = -(-len(places) // PAGE_SIZE)
        for at in range(pages):
            shown = "".join(cards[place] for place in places[at * PAGE_SIZE : (at + 1) * PAGE_SIZE])
            path = category.path + (f"?page={at + 1}" if at else "")
            title = category.name + (f" – page {at + 1}" if at else "")
            body = (
                f"<h1>{escape(category.name)}</h1><p>{len(places)} books</p><div class='products'>{shown}</div>"
                f"{_pagination(category.path, at + 1, pages)}"
            )
            yield path, page(title, "", body)
    for place, item in enumerate(items):
        peers = in_category[item.category]
        mine = bisect_left(peers, place)
        related = [peers[(mine + step) % len(peers)] for step in range(1, _RELATED + 1)]
        body = _product(item, categories[item.category], "".join(cards[other] for other in related))
        yield item.path, page(item.name, _structured(origin, item, categories[item.category]), body)


def _item(book: Mapping[str, Any], number: int, edition: int) -> Item:
    dice = random.Random(number)  # noqa: S311 - ratings of a benchmark
    name = book["name"] if edition == 1 else f"{book['name']} (edition {edition})"
    return Item(
        path=f"/products/{_slug(name)}-{number + 1}/",
        name=name,
        price=book["price"].lstrip("£"),
        sku=f"{book['properties']['UPC']}-{edition}",
        gtin=_isbn(number),
        brand=_BRANDS[number % len(_BRANDS)],
        category=book["category_id"],
        in_stock=book["instock"],
        rating=float(book["rating"]),
        raters=dice.randrange(3, 400),
        description=" ".join((book["description"] or "").split()),
    )


def _isbn(number: int) -> str:
    digits = f"978{number:09d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]


def _answer(kind: str, text: str) -> bytes:
    body = text.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _robots(origin: str) -> str:
    return f"User-agent: *\nDisallow: /cart/\nDisallow: /account/\nDisallow: /search\nSitemap: {origin}/sitemap.xml\n"


def _sitemap(origin: str, categories: Mapping[int, Category], items: Sequence[Item]) -> str:
    paths = ["/", *(category.path for category in categories.values()), *(item.path for item in items)]
    entries = "".join(f"<url><loc>{origin}{path}</loc><lastmod>2026-11-01</lastmod></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def _navigation(categories: Mapping[int, Category]) -> str:
    links = "".join(
        f"<li class='nav-item level-1'><a class='nav-link' href='{category.path}'>{escape(category.name)}</a></li>"
        for category in categories.values()
    )
    return f"<nav class='main'><ul>{links}</ul></nav>"


def _pagination(path: str, at: int, pages: int) -> str:
    if pages == 1:
        return ""
    addresses = {number: path + (f"?page={number}" if number > 1 else "") for number in range(1, pages + 1)}
    shown = [number for number in addresses if abs(number - at) <= 2 or number in (1, pages)]  # noqa: PLR2004
    links = "".join(f"<a href='{addresses[number]}'>{number}</a>" for number in shown if number != at)
    following = f"<a class='next' rel='next' href='{addresses[at + 1]}'>Next</a>" if at < pages else ""
    return f"<nav class='pagination'>{links}{following}</nav>"


def _card(item: Item) -> str:
    name = escape(item.name, quote=True)
    return (
        f"<article class='product-card'><a class='product-link' href='{item.path}'>"
        f"<img loading='lazy' width='240' height='320' alt='{name}' src='/media/{item.sku}-240.jpg'></a>"
        f"<h3><a href='{item.path}'>{name}</a></h3><p class='price'>£{item.price}</p>"
        f"<p class='stock'>{'In stock' if item.in_stock else 'Sold out'}</p>"
        "<button class='quick-view' data-action='quick-view'>Quick view</button></article>"
    )


def _structured(origin: str, item: Item, category: Category) -> str:
    availability = "InStock" if item.in_stock else "OutOfStock"
    crumbs = [("Home", "/"), (category.name, category.path), (item.name, item.path)]
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": f"{origin}{item.path}#product",
        "name": item.name,
        "url": f"{origin}{item.path}",
        "image": [f"{origin}/media/{item.sku}-{size}.jpg" for size in (1200, 800)],
        "description": item.description,
        "sku": item.sku,
        "gtin13": item.gtin,
        "brand": {"@type": "Brand", "name": item.brand},
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": item.rating, "reviewCount": item.raters},
        "offers": {
            "@type": "Offer",
            "url": f"{origin}{item.path}",
            "price": item.price,
            "priceCurrency": "GBP",
            "availability": f"https://schema.org/{availability}",
            "itemCondition": "https://schema.org/NewCondition",
        },
    }
    trail = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": f"{origin}{path}"}
            for place, (name, path) in enumerate(crumbs, 1)
        ],
    }
    scripts = "".join(_script(part) for part in (product, trail))
    name = escape(item.name, quote=True)
    return (
        f"<link rel='canonical' href='{origin}{item.path}'><meta property='og:type' content='product'>"
        f"<meta property='og:title' content='{name}'><meta property='og:url' content='{origin}{item.path}'>"
        f"<meta property='og:image' content='{origin}/media/{item.sku}-1200.jpg'>"
        f"<meta property='product:price:amount' content='{item.price}'>"
        f"<meta property='product:price:currency' content='GBP'>{scripts}"
    )


def _script(part: Mapping[str, Any]) -> str:
    text = json.dumps(part, ensure_ascii=False).replace("</", "<\\/")
    return f"<script type='application/ld+json'>{text}</script>"


def _product(item: Item, category: Category, related: str) -> str:
    return (
        f"<nav class='breadcrumb'><a href='/'>Home</a> / <a href='{category.path}'>{escape(category.name)}</a></nav>"
        f"<div class='product'><div class='gallery'><img src='/media/{item.sku}-1200.jpg' alt='Cover'></div>"
        f"<div class='summary'><h1>{escape(item.name)}</h1><p class='brand'>{escape(item.brand)}</p>"
        f"<p class='price'>£{item.price}</p><p class='stock'>{'In stock' if item.in_stock else 'Sold out'}</p>"
        "<form method='post' action='/cart/add'><input type='number' name='quantity' value='1'>"
        f"<input type='hidden' name='sku' value='{item.sku}'><button type='submit'>Add to basket</button></form>"
        f"<div class='description'><p>{escape(item.description)}</p></div>"
        f"<table><tr><th>SKU</th><td>{item.sku}</td></tr><tr><th>ISBN</th><td>{item.gtin}</td></tr></table></div></div>"
        f"<section class='related'><h2>You may also like</h2><div class='products'>{related}</div></section>"
    )
