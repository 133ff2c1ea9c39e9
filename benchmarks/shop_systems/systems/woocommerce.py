"""WooCommerce with its default theme, Storefront."""

import html
from typing import Any

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Availability, Item
from benchmarks.shop_systems.responses import Query, Response
from benchmarks.shop_systems.system import Listing, System, path, stated

API_PAGE = 10
API_PAGE_MOST = 100
ROBOTS = """\
User-agent: *
Disallow: /wp-admin/
Allow: /wp-admin/admin-ajax.php
Disallow: /wp-content/uploads/wc-logs/
Disallow: /wp-content/uploads/woocommerce_uploads/
Disallow: /*?add-to-cart=
Disallow: /*?*add-to-cart=

Sitemap: {base}/wp-sitemap.xml
"""
SCHEMA_STOCK = {"in_stock": "InStock", "out_of_stock": "OutOfStock", "backorder": "BackOrder"}
CSS_STOCK = {"in_stock": "instock", "out_of_stock": "outofstock", "backorder": "onbackorder"}


class WooCommerce(System):
    """Storefront: one JSON-LD graph a page, stock in class names, the Store API where switched on."""

    name = "woocommerce"
    locale = "en-GB"
    per_page = 12
    has_variants = True
    brand_pages = True

    def product_url(self, item: Item) -> str:
        """The default permalink."""
        return path("product", item.slug, "")

    def listing_url(self, listing: Listing) -> str:
        """Categories are nested in the address."""
        if listing is self.everything:
            return "/shop/"
        if listing in self.brands:
            return path("brand", listing.slug, "")
        parents = [self.listing_of(listing.trail[:depth]).slug for depth in range(1, len(listing.trail))]
        return path("product-category", *parents, listing.slug, "")

    def page_url(self, listing: Listing, page: int) -> str:
        """Pages are parts of the path."""
        url = self.listing_url(listing)
        return url if page == 1 else f"{url}page/{page}/"

    def text_url(self, page: str) -> str:
        """WordPress pages, and posts by date."""
        places = {
            "account": "/my-account/",
            "search": "/?s=",
            "blog": "/blog/",
            "post-1": "/2026/10/01/five-things/",
            "post-2": "/2026/10/02/a-gift/",
        }
        return places.get(page, f"/{page}/")

    def image_url(self, item: Item) -> str:
        """As WordPress files uploads."""
        return path("wp-content", "uploads", "2026", "04", f"{item.slug}.png")

    def availability(self, item: Item) -> Availability | None:
        """Stock is in class names even where no words are; advance orders are backorders."""
        return "backorder" if item.availability == "preorder" else item.availability

    def stock_class(self, item: Item) -> str:
        """The class that lists and pages carry."""
        return CSS_STOCK[self.availability(item) or "in_stock"]

    def product_data(self, item: Item) -> dict[str, Any]:
        """One graph: breadcrumbs and the product."""
        crumbs: list[tuple[str, str]] = [(self.w["home"], "/")]
        crumbs += [
            (name, self.listing_url(self.listing_of(item.category[: depth + 1])))
            for depth, name in enumerate(item.category)
        ]
        url = self.base + self.product_url(item)
        breadcrumbs = {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "item": {"name": name, "@id": self.base + address}}
                for place, (name, address) in enumerate([*crumbs, (item.name, self.product_url(item))], start=1)
            ],
        }
        product = {
            "@type": "Product",
            "@id": f"{url}#product",
            "name": item.name,
            "url": url,
            "description": item.description,
            "image": self.base + self.image_url(item),
            "sku": item.sku or item.number,
            "gtin": item.gtin,
            "brand": [{"@type": "Brand", "name": item.brand}] if item.brand else None,
            "offers": None if item.price is None else [self._offer(item, url)],
            "aggregateRating": self._rating(item),
        }
        return {"@context": "https://schema.org/", "@graph": [breadcrumbs, stated(product)]}

    def _offer(self, item: Item, url: str) -> dict[str, Any]:
        assert item.price is not None
        common = {
            "priceValidUntil": "2027-12-31",
            "availability": f"https://schema.org/{SCHEMA_STOCK[self.availability(item) or 'in_stock']}",
            "url": url,
            "seller": {"@type": "Organization", "name": self.w["shop_name"], "url": self.base},
        }
        if item.variants:
            prices = [variant.price for variant in item.variants]
            low, high = self.plain(min(prices)), self.plain(max(prices))
            spread = {"@type": "AggregateOffer", "lowPrice": low, "highPrice": high, "offerCount": len(prices)}
            return spread | common | {"priceCurrency": self.where.currency}
        specification: dict[str, Any] = {
            "@type": "UnitPriceSpecification",
            "price": self.plain(item.price),
            "priceCurrency": self.where.currency,
            "valueAddedTaxIncluded": True,
            "validThrough": "2027-12-31",
        }
        specifications = [specification]
        if item.list_price is not None:
            list_price = {"price": self.plain(item.list_price), "priceType": "https://schema.org/ListPrice"}
            specifications.append(specification | list_price)
        return {"@type": "Offer", "priceSpecification": specifications} | common

    def _rating(self, item: Item) -> dict[str, Any] | None:
        if not item.reviews:
            return None
        mean = sum(review.stars for review in item.reviews) / len(item.reviews)
        return {"@type": "AggregateRating", "ratingValue": f"{mean:.2f}", "reviewCount": len(item.reviews)}

    def variations(self, item: Item) -> list[dict[str, Any]]:
        """What the form of a variable product carries for its script."""
        return [
            {
                "attributes": {"attribute_pa_size": variant.name.lower()},
                "display_price": float(variant.price),
                "display_regular_price": float(variant.price),
                "is_in_stock": variant.available,
                "is_purchasable": True,
                "price_html": f'<span class="price">{self.money(variant.price)}</span>',
                "sku": f"{item.sku}-{variant.name}",
                "variation_id": item.number * 10_000 + place,
                "variation_is_active": True,
            }
            for place, variant in enumerate(item.variants, start=1)
        ]

    def add_routes(self) -> None:
        """robots.txt, WordPress' own sitemaps, pages of listings, and the Store API where it is switched on."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS.format(base=self.base))
        self.paths["/wp-sitemap.xml"] = lambda _query: responses.sitemap_index(
            [f"{self.base}/wp-sitemap-posts-{kind}-1.xml" for kind in ("post", "page", "product")]
            + [f"{self.base}/wp-sitemap-taxonomies-product_cat-1.xml"]
        )
        kinds = {
            "posts-post": [self.text_url("post-1"), self.text_url("post-2")],
            "posts-page": ["/", *(self.text_url(page) for page in ("about", "contact", "cart", "account"))],
            "posts-product": [self.product_url(item) for item in self.items],
            "taxonomies-product_cat": [self.listing_url(listing) for listing in self.categories],
        }
        for kind, urls in kinds.items():
            self.paths[f"/wp-sitemap-{kind}-1.xml"] = lambda _query, urls=urls: responses.sitemap(
                self.base + url for url in urls
            )
        for listing in (self.everything, *self.categories, *self.brands):
            for page in range(2, self.sheet(listing, 1).pages + 1):
                self._put(
                    self.page_url(listing, page),
                    lambda _query, listing=listing, page=page: self.listing(listing, {"page": str(page)}),
                )
        self.paths["/wp-json/wc/store/v1/products"] = self.store_api

    def respond(self, path: str, query: Query) -> Response:
        """Searches are answered by the front page's address."""
        return self.text("search") if path == "/" and "s" in query else super().respond(path, query)

    def store_api(self, query: Query) -> Response:
        """The public product list: amounts in the smallest unit, with currency and number of decimals."""
        if not self.options.api:
            missing = {"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}
            return responses.as_json(missing, 404)
        size = min(int(query.get("per_page", API_PAGE)), API_PAGE_MOST)
        start = (int(query.get("page", 1)) - 1) * size
        pages = -(-len(self.items) // size)
        headers = {"X-WP-Total": str(len(self.items)), "X-WP-TotalPages": str(pages)}
        return responses.as_json([self._api_row(item) for item in self.items[start : start + size]], headers=headers)

    def _api_row(self, item: Item) -> dict[str, Any]:
        price = "" if item.price is None else str(int(item.price * 100))
        regular = price if item.list_price is None else str(int(item.list_price * 100))
        sizes = [str(int(variant.price * 100)) for variant in item.variants]
        return {
            "id": item.number,
            "name": html.escape(item.name, quote=False),
            "slug": item.slug,
            "parent": 0,
            "type": "variable" if item.variants else "simple",
            "variation": "",
            "permalink": self.base + self.product_url(item),
            "sku": item.sku or "",
            "short_description": f"<p>{html.escape(item.description)}</p>\n",
            "description": f"<p>{html.escape(item.description)}</p>\n",
            "on_sale": item.on_sale,
            "prices": {
                "price": price,
                "regular_price": regular,
                "sale_price": price,
                "price_range": {"min_amount": sizes[0], "max_amount": sizes[-1]} if sizes else None,
                "currency_code": self.where.currency,
                "currency_symbol": self.where.symbol,
                "currency_minor_unit": 2,
                "currency_decimal_separator": self.where.point,
                "currency_thousand_separator": self.where.group,
            },
            "average_rating": str(item.rating or 0),
            "review_count": len(item.reviews),
            "images": [{"id": item.number, "src": self.base + self.image_url(item), "name": item.slug, "alt": ""}],
            "categories": [{"id": n, "name": html.escape(name, quote=False)} for n, name in enumerate(item.category)],
            "brands": [{"id": 1, "name": html.escape(item.brand, quote=False)}] if item.brand else [],
            "is_purchasable": item.price is not None,
            "is_in_stock": item.available,
            "is_on_backorder": self.availability(item) == "backorder",
            "low_stock_remaining": None,
            "add_to_cart": {"text": self.w["add_to_cart"], "minimum": 1, "maximum": 9999, "multiple_of": 1},
        }
