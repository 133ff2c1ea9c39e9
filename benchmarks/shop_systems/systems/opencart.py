"""OpenCart 3 with its default theme and default addresses."""

from typing import Any
from urllib.parse import urlencode

from benchmarks.shop_systems.catalogue import Item
from benchmarks.shop_systems.responses import Query, Response
from benchmarks.shop_systems.system import Listing, System, stated
from benchmarks.shop_systems.system import path as url_path

# The first category number; all products are a category, too.
FIRST = 20
VAT = 1.13
INFORMATION = {"about": 4, "shipping": 6, "privacy": 3}


class OpenCart(System):
    """Everything at index.php with queries, no structured data, net prices beside prices; no robots.txt, no sitemap."""

    name = "opencart"
    locale = "zh-CN"
    per_page = 15
    structured = False
    has_variants = True
    brand_pages = True

    def product_url(self, item: Item) -> str:
        """The address without the way that led there: the canonical one."""
        return _address("product/product", product_id=item.number)

    def listed_url(self, item: Item, listing: Listing) -> str:
        """In categories with the category, from brands with the brand."""
        if listing in self.brands:
            return _address("product/product", manufacturer_id=listing.number, product_id=item.number)
        return _address("product/product", path=FIRST + listing.number, product_id=item.number)

    def listing_url(self, listing: Listing) -> str:
        """By number."""
        if listing in self.brands:
            return _address("product/manufacturer/info", manufacturer_id=listing.number)
        return _address("product/category", path=FIRST + listing.number)

    def text_url(self, page: str) -> str:
        """Information pages are numbered, modules have routes."""
        if page in INFORMATION:
            return _address("information/information", information_id=INFORMATION[page])
        routes = {"cart": "checkout/cart", "account": "account/login", "contact": "information/contact"}
        return _address(routes.get(page, f"extension/{page}"))

    def image_url(self, item: Item) -> str:
        """As the picture tool caches."""
        return url_path("image", "cache", "catalog", "demo", f"{item.number}-228x228.png")

    def sku(self, item: Item) -> str | None:
        """The product code."""
        return self.model(item)

    def model(self, item: Item) -> str:
        """Every product has a code."""
        return item.sku or f"Product {item.number}"

    def net(self, amount: Any) -> str:
        """The amount before tax, as the pages show it."""
        return self.money(float(amount) / VAT)

    def respond(self, path: str, query: Query) -> Response:
        """Find the page by route; further parameters only sort."""
        if path == "/index.php":
            return self._by_route(query)
        return super().respond(path, query)

    def _by_route(self, query: Query) -> Response:
        route = query.get("route", "common/home")
        if route == "common/home":
            return self.front()
        wanted = {
            "product/product": ("product_id",),
            "product/category": ("path",),
            "product/manufacturer/info": ("manufacturer_id",),
            "information/information": ("information_id",),
        }.get(route, ())
        key = _address(route, **{name: query.get(name, "").rpartition("_")[2] for name in wanted})
        return super().respond(key, query)

    def _put(self, url: str, page: Any) -> None:
        self.paths[url] = page

    def product_data(self, item: Item) -> dict[str, Any]:
        """The JSON-LD that a much used extension adds."""
        price = self.price(item)
        return stated(
            {
                "@context": "https://schema.org",
                "@type": "Product",
                "name": item.name,
                "url": self.base + self.product_url(item),
                "image": self.base + self.image_url(item),
                "brand": {"@type": "Brand", "name": item.brand} if item.brand else None,
                "model": self.model(item),
                "sku": self.model(item),
                "description": item.description,
                "offers": None
                if price is None
                else {
                    "@type": "Offer",
                    "priceCurrency": self.where.currency,
                    "price": self.plain(price),
                    "availability": f"http://schema.org/{'InStock' if item.available else 'OutOfStock'}",
                },
            }
        )

    def add_routes(self) -> None:
        """Without an extension there is neither robots.txt nor a sitemap."""
        missing = Response(b"Not Found", "text/plain", 404)
        self.paths |= dict.fromkeys(("/robots.txt", "/sitemap.xml"), lambda _query: missing)


def _address(route: str, **parameters: Any) -> str:
    return f"/index.php?route={route}" + "".join(f"&{urlencode({name: value})}" for name, value in parameters.items())
