"""Shopware 6 with its default storefront."""

import gzip
import hashlib

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Availability, Item
from benchmarks.shop_systems.responses import Response
from benchmarks.shop_systems.system import Listing, System, path

ROBOTS = """\
User-agent: *
Allow: /
Disallow: */?
Disallow: */account/
Disallow: */checkout/
Disallow: */widgets/
Disallow: */navigation/
Disallow: */bundles/
Allow: */?p=

Sitemap: {base}/sitemap.xml
"""


class Shopware(System):
    """Cards called product-box, microdata in meta elements, an asterisk behind each price."""

    name = "shopware"
    locale = "de-DE"
    per_page = 24
    page_parameter = "p"

    def product_url(self, item: Item) -> str:
        """Name, as it is written, and product number."""
        name = "-".join(item.name.replace("/", " ").replace("?", " ").replace("#", " ").split())
        return path(name, item.sku or f"SW{10_000 + item.number}")

    def listing_url(self, listing: Listing) -> str:
        """Nested names with a slash behind them."""
        if listing is self.everything:
            return path("Sortiment", "")
        return path(*("-".join(part.replace("/", " ").split()) for part in listing.trail), "")

    def text_url(self, page: str) -> str:
        """Modules have fixed addresses, content pages a folder."""
        places = {"cart": "/checkout/cart", "account": "/account/login", "search": "/search", "blog": "/Magazin/"}
        return places.get(page, f"/Informationen/{page}")

    def image_url(self, item: Item) -> str:
        """As the media module files pictures."""
        return path("media", "1a", "2b", "3c", "1735000000", f"{item.slug}.png")

    def availability(self, item: Item) -> Availability | None:
        """Advance orders have a release date; late deliveries are sold as in stock."""
        return "in_stock" if item.availability == "backorder" else item.availability

    def id(self, item: Item) -> str:
        """Ids are 32 hexadecimal digits."""
        return hashlib.md5(str(item.number).encode(), usedforsecurity=False).hexdigest()

    def number(self, item: Item) -> str:
        """Every product has a product number."""
        return item.sku or f"SW{10_000 + item.number}"

    def sku(self, item: Item) -> str | None:
        """The product number."""
        return self.number(item)

    def add_routes(self) -> None:
        """robots.txt, and an index of compressed sitemaps."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS.format(base=self.base))
        packed = "/sitemap/salesChannel-98432def39fc4624b33213a56b8c944d/2fbb5fe2e29a4d70aa5854ce7ce3e20b/1.xml.gz"
        self.paths["/sitemap.xml"] = lambda _query: responses.sitemap_index([self.base + packed])
        self.paths[packed] = lambda _query: Response(
            gzip.compress(responses.sitemap(self.all_urls()).body, mtime=0), "application/gzip"
        )
