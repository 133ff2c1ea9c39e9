"""Shopify with its default theme, Dawn."""

import html
from typing import Any
from urllib.parse import quote

from benchmarks.shop_systems import responses
from benchmarks.shop_systems.catalogue import Availability, Item, Variant
from benchmarks.shop_systems.responses import Query, Response
from benchmarks.shop_systems.system import Listing, System, path, stated

API_PAGE = 30
API_PAGE_MOST = 250
ROBOTS = """\
# we use Shopify as our ecommerce platform

User-agent: *
Disallow: /a/downloads/-/*
Disallow: /admin
Disallow: /cart
Disallow: /orders
Disallow: /checkouts/
Disallow: /checkout
Disallow: /carts
Disallow: /account
Disallow: /collections/*sort_by*
Disallow: /*/collections/*sort_by*
Disallow: /collections/*+*
Disallow: /collections/*%2B*
Disallow: /blogs/*+*
Disallow: /*?*oseid=*
Disallow: /*preview_theme_id*
Disallow: /policies/
Disallow: /search
Disallow: /apple-app-site-association
Sitemap: {base}/sitemap.xml

# Google adsbot ignores robots.txt unless specifically named!
User-agent: adsbot-google
Disallow: /checkouts/
Disallow: /checkout

User-agent: AhrefsBot
Crawl-delay: 10
Disallow: /admin
"""


class Shopify(System):
    """Dawn: JSON-LD by the `structured_data` filter, amounts in cents in scripts, products.json where switched on."""

    name = "shopify"
    locale = "en-US"
    per_page = 16
    has_variants = True
    tells_stock_of_variants = True

    def product_url(self, item: Item) -> str:
        """By handle."""
        return path("products", item.slug)

    def listing_url(self, listing: Listing) -> str:
        """A collection; all products are one, too."""
        return path("collections", listing.slug)

    def text_url(self, page: str) -> str:
        """Pages, policies and blogs each have a place."""
        places = {
            "shipping": "/policies/shipping-policy",
            "privacy": "/policies/privacy-policy",
            "cart": "/cart",
            "account": "/account/login",
            "search": "/search",
            "blog": "/blogs/news",
            "post-1": "/blogs/news/five-things",
            "post-2": "/blogs/news/a-gift",
        }
        return places.get(page, f"/pages/{page}")

    def related_url(self, item: Item, place: int) -> str:
        """Recommendations carry where they were shown."""
        where = f"pr_rec_id=9f1c{place}&pr_rec_pid={self.id(item)}"
        return f"{self.product_url(item)}?pr_prod_strat=e5_desc&{where}&pr_seq=uniform"

    def image_url(self, item: Item) -> str:
        """As the content network names files."""
        return path("cdn", "shop", "files", f"{item.slug}.png")

    def availability(self, item: Item) -> Availability | None:
        """Dawn shows that something is sold out; that it is not, only data say."""
        if not item.available:
            return "out_of_stock"
        return "in_stock" if self.is_structured or self.options.api else None

    def sku(self, item: Item) -> str | None:
        """Not shown, only in data."""
        return item.sku if self.is_structured or self.options.api else None

    def category(self, item: Item) -> tuple[str, ...] | None:
        """Dawn has no breadcrumbs; data have the product's type."""
        return item.category[-1:] if self.is_structured or self.options.api else None

    def id(self, item: Item) -> int:
        """Long numbers, as Shopify hands out."""
        return 7_500_000_000_000 + item.number * 32_768

    def variants(self, item: Item) -> tuple[Variant, ...]:
        """Every product has at least one variant, called Default Title."""
        return item.variants or (
            (Variant("Default Title", item.price, item.available),) if item.price is not None else ()
        )

    def cents(self, amount: Any) -> int:
        """An amount as scripts have it."""
        return int(amount * 100)

    def variant_id(self, item: Item, place: int) -> int:
        """Long numbers, again."""
        return 42_000_000_000_000 + item.number * 32_768 + place

    def variant_sku(self, item: Item, variant: Variant) -> str | None:
        """The product's, with the size."""
        return f"{item.sku}-{variant.name}" if item.sku and item.variants else item.sku

    def analytics(self, item: Item) -> dict[str, Any]:
        """What every Shopify page tells its own tracking script; amounts in cents."""
        return {
            "product": {
                "id": self.id(item),
                "gid": f"gid://shopify/Product/{self.id(item)}",
                "vendor": item.brand or self.w["shop_name"],
                "type": item.category[-1],
                "handle": item.slug,
                "variants": [
                    {
                        "id": self.variant_id(item, place),
                        "price": self.cents(variant.price),
                        "name": f"{item.name} - {variant.name}" if item.variants else item.name,
                        "public_title": variant.name if item.variants else None,
                        "sku": self.variant_sku(item, variant),
                    }
                    for place, variant in enumerate(self.variants(item))
                ],
                "remote": False,
            },
            "page": {"pageType": "product", "resourceType": "product", "resourceId": self.id(item)},
        }

    def product_data(self, item: Item) -> dict[str, Any]:
        """What the `structured_data` filter writes: a Product, or a ProductGroup where there are variants."""
        url = self.base + self.product_url(item)
        about: dict[str, Any] = {
            "@context": "http://schema.org/",
            "@id": f"{self.product_url(item)}#product",
            "@type": "Product",
            "brand": {"@type": "Brand", "name": item.brand or self.w["shop_name"]},
            "category": item.category[-1],
            "description": item.description,
            "image": f"{self.base}{self.image_url(item)}?v=1650642958&width=1920",
            "name": item.name,
            "url": url,
        }
        offers = [self._offer(item, variant, place) for place, variant in enumerate(self.variants(item))]
        if not item.variants:
            return stated(about | {"sku": item.sku, "gtin": item.gtin, "offers": offers[0] if offers else None})
        parts = [
            {
                "@id": f"{self.product_url(item)}?variant={self.variant_id(item, place)}#variant",
                "@type": "Product",
                "image": about["image"],
                "name": f"{item.name} - {variant.name}",
                "offers": offer,
            }
            | stated({"sku": self.variant_sku(item, variant)})
            for place, (variant, offer) in enumerate(zip(item.variants, offers, strict=True))
        ]
        return about | {"@type": "ProductGroup", "productGroupID": str(self.id(item)), "hasVariant": parts}

    def _offer(self, item: Item, variant: Variant, place: int) -> dict[str, Any]:
        address = f"{self.product_url(item)}?variant={self.variant_id(item, place)}"
        return {
            "@id": f"{address}#offer",
            "@type": "Offer",
            "availability": f"http://schema.org/{'InStock' if variant.available else 'OutOfStock'}",
            "price": self.plain(variant.price),
            "priceCurrency": self.where.currency,
            "url": self.base + address,
        }

    def add_routes(self) -> None:
        """robots.txt, sitemaps in parts, and the product interface where it is switched on."""
        self.paths["/robots.txt"] = lambda _query: responses.plain(ROBOTS.format(base=self.base))
        first, last = self.id(self.items[0]), self.id(self.items[-1])
        self.paths["/sitemap.xml"] = lambda _query: responses.sitemap_index(
            [
                f"{self.base}/sitemap_products_1.xml?from={first}&to={last}",
                f"{self.base}/sitemap_pages_1.xml",
                f"{self.base}/sitemap_collections_1.xml",
                f"{self.base}/sitemap_blogs_1.xml",
            ]
        )
        products = [self.base + self.product_url(item) for item in self.items]
        self.paths["/sitemap_products_1.xml"] = lambda _query: responses.sitemap([f"{self.base}/", *products])
        listings = [self.base + self.listing_url(listing) for listing in self.categories]
        self.paths["/sitemap_collections_1.xml"] = lambda _query: responses.sitemap(listings)
        pages = [self.base + self.text_url(page) for page in ("about", "contact")]
        self.paths["/sitemap_pages_1.xml"] = lambda _query: responses.sitemap(pages)
        posts = [self.base + self.text_url(page) for page in ("blog", "post-1", "post-2")]
        self.paths["/sitemap_blogs_1.xml"] = lambda _query: responses.sitemap(posts)
        if self.options.api:
            self.paths["/products.json"] = lambda query: self.products_json(self.everything, query)
            for listing in (self.everything, *self.categories):
                self.paths[f"/collections/{listing.slug}/products.json"] = lambda query, listing=listing: (
                    self.products_json(listing, query)
                )

    def products_json(self, listing: Listing, query: Query) -> Response:
        """The public product list: amounts as text, without a currency."""
        size = min(int(query.get("limit", API_PAGE)), API_PAGE_MOST)
        start = (int(query.get("page", 1)) - 1) * size
        return responses.as_json(
            {"products": [self._product_json(item) for item in listing.items[start : start + size]]}
        )

    def _product_json(self, item: Item) -> dict[str, Any]:
        return {
            "id": self.id(item),
            "title": item.name,
            "handle": item.slug,
            "body_html": f"<p>{html.escape(item.description)}</p>",
            "published_at": "2025-04-30T09:41:02-04:00",
            "created_at": "2025-04-30T09:40:00-04:00",
            "updated_at": "2026-11-02T11:12:13-05:00",
            "vendor": item.brand or self.w["shop_name"],
            "product_type": item.category[-1],
            "tags": [quote(item.category[0].lower())],
            "variants": [
                {
                    "id": self.variant_id(item, place),
                    "title": variant.name,
                    "option1": variant.name,
                    "option2": None,
                    "option3": None,
                    "sku": self.variant_sku(item, variant),
                    "requires_shipping": True,
                    "taxable": True,
                    "featured_image": None,
                    "available": variant.available,
                    "price": self.plain(variant.price),
                    "grams": 300,
                    "compare_at_price": None if item.list_price is None else self.plain(item.list_price),
                    "position": place + 1,
                    "product_id": self.id(item),
                    "created_at": "2025-04-30T09:40:00-04:00",
                    "updated_at": "2026-11-02T11:12:13-05:00",
                }
                for place, variant in enumerate(self.variants(item))
            ],
            "images": [
                {"id": item.number, "position": 1, "src": self.base + self.image_url(item), "width": 800, "height": 800}
            ],
            "options": [
                {
                    "name": "Size" if item.variants else "Title",
                    "position": 1,
                    "values": [v.name for v in self.variants(item)],
                }
            ],
        }
