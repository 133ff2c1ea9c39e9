"""Magento 2 with its default theme, Luma."""

from typing import Any

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Item
from benchmarks.shop_systems.responses import Query, Response
from benchmarks.shop_systems.system import Listing, System, path

ROBOTS = """\
User-agent: *
Disallow: /index.php/
Disallow: /*?
Disallow: /checkout/
Disallow: /app/
Disallow: /lib/
Disallow: /*.php$
Disallow: /pkginfo/
Disallow: /report/
Disallow: /var/
Disallow: /catalog/
Disallow: /customer/
Disallow: /sendfriend/
Disallow: /review/
Disallow: /*SID=
Allow: /*?p=
Sitemap: {base}/sitemap.xml
"""


class Magento(System):
    """Luma: microdata on the body of a product's page, amounts as attributes, stock in words."""

    name = "magento"
    locale = "de-CH"
    per_page = 12
    has_variants = True
    page_parameter = "p"

    def product_url(self, item: Item) -> str:
        """At the top, with a suffix; names without Latin letters leave only a number."""
        latin = item.slug.encode("ascii", "ignore").decode().strip("-")
        return path(f"{latin or 'item'}{'' if latin == item.slug else f'-{item.number}'}.html")

    def listing_url(self, listing: Listing) -> str:
        """Nested, with the same suffix; brands are not categories here."""
        return path(f"{listing.slug}.html") if listing is self.everything else path("c", f"{listing.slug}.html")

    def text_url(self, page: str) -> str:
        """Modules have fixed addresses, other pages are of the content module."""
        places = {
            "cart": "/checkout/cart/",
            "account": "/customer/account/login/",
            "contact": "/contact/",
            "search": "/search/term/popular/",
            "privacy": "/privacy-policy-cookie-restriction-mode",
            "blog": "/blog.html",
            "post-1": "/blog/five-things.html",
            "post-2": "/blog/a-gift.html",
        }
        return places.get(page, f"/{page}-us")

    def image_url(self, item: Item) -> str:
        """As the catalogue module caches pictures."""
        return path("media", "catalog", "product", "cache", "74c1057f7991b4edb2bc7bdaa94de933", f"{item.number}.png")

    def category(self, item: Item) -> tuple[str, ...] | None:  # noqa: ARG002  # the same for all
        """Breadcrumbs of a product's page are drawn by a script."""
        return None

    def listing(self, listing: Listing, query: Query) -> Response:
        """A page number beyond the last shows the last page."""
        asked = query.get("p", "1")
        pages = self.sheet(listing, 1).pages
        return super().listing(listing, {"p": str(min(int(asked), pages)) if asked.isdigit() else "1"})

    def price_config(self, item: Item) -> dict[str, Any]:
        """What the price box of a product's page gets for its script."""
        assert item.price is not None
        final = float(self.price(item) or 0)
        old = float(item.list_price or item.price)
        prices: dict[str, Any] = {
            "baseOldPrice": {"amount": old, "adjustments": []},
            "oldPrice": {"amount": old, "adjustments": []},
            "basePrice": {"amount": round(final / 1.081, 6), "adjustments": []},
            "finalPrice": {"amount": final, "adjustments": []},
        }
        pattern = self.where.pattern.replace("{}", "%s")
        form = {"pattern": pattern, "precision": 2, "decimalSymbol": self.where.point, "groupSymbol": self.where.group}
        config: dict[str, Any] = {"productId": item.number, "priceFormat": form, "prices": prices, "tierPrices": []}
        return {f"[data-role=priceBox][data-price-box=product-id-{item.number}]": {"priceBox": {"priceConfig": config}}}

    def add_routes(self) -> None:
        """robots.txt that forbids queries except pages, and one flat sitemap."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS.format(base=self.base))
        self.paths["/sitemap.xml"] = lambda _query: responses.sitemap([*self.all_urls(), f"{self.base}/about-us"])
